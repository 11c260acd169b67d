//! Flat rows: plain JSON arrays and CSV, the same columns whether there are rows or none.

use actix_web::http::header::DispositionType;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{named, rendered};
use crate::domain::access::Permission::{ReadFigures, ReadRosters};
use crate::domain::fault::Faults;
use crate::domain::ids::{QueueId, TeamId};
use crate::feeds::csv::csv;
use crate::feeds::rows::{CoverageRow, FlatRow, ForecastRow, HoursRow, RosterRow, VolumeRow};
use crate::feeds::span::{Moment, Span, SpanError};
use crate::http::access::Caller;
use crate::http::extract::Query;
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::feeds::{self, FeedFilter};

/// Which rows, and how to write them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedQuery {
    /// Rows that start at this time or later. RFC 3339 with an offset; without one, or as a date, it is local to each row's
    /// site. Grafana: `${__from:date:iso}`; Power BI: `RangeStart`.
    #[param(nullable = false, example = "2026-11-23")]
    pub from: Option<String>,
    /// Rows that start before this time, at most 400 days after `from`. Grafana: `${__to:date:iso}`; Power BI: `RangeEnd`.
    #[param(nullable = false, example = "2026-11-30T00:00:00+08:00")]
    pub to: Option<String>,
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// `json` (the default), a plain array, or `csv`, with a header also when there are no rows.
    #[serde(default)]
    #[param(inline)]
    pub format: FormatView,
    /// Whether CSV begins with a byte order mark, by which Excel takes it for UTF-8; `false` if absent.
    #[serde(default)]
    pub bom: bool,
}

/// How to write rows that are chosen by other parameters than a span.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// `json` (the default), a plain array, or `csv`, with a header also when there are no rows.
    #[serde(default)]
    #[param(inline)]
    pub format: FormatView,
    /// Whether CSV begins with a byte order mark, by which Excel takes it for UTF-8; `false` if absent.
    #[serde(default)]
    pub bom: bool,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormatView {
    /// A JSON array of objects.
    #[default]
    Json,
    /// CSV, UTF-8, comma, one header line.
    Csv,
}

pub(super) type DefaultSpan = fn(Option<Moment>, Option<Moment>, DateTime<Utc>) -> Result<Span, SpanError>;

impl FeedQuery {
    pub(super) fn filter(&self, span: DefaultSpan) -> Result<FeedFilter, ApiError> {
        let mut faults = Faults::default();
        let mut moment = |pointer: &str, text: &Option<String>| match text {
            Some(text) => faults.take(pointer, text.parse::<Moment>()),
            None => None,
        };
        let (from, to) = (moment("/from", &self.from), moment("/to", &self.to));
        let (team_id, queue_id) = (self.team_id.map(TeamId), self.queue_id.map(QueueId));
        let is_read = from.is_some() == self.from.is_some() && to.is_some() == self.to.is_some();
        let span = if is_read { faults.take("/to", span(from, to, Utc::now())) } else { None };
        let filter = faults.into_result(span.map(|span| FeedFilter { span, team_id, queue_id }));
        Ok(filter.map_err(ServiceError::from)?)
    }

    pub(super) async fn answer<R: FlatRow + Send + 'static>(&self, name: &str, rows: Vec<R>) -> Result<HttpResponse, ApiError> {
        flat_answer(name, rows, FormatQuery { format: self.format, bom: self.bom }).await
    }
}

/// Flat rows in the format asked for.
pub async fn flat_answer<R: FlatRow + Send + 'static>(
    name: &str,
    rows: Vec<R>,
    FormatQuery { format, bom }: FormatQuery,
) -> Result<HttpResponse, ApiError> {
    let mut response = HttpResponse::Ok();
    if format == FormatView::Json {
        let body = rendered(move || serde_json::to_vec(&rows).expect("rows are plain data")).await?;
        return Ok(response.content_type("application/json").body(body));
    }
    let name = format!("{name}.csv");
    let body = rendered(move || csv(&rows, bom)).await?;
    response.insert_header(named(DispositionType::Attachment, &name, &name));
    Ok(response.content_type("text/csv; charset=utf-8; header=present").body(body))
}

/// Published shifts: one row per assignment that begins in the span; this week and the two after it if none is given.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The shifts, by week, team and agent", content((Vec<RosterRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-rosters"))))]
#[get("/feeds/roster")]
pub async fn list_roster_rows(caller: Caller, state: Data<AppState>, query: Query<FeedQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadRosters)?;
    let rows = feeds::roster_rows(&state.store, actor, &query.0.filter(feeds::coming)?).await?;
    query.0.answer("roster", rows).await
}

/// Heads there against heads needed by published rosters, for each queue and interval that begins in the span; this week and
/// the two after it if none is given.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The coverage, by queue and time", content((Vec<CoverageRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/coverage")]
pub async fn list_coverage_rows(
    caller: Caller,
    state: Data<AppState>,
    query: Query<FeedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let rows = feeds::coverage_rows(&state.store, actor, &query.0.filter(feeds::coming)?).await?;
    query.0.answer("coverage", rows).await
}

/// Hours by agent of the published weeks whose Monday begins in the span, agents without a shift included; this week and the
/// two after it if none is given. With `queue_id` only shifts on it count, and only agents who have some are listed.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The hours, by week, team and agent", content((Vec<HoursRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/hours")]
pub async fn list_hours_rows(caller: Caller, state: Data<AppState>, query: Query<FeedQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let rows = feeds::hours_rows(&state.store, actor, &query.0.filter(feeds::coming)?).await?;
    query.0.answer("hours", rows).await
}

/// Expected inquiries by the latest forecast of each week, for each queue and interval that begins in the span; this week and
/// the two after it if none is given.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The forecast, by queue and time", content((Vec<ForecastRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/forecast")]
pub async fn list_forecast_rows(
    caller: Caller,
    state: Data<AppState>,
    query: Query<FeedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let rows = feeds::forecast_rows(&state.store, actor, &query.0.filter(feeds::coming)?).await?;
    query.0.answer("forecast", rows).await
}

/// Inquiries that arrived, for each queue and recorded interval that begins in the span; the four weeks up to now if none is
/// given. At most 250,000 rows.
#[utoipa::path(tag = "feeds", params(FeedQuery), responses(
    (status = 200, description = "The history, by queue and time", content((Vec<VolumeRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/feeds/volumes")]
pub async fn list_volume_rows(caller: Caller, state: Data<AppState>, query: Query<FeedQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let rows = feeds::volume_rows(&state.store, actor, &query.0.filter(feeds::past)?).await?;
    query.0.answer("volumes", rows).await
}

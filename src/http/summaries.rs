//! Daily and weekly summaries of teams.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Path, Query};
use super::feeds::{LanguageView, language};
use super::problem::ApiError;
use super::state::AppState;
use super::words::SummaryPeriodView;
use crate::domain::access::Permission::ReadFigures;
use crate::domain::ids::TeamId;
use crate::feeds::summary::markdown;
use crate::feeds::svg::summary_svg;
use crate::services::{ServiceError, summaries};
use crate::team::summary::{Named, Summary, SummaryPeriod};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_summary);
}

/// Which period, and how to write it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// `day` (the default) or `week`, Monday to Sunday.
    #[param(nullable = false)]
    pub period: Option<SummaryPeriodView>,
    /// A local date in it; yesterday if absent.
    #[param(nullable = false)]
    pub date: Option<NaiveDate>,
    /// Whether it is summed up anew, with what was corrected since the clock built it; `false` if absent.
    #[serde(default)]
    pub fresh: bool,
    /// `json` (the default), `markdown` for a group chat, or `svg`, a picture.
    #[serde(default)]
    #[param(inline)]
    pub format: SummaryFormat,
    /// Language of fixed words in Markdown and pictures; by `Accept-Language` if absent, or else English.
    #[param(nullable = false, inline)]
    pub lang: Option<LanguageView>,
}

/// How a summary is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SummaryFormat {
    /// An object.
    #[default]
    Json,
    /// Text for a group chat.
    Markdown,
    /// A picture.
    Svg,
}

/// An agent or a queue, and a rate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-0000000000a1", "name": "王芳", "value": 0.1, "of": 50.0 }))]
pub struct NamedView {
    /// Identity.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// What is told of it.
    pub value: f64,
    /// Of how many.
    pub of: f64,
}

impl<Id: Into<Uuid>> From<Named<Id>> for NamedView {
    fn from(Named { id, name, value, of }: Named<Id>) -> Self {
        Self { id: id.into(), name, value, of }
    }
}

/// A team's day or week. What was not recorded is `null` or empty, not nought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000001", "team": "一组", "period": "day",
    "from": "2026-11-22", "until": "2026-11-22", "received": 150.0, "presale_share": 0.7, "aftersale_share": 0.3,
    "conversion": 0.423, "average_reply_secs": 21.2, "within_3min_rate": 0.987, "satisfaction_rate": null, "by_hour": [],
    "busy_hours": [20, 21, 10], "quiet_hours": [8, 9, 23],
    "tail": [ { "id": "01936d7e-0000-7000-8000-0000000000a1", "name": "王芳", "value": 0.1, "of": 50.0 } ],
    "hard_queues": [ { "id": "01936d7e-0000-7000-8000-0000000000c1", "name": "售后", "value": 430.0, "of": 100.0 } ],
    "coverage_kept": 0.965, "built_at": "2026-11-23T00:00:07Z" }))]
pub struct SummaryView {
    /// The team, those below it included.
    pub team_id: Uuid,
    /// Its display name.
    pub team: String,
    /// Day or week.
    pub period: SummaryPeriodView,
    /// First local date.
    pub from: NaiveDate,
    /// Last local date.
    pub until: NaiveDate,
    /// Chats received.
    pub received: Option<f64>,
    /// The share of those before an order, of those whose kind is known.
    pub presale_share: Option<f64>,
    /// The share after one.
    pub aftersale_share: Option<f64>,
    /// People who ordered, of those who asked before an order.
    pub conversion: Option<f64>,
    /// Waiting time by answered turn, seconds.
    pub average_reply_secs: Option<f64>,
    /// Answered by a human within 3 minutes.
    pub within_3min_rate: Option<f64>,
    /// Satisfied, of those who said so or not.
    pub satisfaction_rate: Option<f64>,
    /// Chats by hour of the local day, 24 of them; empty where nothing was recorded within the day.
    pub by_hour: Vec<f64>,
    /// The busiest hours, the busiest first.
    pub busy_hours: Vec<u32>,
    /// The quietest hours of those in which anything came, the quietest first.
    pub quiet_hours: Vec<u32>,
    /// Agents behind the team in conversion by more than chance, the furthest behind first.
    pub tail: Vec<NamedView>,
    /// Queues whose chats took long, seconds by chat: where the hard questions are.
    pub hard_queues: Vec<NamedView>,
    /// Required head-hours that published rosters covered, 0-1.
    pub coverage_kept: Option<f64>,
    /// When it was summed up.
    pub built_at: DateTime<Utc>,
}

impl From<(Summary, DateTime<Utc>)> for SummaryView {
    fn from((summary, built_at): (Summary, DateTime<Utc>)) -> Self {
        Self {
            team_id: summary.team_id.0,
            team: summary.team,
            period: summary.period.into(),
            from: summary.from,
            until: summary.until,
            received: summary.received,
            presale_share: summary.presale_share,
            aftersale_share: summary.aftersale_share,
            conversion: summary.conversion,
            average_reply_secs: summary.average_reply_secs,
            within_3min_rate: summary.within_3min_rate,
            satisfaction_rate: summary.satisfaction_rate,
            by_hour: summary.by_hour,
            busy_hours: summary.busy_hours,
            quiet_hours: summary.quiet_hours,
            tail: summary.tail.into_iter().map(Into::into).collect(),
            hard_queues: summary.hard_queues.into_iter().map(Into::into).collect(),
            coverage_kept: summary.coverage_kept,
            built_at,
        }
    }
}

/// Read a team's day or week, those below it included: received, shares, busy and quiet hours, conversion, who is behind by more
/// than chance, the queues whose chats take a fifth longer than the team's, coverage kept.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The team"), SummaryQuery), responses(
    (status = 200, description = "The summary",
        content((SummaryView = "application/json"), (String = "text/markdown"), (String = "image/svg+xml")))),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/teams/{id}/summary")]
pub async fn get_summary(
    request: HttpRequest,
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
    query: Query<SummaryQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let query = query.0;
    if query.date.is_some_and(|date| !(1970..=9000).contains(&date.year())) {
        return Err(ServiceError::field("/date", "must be a date from 1970 to 9000").into());
    }
    let period = (query.period.map_or(SummaryPeriod::Day, Into::into), query.date);
    let (summary, built_at) = summaries::read(&state.store, actor, id.0, period, query.fresh, Utc::now()).await?;
    let language = language(query.lang, &request);
    let mut response = HttpResponse::Ok();
    Ok(match query.format {
        SummaryFormat::Json => response.json(SummaryView::from((summary, built_at))),
        SummaryFormat::Markdown => response
            .content_type("text/markdown; charset=utf-8")
            .insert_header(("Vary", "Accept-Language"))
            .body(markdown(&summary, language)),
        SummaryFormat::Svg => response
            .content_type("image/svg+xml")
            .insert_header(("Vary", "Accept-Language"))
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"))
            .body(summary_svg(&summary, language)),
    })
}

//! Daily and weekly summaries of teams.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::access::Caller;
use super::extract::{Path, Query};
use super::feeds::{LanguageView, language};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::ReadFigures;
use crate::domain::ids::TeamId;
use crate::feeds::summary::markdown;
use crate::feeds::svg::summary_svg;
use crate::services::{ServiceError, summaries};
use crate::team::summary::{Summary, SummaryPeriod};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_summary);
}

/// Which period, and how to write it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// `day` (the default) or `week`, Monday to Sunday.
    #[param(nullable = false, value_type = Option<String>)]
    pub period: Option<SummaryPeriod>,
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
    /// The summary.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub summary: Summary,
    /// When it was summed up.
    pub built_at: DateTime<Utc>,
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
    let period = (query.period.unwrap_or(SummaryPeriod::Day), query.date);
    let (summary, built_at) = summaries::read(&state.store, actor, id.0, period, query.fresh, Utc::now()).await?;
    let language = language(query.lang, &request);
    let mut response = HttpResponse::Ok();
    Ok(match query.format {
        SummaryFormat::Json => response.json(SummaryView { summary, built_at }),
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

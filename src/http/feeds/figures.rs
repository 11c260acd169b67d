//! Flat rows of team figures.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{NaiveDate, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::flat::{FeedQuery, FormatView, flat_answer};
use crate::domain::access::Permission::ReadAgentFigures;
use crate::feeds::rows::{ComparisonRow, FigureRow};
use crate::http::access::Caller;
use crate::http::extract::Query;
use crate::http::figures::{CompareByView, ComparisonQuery, codes};
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::services::feeds::{self, FigureGrain};
use crate::services::figures::note_export;

/// What a row of figures is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureGrainView {
    /// One agent.
    #[default]
    Agent,
    /// One team.
    Team,
    /// One shop.
    Shop,
    /// One queue.
    Queue,
}

impl From<FigureGrainView> for FigureGrain {
    fn from(view: FigureGrainView) -> Self {
        match view {
            FigureGrainView::Agent => Self::Agent,
            FigureGrainView::Team => Self::Team,
            FigureGrainView::Shop => Self::Shop,
            FigureGrainView::Queue => Self::Queue,
        }
    }
}

/// Which rows of figures, and how to write them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureFeedQuery {
    /// Rows of dates that begin at this time or later; as in the other feeds.
    #[param(nullable = false, example = "2026-11-01")]
    pub from: Option<String>,
    /// Rows of dates that begin before this time, at most 400 days after `from`.
    #[param(nullable = false, example = "2026-12-01")]
    pub to: Option<String>,
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// What a row is of; `agent` if absent.
    #[serde(default)]
    #[param(inline)]
    pub grain: FigureGrainView,
    /// Codes of figures, by comma; absent for all.
    #[param(nullable = false, example = "order_conversion,average_reply_secs")]
    pub figures: Option<String>,
    /// `json` (the default), a plain array, or `csv`, with a header also when there are no rows.
    #[serde(default)]
    #[param(inline)]
    pub format: FormatView,
    /// Whether CSV begins with a byte order mark; `false` if absent.
    #[serde(default)]
    pub bom: bool,
}

/// Every figure by local date, of agents, teams, shops or queues; the four weeks up to now if no span is given. Rows carry their
/// definition, numerator and denominator: add those up, never the values. An agent has the own rows only. A CSV is an export, and
/// noted in the audit log.
#[utoipa::path(tag = "feeds", params(FigureFeedQuery), responses(
    (status = 200, description = "The figures, by date, team and grain", content((Vec<FigureRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/feeds/figures")]
pub async fn list_figure_rows(
    caller: Caller,
    state: Data<AppState>,
    query: Query<FigureFeedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let FigureFeedQuery { from, to, team_id, queue_id, grain, figures, format, bom } = query.0;
    let query = FeedQuery { from, to, team_id, queue_id, format, bom };
    let filter = query.filter(feeds::past)?;
    let rows = feeds::figure_rows(&state.store, actor, &filter, grain.into(), &codes(figures.as_deref())).await?;
    if query.format == FormatView::Csv {
        note_export(&state.store, actor, rows.len(), Utc::now()).await?;
    }
    query.answer("figures", rows).await
}

/// Which comparison, and how to write it. Dates are local, and the day `to` is not part of the period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComparisonFeedQuery {
    /// What is compared.
    #[serde(default)]
    #[param(inline)]
    pub by: CompareByView,
    /// Only this team and those below it.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only this shop.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
    /// Only this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// First day of the period; 28 days before `to` if absent. Grafana: `${__from:date:YYYY-MM-DD}`.
    #[param(nullable = false, example = "2026-11-01")]
    pub from: Option<NaiveDate>,
    /// The day after its last; today if absent. Grafana: `${__to:date:YYYY-MM-DD}`.
    #[param(nullable = false, example = "2026-12-01")]
    pub to: Option<NaiveDate>,
    /// First day of the period it is compared with; absent for as many days before.
    #[param(nullable = false)]
    pub base_from: Option<NaiveDate>,
    /// The day after the last of that; absent for `from`.
    #[param(nullable = false)]
    pub base_to: Option<NaiveDate>,
    /// Codes of figures, by comma; absent for all.
    #[param(nullable = false, example = "order_conversion,average_reply_secs")]
    pub figures: Option<String>,
    /// `json` (the default), a plain array, or `csv`, with a header also when there are no rows.
    #[serde(default)]
    #[param(inline)]
    pub format: FormatView,
    /// Whether CSV begins with a byte order mark; `false` if absent.
    #[serde(default)]
    pub bom: bool,
}

/// A comparison as in `/figure-comparisons`, flat and with names: a row for each agent, team, shop, queue or hour of the week and
/// each figure. An agent has the own rows only. A CSV is an export, and noted in the audit log.
#[utoipa::path(tag = "feeds", params(ComparisonFeedQuery), responses(
    (status = 200, description = "The comparison, by subject and figure", content((Vec<ComparisonRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "A period is none, or a figure unknown", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/feeds/comparison")]
pub async fn list_comparison_rows(
    caller: Caller,
    state: Data<AppState>,
    query: Query<ComparisonFeedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let ComparisonFeedQuery { by, team_id, shop_id, queue_id, from, to, base_from, base_to, figures, format, bom } = query.0;
    let query = ComparisonQuery { by, team_id, shop_id, queue_id, from, to, base_from, base_to, figures };
    let request = query.request(&state.store, actor).await?;
    let rows = feeds::comparison_rows(&state.store, actor, &request).await?;
    if format == FormatView::Csv {
        note_export(&state.store, actor, rows.len(), Utc::now()).await?;
    }
    flat_answer("comparison", rows, format, bom).await
}

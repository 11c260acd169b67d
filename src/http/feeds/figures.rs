//! Flat rows of team figures.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::Utc;
use serde::Deserialize;
use utoipa::IntoParams;

use super::flat::{FeedQuery, FormatQuery, FormatView, flat_answer};
use crate::domain::access::Permission::ReadAgentFigures;
use crate::feeds::rows::{ComparisonRow, FigureGrain, FigureRow};
use crate::http::access::Caller;
use crate::http::extract::QueryPair;
use crate::http::figures::{ComparisonQuery, codes};
use crate::http::problem::{ApiError, Problem};
use crate::http::state::AppState;
use crate::services::feeds;
use crate::services::figures::note_export;

/// Which figures, and what a row of them is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureFeedQuery {
    /// What a row is of; `agent` if absent.
    #[serde(default)]
    #[param(inline)]
    pub grain: FigureGrain,
    /// Codes of figures, by comma; absent for all.
    #[param(nullable = false, example = "order_conversion,average_reply_secs")]
    pub figures: Option<String>,
}

/// Every figure by local date, of agents, teams, shops or queues; the four weeks up to now if no span is given. Rows carry their
/// definition, numerator and denominator: add those up, never the values. An agent has the own rows only. A CSV is an export, and
/// noted in the audit log.
#[utoipa::path(tag = "feeds", params(FeedQuery, FigureFeedQuery), responses(
    (status = 200, description = "The figures, by date, team and grain", content((Vec<FigureRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "The span is no span, or too long", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/feeds/figures")]
pub async fn list_figure_rows(
    caller: Caller,
    state: Data<AppState>,
    query: QueryPair<FeedQuery, FigureFeedQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let QueryPair(query, FigureFeedQuery { grain, figures }) = query;
    let filter = query.filter(feeds::past)?;
    let rows = feeds::figure_rows(&state.store, actor, &filter, grain, &codes(figures.as_deref())).await?;
    if query.format == FormatView::Csv {
        note_export(&state.store, actor, rows.len(), Utc::now()).await?;
    }
    query.answer("figures", rows).await
}

/// A comparison as in `/figure-comparisons`, flat and with names: a row for each agent, team, shop, queue or hour of the week and
/// each figure. An agent has the own rows only. A CSV is an export, and noted in the audit log.
#[utoipa::path(tag = "feeds", params(ComparisonQuery, FormatQuery), responses(
    (status = 200, description = "The comparison, by subject and figure", content((Vec<ComparisonRow> = "application/json"), (String = "text/csv"))),
    (status = 422, description = "A period is none, or a figure unknown", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-agent-figures"))))]
#[get("/feeds/comparison")]
pub async fn list_comparison_rows(
    caller: Caller,
    state: Data<AppState>,
    query: QueryPair<ComparisonQuery, FormatQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadAgentFigures)?;
    let QueryPair(query, format) = query;
    let request = query.request(&state.store, actor).await?;
    let rows = feeds::comparison_rows(&state.store, actor, &request).await?;
    if format.format == FormatView::Csv {
        note_export(&state.store, actor, rows.len(), Utc::now()).await?;
    }
    flat_answer("comparison", rows, format).await
}

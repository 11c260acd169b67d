//! Planned and past figures that drive volume: orders, visits, sales.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::access::Caller;
use super::extract::{Json, Path};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::{ManageRuns, ReadPlans};
use crate::domain::demand::PlanFigure;
use crate::domain::ids::QueueId;
use crate::domain::organisation::Queue;
use crate::services::{editing, plan_figures};
use crate::store::plan_figures::of_queues;

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(put_plan_figures).service(list_plan_figures);
}

/// The figures of a queue by day. One unit for all of them: what counts is a day's figure against the usual of its weekday.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "figures": [ { "date": "2026-11-10", "figure": 5200 }, { "date": "2026-11-11", "figure": 31000 } ] }))]
pub struct PlanFiguresView {
    /// One a day.
    pub figures: Vec<PlanFigureView>,
}

/// The figure of one day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "date": "2026-11-11", "figure": 31000 }))]
pub struct PlanFigureView {
    /// The local date.
    pub date: NaiveDate,
    /// What is planned for it, or was reached on it, 0 or more.
    pub figure: f64,
}

impl From<PlanFigure> for PlanFigureView {
    fn from(PlanFigure { date, figure }: PlanFigure) -> Self {
        Self { date, figure }
    }
}

impl From<PlanFigureView> for PlanFigure {
    fn from(PlanFigureView { date, figure }: PlanFigureView) -> Self {
        Self { date, figure }
    }
}

/// Set planned and past figures of a queue, such as orders by day: forecasts to come follow them. Other days keep theirs.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The queue")), request_body = PlanFiguresView,
    responses((status = 200, description = "All figures of the queue", body = PlanFiguresView)),
    extensions(("x-permission" = json!("manage-runs"))))]
#[put("/queues/{id}/plan-figures")]
pub async fn put_plan_figures(
    caller: Caller,
    state: Data<AppState>,
    id: Path<QueueId>,
    body: Json<PlanFiguresView>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageRuns)?;
    let figures: Vec<PlanFigure> = body.0.figures.into_iter().map(Into::into).collect();
    plan_figures::put(&state.store, actor, id.0, &figures, Utc::now()).await?;
    all(&state, id.0).await
}

/// Read the planned and past figures of a queue.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The queue")),
    responses((status = 200, description = "All figures of the queue", body = PlanFiguresView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/queues/{id}/plan-figures")]
pub async fn list_plan_figures(caller: Caller, state: Data<AppState>, id: Path<QueueId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    editing::get::<Queue>(&state.store, actor, id.0).await?;
    all(&state, id.0).await
}

async fn all(state: &AppState, id: QueueId) -> Result<HttpResponse, ApiError> {
    let mut by_queue = of_queues(&state.store, &[id], NaiveDate::default()).await?;
    let figures = by_queue.remove(&id).unwrap_or_default().into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(PlanFiguresView { figures }))
}

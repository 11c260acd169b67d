//! Runs: long work that is asked for, watched, stopped and tried again.

mod stream;
mod views;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, get, post};
use chrono::Utc;
use sha2::{Digest, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

use self::views::{RunCreate, RunQuery, RunView};
use super::access::Caller;
use super::extract::{IdempotencyKey, Json, ListQuery, PageQuery, PageView, Path};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::{ManageRuns, ReadPlans};
use crate::domain::ids::{RunId, TeamId};
use crate::services::runs::{self, Idempotency};
use crate::store::runs::{Run, RunFilter};
use crate::store::{self, WeekFilter};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_run).service(list_runs).service(get_run).service(stream_run).service(cancel_run).service(retry_run);
}

/// Start a run.
///
/// Answers at once; poll the run at `Location`, or stream it. With `through` one request plans a whole week, with `teams_apart`
/// each team of a region in a run of its own. The same `Idempotency-Key` again answers with the run it started, and never starts another; keys are kept for good.
#[utoipa::path(tag = "planning", request_body = RunCreate,
    params(("Idempotency-Key" = String, Header, description = "Fresh for every run you want, for example a UUID")),
    responses(
        (status = 202, description = "Queued", body = RunView, headers(
            ("Location" = String, description = "The run"), ("Retry-After" = u32, description = "Seconds to wait before polling"))),
        (status = 404, description = "There is no such team within reach", body = super::problem::Problem,
            content_type = "application/problem+json"),
        (status = 409, description = "A run of the same kind is under way for the team and week: see `Location`; or for \
            teams that are to be planned apart: see `detail`",
            body = super::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("manage-runs"))))]
#[post("/runs")]
pub async fn create_run(
    caller: Caller,
    state: Data<AppState>,
    key: IdempotencyKey,
    body: Json<serde_json::Value>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageRuns)?;
    let request_hash = format!("{:x}", Sha256::digest(body.0.to_string()));
    let body: RunCreate = serde_path_to_error::deserialize(body.0)
        .map_err(|fault| ApiError::Malformed(format!("`{}` does not fit: {}", fault.path(), fault.inner())))?;
    let idempotency = Idempotency { key: &key.0, request_hash: &request_hash };
    let run = runs::request_run(&state.store, actor, body.try_into()?, Some(idempotency), Utc::now()).await?;
    state.queued.notify_one();
    accepted(&state, run).await
}

/// List runs.
#[utoipa::path(tag = "planning", params(RunQuery, PageQuery),
    responses((status = 200, description = "A page of runs", body = PageView<RunView>)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/runs")]
pub async fn list_runs(caller: Caller, state: Data<AppState>, query: ListQuery<RunQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let RunQuery { team_id, week_start, kind, state: run_state, part_of_run_id } = query.filter;
    let of = WeekFilter { scope: &actor.scope, team_id: team_id.map(TeamId), week_start };
    let (kind, run_state, part_of_run_id) = (kind.map(Into::into), run_state.map(Into::into), part_of_run_id.map(RunId));
    let filter = RunFilter { of, kind, state: run_state, part_of_run_id };
    let listed = store::runs::list(&state.store, &filter, query.page).await?;
    let ids: Vec<_> = listed.items.iter().map(|run| run.id).collect();
    let next = store::runs::next_of(&state.store, &ids).await?;
    let parts = store::runs::parts_of(&state.store, &listed.items).await?;
    let view = |run: Run| RunView::of(run.clone(), next.get(&run.id).copied(), parts.get(&run.id).cloned());
    Ok(HttpResponse::Ok().json(PageView::of(listed, |run| run.id.0, view)))
}

/// Read a run.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The run")),
    responses((status = 200, description = "The run; one that failed has a `problem`", body = RunView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/runs/{id}")]
pub async fn get_run(caller: Caller, state: Data<AppState>, id: Path<RunId>) -> Result<HttpResponse, ApiError> {
    let run = runs::get_run(&state.store, caller.may(ReadPlans)?, id.0).await?;
    Ok(HttpResponse::Ok().json(stream::view(&state.store, run).await?))
}

/// Stream a run.
///
/// Server-sent events: `progress` (a ProgressView) whenever there is some, and at last one `end` (a RunView).
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The run")),
    responses((status = 200, description = "Events `progress` and `end`", body = String, content_type = "text/event-stream")),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/runs/{id}/events")]
pub async fn stream_run(caller: Caller, state: Data<AppState>, id: Path<RunId>) -> Result<impl Responder, ApiError> {
    let actor = caller.may(ReadPlans)?.clone();
    runs::get_run(&state.store, &actor, id.0).await?;
    Ok(stream::events(state, actor, id.0))
}

/// Cancel a run.
///
/// One that waits for a worker is cancelled at once, one that a worker has within two seconds; one that is over stays as it is. With a
/// run whose teams are planned apart all of its parts are cancelled.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The run")),
    responses((status = 202, description = "As it is now", body = RunView)),
    extensions(("x-permission" = json!("manage-runs"))))]
#[post("/runs/{id}/cancel")]
pub async fn cancel_run(caller: Caller, state: Data<AppState>, id: Path<RunId>) -> Result<HttpResponse, ApiError> {
    let run = runs::cancel_run(&state.store, caller.may(ManageRuns)?, id.0, Utc::now()).await?;
    accepted(&state, run).await
}

/// Try a failed or cancelled run again.
///
/// Of a run whose teams are planned apart only those are tried again that did not succeed. Tried again by itself, a part is
/// waited for again.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The run")),
    responses((status = 202, description = "Queued again", body = RunView),
        (status = 409, description = "It did not fail and was not cancelled, or another is under way",
            body = super::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("manage-runs"))))]
#[post("/runs/{id}/retry")]
pub async fn retry_run(caller: Caller, state: Data<AppState>, id: Path<RunId>) -> Result<HttpResponse, ApiError> {
    let run = runs::retry_run(&state.store, caller.may(ManageRuns)?, id.0, Utc::now()).await?;
    state.queued.notify_one();
    accepted(&state, run).await
}

async fn accepted(state: &AppState, run: Run) -> Result<HttpResponse, ApiError> {
    let location = format!("/api/v1/runs/{}", run.id);
    let view = stream::view(&state.store, run).await?;
    Ok(HttpResponse::Accepted().insert_header((LOCATION, location)).insert_header((RETRY_AFTER, "1")).json(view))
}

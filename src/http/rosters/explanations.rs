//! Why a roster is as it is: what would close its gaps, what it pays for, and what else an agent could do on a day.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use self::views::{AlternativesView, CostsView, RelaxationsView};
use crate::domain::access::Permission::ReadPlans;
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{Path, Query, versioned};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::rosters::{self, AgentDay};

mod views;

/// What would close a roster's gaps.
///
/// Limits that were loosened by one step when the roster was built, each by itself, and solved for: the ones that save most, at
/// most five. A day off a week is always kept; leave and availability are never lifted.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "What to loosen, and how much that closes", body = RelaxationsView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/relaxations")]
pub async fn get_roster_relaxations(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let (row, context) = rosters::read_roster(&state.store, caller.may(ReadPlans)?, id.0).await?;
    let view = RelaxationsView::of(rosters::relaxations_of(&row.value), &context);
    Ok(versioned(row.version, view))
}

/// What a roster costs by rule, agent and date.
///
/// Judges it by leave, wishes, skills and rules as they are now, which may be others than when it was built.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")),
    responses((status = 200, description = "What it costs, and for what", body = CostsView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/costs")]
pub async fn get_roster_costs(caller: Caller, state: Data<AppState>, id: Path<RosterId>) -> Result<HttpResponse, ApiError> {
    let (row, context) = rosters::read_roster(&state.store, caller.may(ReadPlans)?, id.0).await?;
    let items = rosters::roster_costs(&context)?;
    Ok(versioned(row.version, CostsView::of(&items, &context)))
}

/// Whose day to ask about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlternativesParams {
    /// Who.
    #[param(required = true, nullable = false)]
    pub agent_id: Option<Uuid>,
    /// The local date.
    #[param(required = true, nullable = false)]
    pub date: Option<NaiveDate>,
}

/// Why an agent works, or does not work, on a day.
///
/// Every other shift and queue that the rules leave the agent on that date, and a day off, with the best rest of the agent's
/// week that goes with it: what each would cost more, cheapest first. Everybody else stays as they are.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster"), AlternativesParams),
    responses((status = 200, description = "What else there is, and its price", body = AlternativesView),
        (status = 409, description = "Pins break hard rules as they are now", body = crate::http::problem::Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The agent or the date is not in the roster's week",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[get("/rosters/{id}/alternatives")]
pub async fn get_roster_alternatives(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    query: Query<AlternativesParams>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    // Not left to the extractor: who may not read plans is told so first.
    let (Some(agent_id), Some(date)) = (query.0.agent_id, query.0.date) else {
        return Err(ApiError::Malformed("name the agent and the date: ?agent_id=<id>&date=<YYYY-MM-DD>".into()));
    };
    let (row, context) = rosters::read_roster(&state.store, actor, id.0).await?;
    let of = AgentDay { agent_id: agent_id.into(), date };
    let (context, found) = rosters::roster_alternatives(context, of).await?;
    Ok(versioned(row.version, AlternativesView::of(of, &found, &context)))
}

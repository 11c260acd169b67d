//! What became of a team's wishes, and what the next ones weigh for it.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Path, Query};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::StateWishes;
use crate::domain::agent::Agent;
use crate::domain::ids::TeamId;
use crate::services::wish_memory::{TeamWishes, read_wish_memory};

/// For which week.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WishMemoryQuery {
    /// The Monday of the week whose wishes are weighed.
    pub week_start: NaiveDate,
}

/// What the wishes of a team's week are weighed by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000001", "week_start": "2026-11-30", "weeks": 52,
    "refused_share": 0.2, "agents": [{ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "王芳", "staff_number": "KF007",
        "granted": 6, "refused": 4, "expected_refusals": 2.0, "factor": 1.5 }] }))]
pub struct WishMemoryView {
    /// Whose.
    pub team_id: Uuid,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// How many weeks before it count: `wish_memory_weeks` of the team's rules; 0 for none.
    pub weeks: u32,
    /// The share of all wishes of the team that published rosters refused in that time, 0-1.
    pub refused_share: f64,
    /// Whoever may be rostered in the week, by staff number.
    pub agents: Vec<AgentWishesView>,
}

/// What became of an agent's wishes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentWishesView {
    /// Who.
    pub agent_id: Uuid,
    /// Display name.
    pub agent: String,
    /// Staff number.
    pub staff_number: String,
    /// Wishes that published rosters honoured. Weeks without a published roster of the team, or of one below it, do not count.
    pub granted: u32,
    /// Wishes that they did not honour.
    pub refused: u32,
    /// How many would have been refused at the share of the whole team.
    pub expected_refusals: f64,
    /// By what the weight of the agent's wishes is multiplied, 0.5-2: (refused + 2) / (expected_refusals + 2). 1 for whom
    /// nothing is known.
    pub factor: f64,
}

impl WishMemoryView {
    fn of(team_id: TeamId, week_start: NaiveDate, wishes: &TeamWishes) -> Self {
        let memory = &wishes.memory;
        let line = |agent: &Agent| AgentWishesView {
            agent_id: agent.id.0,
            agent: agent.name.clone(),
            staff_number: agent.staff_number.clone(),
            granted: memory.record(agent.id).granted,
            refused: memory.record(agent.id).refused,
            expected_refusals: memory.expected_refusals(agent.id),
            factor: memory.factor(agent.id),
        };
        let (weeks, refused_share) = (wishes.weeks, memory.refused_share());
        Self { team_id: team_id.0, week_start, weeks, refused_share, agents: wishes.agents.iter().map(line).collect() }
    }
}

/// Read what became of a team's wishes, and what the next ones weigh for it.
///
/// Who was refused more often than the team on average counts for more, who less often for less. A key of the role agent sees
/// its own agent only.
#[utoipa::path(tag = "absence", params(("id" = Uuid, Path, description = "The team"), WishMemoryQuery),
    responses((status = 200, description = "By agent", body = WishMemoryView),
        (status = 422, description = "The date is no Monday", body = super::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("state-wishes"))))]
#[get("/teams/{id}/wish-memory")]
pub async fn get_wish_memory(
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
    query: Query<WishMemoryQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(StateWishes)?;
    let week_start = query.0.week_start;
    let wishes = read_wish_memory(&state.store, actor, id.0, week_start).await?;
    Ok(HttpResponse::Ok().json(WishMemoryView::of(id.0, week_start, &wishes)))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_wish_memory);
}

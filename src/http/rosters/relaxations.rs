//! What would close a roster's gaps.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::AgentNameView;
use crate::domain::access::Permission::ReadPlans;
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{Path, versioned};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::rosters::{self, CoverageTotals, Loosened, Relaxation, Relaxations, RosterContext};

/// How near the hours missing now are to those of the build to count as the same.
const SAME_HOURS: f64 = 0.01;

/// What would close a roster's gaps.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "missing_hours": 16.0, "is_current": true, "relaxations": [{ "loosened": "late_shifts",
    "rule": "late-shifts", "agents": [{ "agent_id": "01936d7e-0000-7000-8000-000000000000", "agent": "张三" },
        { "agent_id": "01936d7e-0000-7000-8000-000000000001", "agent": "李四" }], "queue_id": null, "queue": null,
    "removed_hours": 3.5, "saved_cost": 70.0,
    "text": "one more late shift for 张三 and 李四 removes 3.5 of 16 missing hours" }] }))]
pub struct RelaxationsView {
    /// Agent-hours that the roster missed when it was built; `null` where nobody looked for relaxations.
    pub missing_hours: Option<f64>,
    /// Whether the roster still misses as much as then; if not, it was edited since, and the figures are of before.
    pub is_current: bool,
    /// Each by itself, the one that saves most first. They do not add up.
    pub relaxations: Vec<RelaxationView>,
}

/// A limit that, loosened by one step, closes gaps.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RelaxationView {
    /// What is loosened.
    pub loosened: LoosenedRuleView,
    /// The rule it belongs to, in kebab-case; `null` for one more agent.
    pub rule: Option<String>,
    /// For whom, the one first for whom it pays most; empty for one more agent.
    pub agents: Vec<AgentNameView>,
    /// For which queue, in training and for one more agent.
    pub queue_id: Option<Uuid>,
    /// Its display name.
    pub queue: Option<String>,
    /// Missing agent-hours that it removes.
    pub removed_hours: f64,
    /// What it saves, in the unit of the team's cost weights.
    pub saved_cost: f64,
    /// The same in words.
    pub text: String,
}

/// A limit that is loosened by one step.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoosenedRuleView {
    /// One more late shift a week.
    LateShifts,
    /// One more working day in a row.
    DaysInARow,
    /// One more working day a week, as long as a day off is left.
    WorkingDays,
    /// Weekly hours by one more shift.
    WeeklyHours,
    /// Rest between shifts, to the next lower of 12, 11, 10, 9 and 8 hours.
    MinimumRest,
    /// Training for one more queue.
    Training,
    /// One more agent.
    Headcount,
}

impl From<Loosened> for LoosenedRuleView {
    fn from(loosened: Loosened) -> Self {
        match loosened {
            Loosened::LateShifts => Self::LateShifts,
            Loosened::DaysInARow => Self::DaysInARow,
            Loosened::WorkingDays => Self::WorkingDays,
            Loosened::WeeklyHours => Self::WeeklyHours,
            Loosened::MinimumRest => Self::MinimumRest,
            Loosened::Training => Self::Training,
            Loosened::Headcount => Self::Headcount,
        }
    }
}

impl RelaxationsView {
    /// Of what was stored with the roster.
    pub fn of(stored: Option<Relaxations>, context: &RosterContext) -> Self {
        let missing_hours = stored.as_ref().map(|stored| stored.missing_hours);
        let now = CoverageTotals::of(context).short_agent_minutes / 60.0;
        let found = stored.map(|stored| stored.found).unwrap_or_default();
        Self {
            missing_hours,
            is_current: missing_hours.is_some_and(|hours| (hours - now).abs() < SAME_HOURS),
            relaxations: found.into_iter().map(|one| RelaxationView::of(one, context)).collect(),
        }
    }
}

impl RelaxationView {
    fn of(relaxation: Relaxation, context: &RosterContext) -> Self {
        Self {
            loosened: relaxation.loosened.into(),
            rule: relaxation.rule.map(|rule| rule.as_str().to_owned()),
            agents: relaxation.agent_ids.iter().map(|id| AgentNameView::of(*id, context)).collect(),
            queue_id: relaxation.queue_id.map(|id| id.0),
            queue: relaxation.queue_id.and_then(|id| context.queue_names.get(&id).cloned()),
            removed_hours: relaxation.removed_hours,
            saved_cost: relaxation.saved_cost,
            text: relaxation.text,
        }
    }
}

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

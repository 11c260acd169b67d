//! A roster with everything that it is judged and shown by.

use std::collections::{BTreeMap, BTreeSet};

use super::timing;
use crate::checker;
use crate::domain::agent::Agent;
use crate::domain::calendar::IntervalMinutes;
use crate::domain::demand::{QueueRequirement, RequirementPoint, StaffingRequirement};
use crate::domain::ids::{AgentId, QueueId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::services::ServiceError;
use crate::services::given_roster::given_roster;
use crate::services::inputs::planning_input;
use crate::services::plan::TeamPlan;
use crate::services::rotations::rotation_days;
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::{self, Roster};
use crate::store::{Db, StoreError, agents, assignments, queues, requirements};

/// What a roster is judged and shown by: leave, wishes, skills and rules as they are now, shifts as the roster has them.
pub struct RosterContext {
    /// The team's part of the organisation.
    pub plan: TeamPlan,
    /// What the checker judges by. Its templates are those of the roster: a template edited after publication is in here as
    /// it was published.
    pub input: PlanningInput,
    /// The assignments with their times, by start. Those of a draft follow its templates; publishing fixes them.
    pub placed: Vec<PlacedAssignment>,
    /// The same without times, as the checker takes them.
    pub assignments: Vec<Assignment>,
    /// Everybody who may be or is in the roster, also those who have left the team since.
    pub agents: BTreeMap<AgentId, Agent>,
    /// Display names of every queue that the roster or its requirement names.
    pub queue_names: BTreeMap<QueueId, String>,
}

impl RosterContext {
    /// How many days of agents are others than in the roster that it was built to stay close to; `None` where there is none.
    pub fn changed_agent_days(&self) -> Option<usize> {
        checker::changed_days(&self.input, &self.assignments)
    }
}

/// Reads what a roster is judged and shown by; `placed` are its assignments as stored.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn context(db: &impl Db, row: &Roster, placed: &[PlacedAssignment]) -> Result<RosterContext, ServiceError> {
    let unknown_team = || StoreError::NotFound { kind: "team", id: row.team_id.0 };
    let plan = TeamPlan::load(db, row.team_id).await?.ok_or_else(unknown_team)?;
    let assignments: Vec<Assignment> = placed.iter().map(|placed| placed.assignment.clone()).collect();
    let requirement = requirement_of(db, row, &plan).await?;
    let rules = plan.rules.clone();
    let weeks = (row.week, row.horizon);
    let mut input = planning_input(db, &plan, weeks, rules, requirement, &assignments, Vec::new()).await?;
    input.least_change_from = given_roster(db, row.least_change_from).await?;
    input.rotation = rotation_days(db, &plan, row.rotation, &input).await?;
    add_other_weeks(db, row, &mut input).await?;
    let mut placed = placed.to_vec();
    timing::settle(row, &mut input.shift_templates, &mut placed);
    placed.sort_by_key(|placed| (placed.shift.span.start, placed.assignment.id));
    let assignments: Vec<Assignment> = placed.iter().map(|placed| placed.assignment.clone()).collect();
    input.pinned = assignments.iter().filter(|assignment| assignment.is_pinned).cloned().collect();
    let agents = agents_of(db, &input, &placed).await?;
    let queue_names = queue_names(db, &plan, &input, &placed).await?;
    Ok(RosterContext { plan, input, placed, assignments, agents, queue_names })
}

/// Adds what is worked in the weeks that the roster was planned together with.
async fn add_other_weeks(db: &impl Db, row: &Roster, input: &mut PlanningInput) -> Result<(), StoreError> {
    if row.horizon.is_one_week() {
        return Ok(());
    }
    let beside = rosters::beside(db, row).await?;
    let shifts = assignments::shifts_of(db, &beside).await?;
    let (before, after): (Vec<_>, Vec<_>) = shifts.into_iter().partition(|shift| shift.date < row.week.monday());
    input.history.extend(before);
    input.ahead.extend(after);
    Ok(())
}

/// What the roster was built for; one that was built for nothing needs nobody.
async fn requirement_of(db: &impl Db, row: &Roster, plan: &TeamPlan) -> Result<StaffingRequirement, StoreError> {
    let stored = match row.requirement_id {
        Some(id) => requirements::get(db, id).await?,
        None => None,
    };
    if let Some((_, requirement)) = stored {
        return Ok(requirement);
    }
    let grid = row.week.grid(IntervalMinutes::HALF_HOUR, plan.tail());
    let nobody =
        RequirementPoint { on_seat: 0, required: 0, service_level: None, occupancy: None, is_peak: false, binding: None };
    let served = plan.queues.iter().map(|served| served.queue.id);
    let queues = served.map(|queue_id| QueueRequirement { queue_id, points: vec![nobody; grid.len()] }).collect();
    Ok(StaffingRequirement { grid, queues })
}

async fn agents_of(
    db: &impl Db,
    input: &PlanningInput,
    placed: &[PlacedAssignment],
) -> Result<BTreeMap<AgentId, Agent>, StoreError> {
    let mut found: BTreeMap<AgentId, Agent> = input.agents.iter().map(|agent| (agent.id, agent.clone())).collect();
    for placed in placed {
        let id = placed.assignment.agent_id;
        if !found.contains_key(&id)
            && let Some(row) = agents::get(db, id).await?
        {
            found.insert(id, row.value);
        }
    }
    Ok(found)
}

async fn queue_names(
    db: &impl Db,
    plan: &TeamPlan,
    input: &PlanningInput,
    placed: &[PlacedAssignment],
) -> Result<BTreeMap<QueueId, String>, StoreError> {
    let mut names: BTreeMap<QueueId, String> =
        plan.queues.iter().map(|served| (served.queue.id, served.queue.name.clone())).collect();
    let required = input.requirement.queues.iter().map(|queue| queue.queue_id);
    let named: BTreeSet<QueueId> = required.chain(placed.iter().map(|placed| placed.assignment.queue_id)).collect();
    for id in named {
        if !names.contains_key(&id)
            && let Some(row) = queues::get(db, id).await?
        {
            names.insert(id, row.value.name);
        }
    }
    Ok(names)
}

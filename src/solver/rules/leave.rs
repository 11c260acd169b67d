//! `leave` (hard, by construction): no duty exists that overlaps leave.

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;

/// Whether the shift overlaps leave of the agent.
pub(in crate::solver) fn forbids(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    input.leave.iter().any(|leave| leave.agent_id == agent.id && leave.span.overlaps(&shift.span))
}

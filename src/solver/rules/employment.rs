//! `employment` (hard, by construction): no duty exists outside the employment.

use crate::domain::agent::Agent;
use crate::domain::shift::Shift;

/// Whether the agent is not employed on the shift's date.
pub(in crate::solver) fn forbids(agent: &Agent, shift: &Shift) -> bool {
    !agent.is_employed_on(shift.date)
}

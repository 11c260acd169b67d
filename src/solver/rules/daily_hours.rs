//! `daily-hours` (hard): no shift has more paid minutes than labour law allows a day, or a night shift.

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;
use crate::labour::planned::too_long;

/// Whether the shift is too long for the agent.
pub(in crate::solver) fn forbids(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    let too_long = |(labour, terms)| too_long(labour, terms, shift, input.week.zone());
    input.terms(agent.id).is_some_and(|terms| too_long(terms).is_some())
}

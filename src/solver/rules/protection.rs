//! `protection` (hard): who is protected works no nights and no overtime, as far as the site's rules say so.

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;
use crate::labour::planned::protected_from;

/// Whether a protection of the agent forbids the shift.
pub(in crate::solver) fn forbids(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    let protection = |(labour, terms)| protected_from(labour, terms, shift, input.week.zone());
    input.terms(agent.id).is_some_and(|terms| protection(terms).is_some())
}

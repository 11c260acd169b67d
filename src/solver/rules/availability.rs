//! `availability` (hard, by construction): no duty exists outside the agent's windows.

use chrono::{Datelike, Days};

use crate::domain::agent::Agent;
use crate::domain::calendar::instant_at_minute;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;

/// Whether no window of the agent holds the whole shift. Windows of the day before count: they may run past midnight.
pub(in crate::solver) fn forbids(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    if agent.availability.is_empty() {
        return false;
    }
    let at = |date, minute| instant_at_minute(input.week.zone(), date, minute);
    let held = [shift.date - Days::new(1), shift.date].into_iter().any(|date| {
        let mut that_day = agent.availability.iter().filter(|window| window.weekday == date.weekday());
        that_day.any(|window| at(date, window.start_minute) <= shift.span.start && shift.span.end <= at(date, window.end_minute))
    });
    !held
}

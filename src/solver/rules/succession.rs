//! What the rules have in common that bar a kind of shift on the day after another (hard): `stable-start`,
//! `forward-rotation`.
//!
//! A row for each shift: itself and all that may not follow it the day after. Those exclude one another, so the row is a
//! clique.

use chrono::NaiveDate;
use good_lp::Expression;

use super::{forward_rotation, stable_start};
use crate::domain::agent::Agent;
use crate::domain::calendar::local_of;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::rules::{RosterRules, RuleId};
use crate::domain::shift::{Shift, ShiftTemplate};
use crate::solver::model::Model;
use crate::solver::problem::Succession;

/// Whether a rule bars a start at the second minute of the day on the day after one at the first.
type Bars = fn(&RosterRules, u32, u32) -> bool;

const RULES: [(RuleId, Bars); 2] = [(RuleId::StableStart, stable_start::bars), (RuleId::ForwardRotation, forward_rotation::bars)];

/// Every barred pair; the place of a template is its kind.
pub(in crate::solver) fn pairs(rules: &RosterRules, templates: &[&ShiftTemplate]) -> Vec<Succession> {
    let mut pairs = Vec::new();
    for (first, earlier) in templates.iter().enumerate() {
        for (second, later) in templates.iter().enumerate() {
            let barring = RULES.iter().filter(|(_, bars)| bars(rules, earlier.start_minute, later.start_minute));
            pairs.extend(barring.map(|(rule, _)| Succession { first, second, rule: *rule }));
        }
    }
    pairs
}

/// The rule that bars the shift because of one on the Sunday before the week, or on the Monday after it.
pub(in crate::solver) fn outside_bars(input: &PlanningInput, agent: &Agent, shift: &Shift, start: u32) -> Option<RuleId> {
    let starts_on = |outside: &[PastShift], date: Option<NaiveDate>| -> Vec<u32> {
        let on_date = outside.iter().filter(|other| other.agent_id == agent.id && Some(other.date) == date);
        on_date.map(|other| minute_of_day(input, other.span.start)).collect()
    };
    let before = starts_on(&input.history, shift.date.pred_opt());
    let after = starts_on(&input.ahead, shift.date.succ_opt());
    let is_barred = |bars: &Bars| {
        before.iter().any(|earlier| bars(&input.rules, *earlier, start))
            || after.iter().any(|later| bars(&input.rules, start, *later))
    };
    RULES.iter().find(|(_, bars)| is_barred(bars)).map(|(rule, _)| *rule)
}

fn minute_of_day(input: &PlanningInput, instant: chrono::DateTime<chrono::Utc>) -> u32 {
    use chrono::Timelike;
    local_of(input.week.zone(), instant).num_seconds_from_midnight() / 60
}

pub(super) fn add(model: &mut Model) {
    if model.problem.successions.is_empty() {
        return;
    }
    for agent in 0..model.problem.agents.len() {
        for later in 1..model.problem.days {
            add_day(model, agent, later);
        }
    }
}

fn add_day(model: &mut Model, agent: usize, later: usize) {
    let problem = model.problem;
    let mut rows = Vec::new();
    for first in model.shifts_on(later - 1) {
        let Some(works) = model.works_shift(agent, first) else { continue };
        let kind = |shift: usize| problem.shifts[shift].kind;
        let barred = model.shifts_on(later).filter(|second| problem.barring(kind(first), kind(*second)).next().is_some());
        let barred: Vec<_> = barred.filter_map(|second| model.works_shift(agent, second)).collect();
        if !barred.is_empty() {
            rows.push((barred.into_iter().sum::<Expression>() + works).leq(1.0));
        }
    }
    rows.into_iter().for_each(|row| model.require(row));
}

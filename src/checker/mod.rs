//! A second opinion on every roster: which rules it breaks, and what it costs.
//!
//! Written from the rules alone. It never imports `solver`, so that a mistake there is not repeated here; every roster a
//! build makes passes through it before it is stored, and so does every edit.
//!
//! To add a rule: its [`RuleId`](crate::domain::rules::RuleId), a file here, a line in [`RULES`], and its twin in `solver/rules`.

mod apart;
mod availability;
mod break_share;
mod break_window;
mod consecutive_days;
mod cost;
mod coverage;
mod daily_hours;
mod employment;
mod facts;
mod forward_rotation;
mod given_day;
mod group_on_duty;
mod known_shift;
mod late_shifts;
mod leader_on_duty;
mod least_change;
mod leave;
mod mentor_on_duty;
mod minimum_hours;
mod minimum_rest;
mod one_shift_per_day;
mod overtime;
mod pin;
mod premium;
mod protection;
mod rotation;
mod shifts_of_kind;
mod skill;
mod spread;
mod stable_start;
#[cfg(test)]
mod test_case;
mod together;
mod weekends;
mod weekly_hours;
mod weekly_rest;
mod wish;

pub use cost::{RosterPrice, price};

use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::Violation;
use facts::Facts;

/// Every rule, hard ones first.
const RULES: [fn(&Facts) -> Vec<Violation>; 32] = [
    known_shift::check,
    skill::check,
    employment::check,
    availability::check,
    leave::check,
    one_shift_per_day::check,
    weekly_hours::check,
    consecutive_days::check,
    weekly_rest::check,
    minimum_rest::check,
    stable_start::check,
    forward_rotation::check,
    late_shifts::check,
    weekends::check,
    shifts_of_kind::check,
    break_window::check,
    daily_hours::check,
    protection::check,
    overtime::check,
    pin::check,
    coverage::check,
    break_share::check,
    leader_on_duty::check,
    group_on_duty::check,
    apart::check,
    together::check,
    mentor_on_duty::check,
    minimum_hours::check,
    spread::check,
    least_change::check,
    rotation::check,
    wish::check,
];

/// Every rule that the roster breaks, hard ones first; empty for a roster without fault.
pub fn check(input: &PlanningInput, assignments: &[Assignment]) -> Vec<Violation> {
    let facts = Facts::gather(input, assignments);
    let mut violations: Vec<Violation> = RULES.iter().flat_map(|rule| rule(&facts)).collect();
    violations.sort_by_key(|violation| violation.rule);
    violations
}

/// How many days of agents are others than in the roster to stay close to; `None` where there is none.
pub fn changed_days(input: &PlanningInput, assignments: &[Assignment]) -> Option<usize> {
    input.least_change_from.as_ref().map(|_| least_change::count(&Facts::gather(input, assignments)))
}

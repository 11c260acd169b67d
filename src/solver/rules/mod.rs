//! The rules, one a file: what each forbids and what each costs. MODEL.md formulates them under the same names.
//!
//! To add a rule: a file here with what it adds to the direct model and what the line engine counts for it, a line in
//! [`RULES`] and in [`resources`] (or, where it only ever removes single duties, in `reading`), and its twin in `checker/`.

mod apart;
pub(super) mod availability;
mod consecutive_days;
mod count;
mod coverage;
pub(super) mod employment;
mod forward_rotation;
mod group_on_duty;
pub(super) mod group_row;
mod late_shifts;
pub(super) mod leader_on_duty;
pub(super) mod leave;
mod mentor_on_duty;
pub(super) mod minimum_hours;
pub(super) mod minimum_rest;
mod one_shift_per_day;
mod pin;
mod shifts_of_kind;
pub(super) mod spread;
mod stable_start;
pub(super) mod succession;
mod together;
pub(super) mod weekends;
mod weekly_hours;
mod weekly_rest;
mod wish;

use super::line::resource::{Resource, Spread};
use super::model::Model;
use super::problem::{AgentSpec, ProblemParts};

/// What each rule adds to the model: rows where it is hard, a priced variable where it is soft. `skill`, `employment`,
/// `availability` and `leave` are kept by construction: a duty they forbid has no variable.
pub(super) const RULES: [fn(&mut Model); 16] = [
    one_shift_per_day::add,
    minimum_rest::add,
    succession::add,
    weekly_hours::add,
    consecutive_days::add,
    weekly_rest::add,
    late_shifts::add,
    weekends::add,
    shifts_of_kind::add,
    pin::add,
    coverage::add,
    leader_on_duty::add,
    group_row::add,
    minimum_hours::add,
    spread::add,
    wish::add,
];

/// What the line engine counts for an agent, rule by rule.
pub(super) fn resources(problem: &ProblemParts, agent: &AgentSpec) -> Vec<Box<dyn Resource>> {
    let mut resources = consecutive_days::resources(problem, agent);
    resources.extend(shifts_of_kind::resources(problem, agent));
    let others = [
        weekly_rest::resource(problem, agent),
        late_shifts::resource(problem, agent),
        weekends::resource(problem, agent),
        weekly_hours::resource(problem, agent),
        spread::resource(Spread::Late, agent),
        spread::resource(Spread::Weekend, agent),
    ];
    resources.extend(others.into_iter().flatten());
    resources
}

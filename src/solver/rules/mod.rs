//! The rules, one a file: what each forbids and what each costs. MODEL.md formulates them under the same names.
//!
//! To add a rule: a file here, a line in [`RULES`] (or, where it only ever removes single duties, in `reading`), and its
//! twin in `checker/`.

pub(super) mod availability;
mod consecutive_days;
mod coverage;
pub(super) mod employment;
mod late_shifts;
pub(super) mod leader_on_duty;
pub(super) mod leave;
pub(super) mod minimum_hours;
pub(super) mod minimum_rest;
mod one_shift_per_day;
mod pin;
pub(super) mod spread;
mod weekly_hours;
mod weekly_rest;
mod wish;

use super::model::Model;

/// What each rule adds to the model: rows where it is hard, a priced variable where it is soft. `skill`, `employment`,
/// `availability` and `leave` are kept by construction: a duty they forbid has no variable.
pub(super) const RULES: [fn(&mut Model); 12] = [
    one_shift_per_day::add,
    minimum_rest::add,
    weekly_hours::add,
    consecutive_days::add,
    weekly_rest::add,
    late_shifts::add,
    pin::add,
    coverage::add,
    leader_on_duty::add,
    minimum_hours::add,
    spread::add,
    wish::add,
];

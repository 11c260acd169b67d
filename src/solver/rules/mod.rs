//! The rules, one a file: what each forbids and what each costs. MODEL.md formulates them under the same names.
//!
//! To add a rule: a file here with what it adds to the direct model and what the line engine counts for it, a line in
//! [`RULES`] and in [`resources`] (or, where it only ever prices single duties, in [`offer_prices`], where it removes them, in
//! `reading`), and its twin in `checker/`.

mod apart;
pub(super) mod availability;
pub(super) mod break_share;
mod break_window;
mod consecutive_days;
mod count;
pub(super) mod coverage;
pub(super) mod daily_hours;
pub(super) mod employment;
mod forward_rotation;
mod given_day;
mod group_on_duty;
pub(super) mod group_row;
mod late_shifts;
pub(super) mod leader_on_duty;
pub(super) mod least_change;
pub(super) mod leave;
mod mentor_on_duty;
pub(super) mod minimum_hours;
pub(super) mod minimum_rest;
mod one_shift_per_day;
pub(super) mod overtime;
mod pin;
pub(super) mod premium;
pub(super) mod protection;
pub(super) mod rotation;
mod shifts_of_kind;
pub(super) mod spread;
mod stable_start;
pub(super) mod succession;
mod together;
pub(super) mod weekends;
pub(super) mod weekly_hours;
mod weekly_rest;
mod wish;

use super::line::resource::{Resource, Spread};
use super::model::Model;
use super::problem::{AgentSpec, ProblemParts};

/// What each rule adds to the model: rows where it is hard, a priced variable where it is soft. `skill`, `employment`,
/// `availability`, `leave`, `daily-hours` and `protection` are kept by construction: a duty they forbid has no variable. `break-window` and `break-share`
/// are part of `coverage`: they need its counts.
pub(super) const RULES: [fn(&mut Model); 19] = [
    one_shift_per_day::add,
    minimum_rest::add,
    succession::add,
    weekly_hours::add,
    consecutive_days::add,
    weekly_rest::add,
    late_shifts::add,
    weekends::add,
    shifts_of_kind::add,
    overtime::add,
    pin::add,
    coverage::add,
    leader_on_duty::add,
    group_row::add,
    minimum_hours::add,
    spread::add,
    premium::add,
    given_day::add,
    wish::add,
];

/// What the line engine counts for an agent, rule by rule.
pub(super) fn resources(problem: &ProblemParts, agent: &AgentSpec) -> Vec<Box<dyn Resource>> {
    let mut resources = consecutive_days::resources(problem, agent);
    resources.extend(shifts_of_kind::resources(problem, agent));
    resources.extend(overtime::resources(problem, agent));
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

/// What an agent's shifts cost by themselves, whatever else the agent works.
pub(super) struct OfferPrices {
    /// By shift; below 0 where it spares the agent something.
    pub of_shift: Vec<f64>,
    /// What is paid for unless a shift spares it.
    pub constant: f64,
}

impl OfferPrices {
    /// To be paid with each of the shifts.
    fn with(&mut self, shifts: impl IntoIterator<Item = usize>, price: f64) {
        shifts.into_iter().for_each(|shift| self.of_shift[shift] += price);
    }

    /// To be paid unless one of the shifts, all of one day, is worked.
    fn unless(&mut self, shifts: impl IntoIterator<Item = usize>, price: f64) {
        self.constant += price;
        self.with(shifts, -price);
    }
}

/// The prices of each agent's shifts, rule by rule.
pub(super) fn offer_prices(problem: &ProblemParts) -> Vec<OfferPrices> {
    let free = || OfferPrices { of_shift: vec![0.0; problem.shifts.len()], constant: 0.0 };
    let mut prices: Vec<OfferPrices> = problem.agents.iter().map(|_| free()).collect();
    premium::price(problem, &mut prices);
    given_day::price(problem, &mut prices);
    wish::price(problem, &mut prices);
    prices
}

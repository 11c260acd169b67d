//! `premium` (soft): hours that are paid at a premium are priced at their class: overtime, days of rest, statutory holidays. What
//! a shift has of them by itself is a price of the shift; what is beyond the normal minutes of the week or cycle is counted by
//! `overtime`.

use super::OfferPrices;
use crate::domain::agent::Agent;
use crate::domain::labour::PayClass;
use crate::domain::planning::PlanningInput;
use crate::labour::planned::planned;
use crate::solver::line::Duty;
use crate::solver::model::Model;
use crate::solver::problem::{ProblemParts, RosterProblem};
use crate::solver::reading::DatedShift;

/// The price of each shift for the agent, by shift; empty where none has any.
pub(in crate::solver) fn prices(input: &PlanningInput, agent: &Agent, dated: &[DatedShift]) -> Vec<f64> {
    let Some((labour, terms)) = input.terms(agent.id) else { return Vec::new() };
    let rate = |class: PayClass| terms.rates[class as usize];
    let price = |dated: &DatedShift| {
        let hours = planned(terms, &labour.dates, &dated.shift, input.week.zone());
        let paid = f64::from(hours.overtime) * rate(PayClass::Overtime)
            + f64::from(hours.rest_day) * rate(PayClass::RestDay)
            + f64::from(hours.holiday) * rate(PayClass::StatutoryHoliday);
        paid / 60.0 * input.rules.weights.premium_hour
    };
    let prices: Vec<f64> = dated.iter().map(price).collect();
    if prices.iter().any(|price| *price > 0.0) { prices } else { Vec::new() }
}

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for (agent, spec) in problem.agents.iter().enumerate() {
        for (shift, price) in spec.premium.iter().enumerate() {
            if let Some(works) = model.works_shift(agent, shift) {
                model.add_price(works, *price);
            }
        }
    }
}

pub(super) fn price(problem: &ProblemParts, prices: &mut [OfferPrices]) {
    for (spec, prices) in problem.agents.iter().zip(prices) {
        spec.premium.iter().enumerate().for_each(|(shift, price)| prices.with([shift], *price));
    }
}

impl RosterProblem {
    /// What a duty costs an agent's team at a premium.
    pub(in crate::solver) fn premium(&self, agent: usize, duty: Duty) -> f64 {
        self.agents[agent].premium.get(duty.shift).copied().unwrap_or(0.0)
    }
}

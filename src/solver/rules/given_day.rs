//! `least-change` and `rotation` (soft): an agent's day that is another than given is priced: off instead of at work, at work
//! instead of off, another shift. Another queue on the same shift is no other day: who comes when and goes when stays.
//!
//! A fixed day is hard: its shift is worked, on whatever queue and with its breaks wherever it serves best.

use good_lp::Expression;

use super::OfferPrices;
use crate::solver::model::Model;
use crate::solver::problem::ProblemParts;

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for (agent, spec) in problem.agents.iter().enumerate() {
        for given in &spec.given {
            let price = problem.weights.of_given_day(given.rule);
            let Some(shift) = given.shift else {
                if let Some(works) = model.works_day(agent, given.day) {
                    model.add_price(works, price);
                }
                continue;
            };
            model.add_constant(price);
            if let Some(works) = model.works_shift(agent, shift) {
                if given.is_fixed {
                    model.require(Expression::from(works).eq(1.0));
                }
                model.add_price(works, -price);
            }
        }
    }
}

pub(super) fn price(problem: &ProblemParts, prices: &mut [OfferPrices]) {
    let on = |day: usize| (0..problem.shifts.len()).filter(move |shift| problem.shifts[*shift].day == day);
    for (spec, prices) in problem.agents.iter().zip(prices) {
        for given in &spec.given {
            let price = problem.weights.of_given_day(given.rule);
            match given.shift {
                Some(shift) => prices.unless([shift], price),
                None => prices.with(on(given.day), price),
            }
        }
    }
}

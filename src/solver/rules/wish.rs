//! `wish` (soft): a wish refused is priced. A day holds one shift at most, so the shifts of a wish add up to 0 or 1.

use super::OfferPrices;
use crate::solver::model::Model;
use crate::solver::problem::ProblemParts;

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for wish in &problem.wishes {
        let price = wish.weight * problem.weights.wish;
        let sign = if wish.is_wanted { -price } else { price };
        if wish.is_wanted {
            model.add_constant(price);
        }
        for shift in &wish.shifts {
            if let Some(works) = model.works_shift(wish.agent, *shift) {
                model.add_price(works, sign);
            }
        }
    }
}

pub(super) fn price(problem: &ProblemParts, prices: &mut [OfferPrices]) {
    for wish in &problem.wishes {
        let (of_agent, shifts) = (&mut prices[wish.agent], wish.shifts.iter().copied());
        let price = wish.weight * problem.weights.wish;
        if wish.is_wanted { of_agent.unless(shifts, price) } else { of_agent.with(shifts, price) }
    }
}

//! `wish` (soft): a wish refused is priced. A day holds one shift at most, so the shifts of a wish add up to 0 or 1.

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for wish in &problem.wishes {
        let price = f64::from(wish.weight) * problem.weights.wish;
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

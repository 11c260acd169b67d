//! `weekly-hours` (hard): paid minutes stay within the contract's maximum.

use good_lp::Expression;

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let most = model.problem.agents[agent].max_minutes;
        let paid: Expression = model.paid_hours(agent);
        model.require(paid.leq(f64::from(most) / 60.0));
        // The same in whole days: even the shortest shifts fit only so many times.
        let shifts = model.problem.shifts.iter().enumerate().filter(|(shift, _)| model.works_shift(agent, *shift).is_some());
        let shortest = shifts.map(|(_, shift)| shift.paid).min();
        if let Some(most_days) = shortest.and_then(|paid| most.checked_div(paid)) {
            let days: Expression = model.works_week(agent).sum();
            model.require(days.leq(f64::from(most_days)));
        }
    }
}

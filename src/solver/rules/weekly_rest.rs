//! `weekly-rest` (hard): the week keeps its days without a shift.

use good_lp::Expression;

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let days: Expression = model.works_week(agent).sum();
        model.require(days.leq(f64::from(model.problem.limits.max_days)));
    }
}

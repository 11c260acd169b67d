//! `late-shifts` (hard): not more late shifts in the week than allowed.

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let late = model.late_shifts(agent);
        model.require(late.leq(f64::from(model.problem.limits.max_late_shifts)));
    }
}

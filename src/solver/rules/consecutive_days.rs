//! `consecutive-days` (hard): in every stretch one day longer than allowed, one day is free. Days before the week count.

use good_lp::Expression;

use crate::solver::model::Model;
use crate::solver::problem::DAYS;

pub(super) fn add(model: &mut Model) {
    let most = model.problem.limits.max_consecutive_days as usize;
    for agent in 0..model.problem.agents.len() {
        let before = model.problem.agents[agent].run_before as usize;
        let left = most.saturating_sub(before);
        if before > 0 && left < DAYS {
            let days: Expression = (0..=left).filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(left as f64));
        }
        for first in 0..DAYS.saturating_sub(most) {
            let days: Expression = (first..=first + most).filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(most as f64));
        }
    }
}

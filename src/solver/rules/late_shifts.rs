//! `late-shifts` (hard): not more late shifts in a week than allowed.

use super::count::Count;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, WEEK};

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let most = f64::from(model.problem.agents[agent].limits.max_late_shifts);
        for first in (0..model.problem.days).step_by(WEEK) {
            let late = model.shifts_where(agent, |shift| shift.is_late && (first..first + WEEK).contains(&shift.day));
            model.require(late.leq(most));
        }
    }
}

pub(super) fn resource(problem: &ProblemParts, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    Count::resource(problem, WEEK, agent.limits.max_late_shifts, |shift| shift.is_late)
}

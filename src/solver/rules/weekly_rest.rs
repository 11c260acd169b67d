//! `weekly-rest` (hard): every week keeps its days without a shift.

use good_lp::Expression;

use super::count::Count;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, WEEK};

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let most = f64::from(model.problem.agents[agent].limits.max_days);
        for first in (0..model.problem.days).step_by(WEEK) {
            let week = first..(first + WEEK).min(model.problem.days);
            let days: Expression = week.filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(most));
        }
    }
}

pub(super) fn resource(problem: &ProblemParts, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    Count::resource(problem, WEEK, agent.limits.max_days, |_| true)
}

//! `shifts-of-kind` (hard): not more shifts of one template in the horizon than allowed.

use super::count::Count;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts};

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        for (kind, most) in &model.problem.agents[agent].limits.max_of_kind {
            let shifts = model.shifts_where(agent, |shift| shift.kind == *kind);
            model.require(shifts.leq(f64::from(*most)));
        }
    }
}

pub(super) fn resources(problem: &ProblemParts, agent: &AgentSpec) -> Vec<Box<dyn Resource>> {
    let limits = agent.limits.max_of_kind.iter().map(|(kind, most)| (*kind, *most));
    let count = |(kind, most)| Count::resource(problem, problem.days, most, move |shift| shift.kind == kind);
    limits.filter_map(count).collect()
}

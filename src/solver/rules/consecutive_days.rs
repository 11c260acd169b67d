//! `consecutive-days` (hard): in every stretch one day longer than allowed, one day is free. Days before the horizon count.

use good_lp::Expression;

use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, ShiftSpec};

pub(super) fn add(model: &mut Model) {
    let days_of_horizon = model.problem.days;
    for agent in 0..model.problem.agents.len() {
        let spec = &model.problem.agents[agent];
        let most = spec.limits.max_consecutive_days as usize;
        let before = spec.run_before as usize;
        let left = most.saturating_sub(before);
        if before > 0 && left < days_of_horizon {
            let days: Expression = (0..=left).filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(left as f64));
        }
        for first in 0..days_of_horizon.saturating_sub(most) {
            let days: Expression = (first..=first + most).filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(most as f64));
        }
    }
}

/// Days worked in a row.
struct Run {
    before: u16,
    most: u16,
    days: usize,
}

pub(super) fn resource(problem: &ProblemParts, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    let most = agent.limits.max_consecutive_days as u16;
    Some(Box::new(Run { before: (agent.run_before as u16).min(most), most, days: problem.days }))
}

impl Resource for Run {
    fn start(&self) -> u16 {
        self.before
    }

    fn effect(&self, _: &ShiftSpec) -> u16 {
        0
    }

    fn work(&self, run: u16, _: u16, _: usize) -> Option<u16> {
        (run < self.most).then_some(run + 1)
    }

    fn rest(&self, _: u16, _: usize) -> Option<u16> {
        Some(0)
    }

    fn canonical(&self, run: u16, day: usize) -> u16 {
        // A run that cannot grow too long before the horizon ends is as good as none.
        if run as usize + (self.days - day) <= self.most as usize { 0 } else { run }
    }
}

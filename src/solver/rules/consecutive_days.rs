//! `consecutive-days` (hard): in every stretch one day longer than allowed, one day is free; days before and after the horizon count.
//! Rows of days, worked or off, are not shorter than asked for, unless they touch the first or the last day.

use good_lp::{Expression, Variable};

use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, ShiftSpec};

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        add_most(model, agent);
        add_fewest(model, agent);
    }
}

fn add_most(model: &mut Model, agent: usize) {
    let days_of_horizon = model.problem.days;
    let spec = &model.problem.agents[agent];
    let most = spec.limits.max_consecutive_days as usize;
    let (before, after) = (spec.run_before as usize, spec.run_after as usize);
    let left = most.saturating_sub(before);
    if before > 0 && left < days_of_horizon {
        let days: Expression = (0..=left).filter_map(|day| model.works_day(agent, day)).sum();
        model.require(days.leq(left as f64));
    }
    let left = most.saturating_sub(after);
    if after > 0 && left < days_of_horizon {
        let days = (days_of_horizon - left - 1..days_of_horizon).filter_map(|day| model.works_day(agent, day));
        let days: Expression = days.sum();
        model.require(days.leq(left as f64));
    }
    if before > 0 && after > 0 && before + days_of_horizon + after > most {
        let days: Expression = (0..days_of_horizon).filter_map(|day| model.works_day(agent, day)).sum();
        model.require(days.leq(days_of_horizon as f64 - 1.0));
    }
    for first in 0..days_of_horizon.saturating_sub(most) {
        let days: Expression = (first..=first + most).filter_map(|day| model.works_day(agent, day)).sum();
        model.require(days.leq(most as f64));
    }
}

/// Whoever begins to work works the days after too; whoever begins to rest rests.
fn add_fewest(model: &mut Model, agent: usize) {
    let (days, limits) = (model.problem.days, &model.problem.agents[agent].limits);
    let (worked, off) = (limits.min_consecutive_days as usize, limits.min_consecutive_days_off as usize);
    let works = |model: &Model, day| sum(model.works_day(agent, day));
    for first in 1..days {
        for day in (first + 1..first + worked).take_while(|day| *day < days) {
            let begins = works(model, first) - works(model, first - 1);
            let row = (begins - works(model, day)).leq(0.0);
            model.require(row);
        }
        for day in (first + 1..first + off).take_while(|day| *day < days) {
            let begins = works(model, first - 1) - works(model, first);
            let row = (begins + works(model, day)).leq(1.0);
            model.require(row);
        }
    }
}

fn sum(variable: Option<Variable>) -> Expression {
    variable.into_iter().sum()
}

/// What an agent's line counts of days in a row.
pub(super) fn resources(problem: &ProblemParts, agent: &AgentSpec) -> Vec<Box<dyn Resource>> {
    let limits = &agent.limits;
    let most = limits.max_consecutive_days as u16;
    let outside = |days: u32| (days as u16).min(most);
    let run = Run { before: outside(agent.run_before), after: outside(agent.run_after), most, days: problem.days };
    let rows =
        Rows { worked: limits.min_consecutive_days as u16, off: limits.min_consecutive_days_off as u16, days: problem.days };
    let mut resources: Vec<Box<dyn Resource>> = vec![Box::new(run)];
    if rows.worked > 1 || rows.off > 1 {
        resources.push(Box::new(rows));
    }
    resources
}

/// Days worked in a row.
struct Run {
    before: u16,
    after: u16,
    most: u16,
    days: usize,
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
        if usize::from(run + self.after) + (self.days - day) <= self.most as usize { 0 } else { run }
    }

    fn close(&self, run: u16) -> Option<f64> {
        (run == 0 || run + self.after <= self.most).then_some(0.0)
    }
}

/// Days that the row under way still owes: of work below [`OFF`], of rest from there on.
struct Rows {
    worked: u16,
    off: u16,
    days: usize,
}

/// A row of days off that owes nothing. What lies before the first day is one, and a row of work that owes nothing: either may
/// follow.
const OFF: u16 = 1 << 8;
const BEFORE: u16 = 1 << 9;

impl Resource for Rows {
    fn start(&self) -> u16 {
        BEFORE
    }

    fn effect(&self, _: &ShiftSpec) -> u16 {
        0
    }

    fn work(&self, row: u16, _: u16, _: usize) -> Option<u16> {
        match row {
            BEFORE => Some(0),
            OFF => Some(self.worked.saturating_sub(1)),
            owed if owed < OFF => Some(owed.saturating_sub(1)),
            _ => None,
        }
    }

    fn rest(&self, row: u16, _: usize) -> Option<u16> {
        match row {
            BEFORE => Some(OFF),
            0 => Some(OFF + self.off.saturating_sub(1)),
            off if off >= OFF => Some(OFF.max(off - 1)),
            _ => None,
        }
    }

    fn canonical(&self, row: u16, day: usize) -> u16 {
        // A row that touches the last day owes nothing.
        if day == self.days { 0 } else { row }
    }
}

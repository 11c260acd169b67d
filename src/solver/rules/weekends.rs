//! `weekends` (hard): not more weekends with a shift on Saturday or Sunday in the horizon than allowed. Beside other weeks that
//! are planned together a week has no weekend left, or it is free: then single shifts are forbidden by construction.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use good_lp::{Expression, variable};

use crate::domain::agent::Agent;
use crate::domain::calendar::monday_of;
use crate::domain::planning::PlanningInput;
use crate::domain::shift::Shift;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, ShiftSpec, WEEK};

/// Day of the week from which on a shift is of the weekend.
const SATURDAY: usize = 5;

/// Whether the shift is on the weekend and the other weeks planned together leave the agent none.
pub(in crate::solver) fn others_forbid(input: &PlanningInput, agent: &Agent, shift: &Shift) -> bool {
    let is_weekend = |date: &NaiveDate| matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let worked = || input.beside(agent.id).map(|other| other.date).filter(is_weekend).map(monday_of).collect::<BTreeSet<_>>();
    is_weekend(&shift.date) && input.rules.max_weekends.is_some_and(|most| worked().len() >= most as usize)
}

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let Some(most) = model.problem.agents[agent].limits.max_weekends else { continue };
        let mut weekends = Expression::default();
        for monday in (0..model.problem.days).step_by(WEEK) {
            let days: Vec<_> = (monday + SATURDAY..(monday + WEEK).min(model.problem.days))
                .filter_map(|day| model.works_day(agent, day))
                .collect();
            let starts = days.iter().map(|works| model.start_of(*works)).fold(0.0, f64::max);
            let is_worked = model.add(variable().binary(), 0.0, starts);
            days.into_iter().for_each(|works| model.require((works - is_worked).leq(0.0)));
            weekends += is_worked;
        }
        model.require(weekends.leq(f64::from(most)));
    }
}

/// Twice the weekends worked so far, and one more while a weekend that is counted lasts.
struct Weekends {
    most: u16,
}

pub(super) fn resource(problem: &ProblemParts, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    let binds = |most: &u32| (*most as usize) < problem.days.div_ceil(WEEK);
    let most = agent.limits.max_weekends.filter(binds)?;
    Some(Box::new(Weekends { most: most as u16 }))
}

impl Resource for Weekends {
    fn effect(&self, _: &ShiftSpec) -> u16 {
        0
    }

    fn work(&self, count: u16, _: u16, day: usize) -> Option<u16> {
        let is_counted = day % WEEK < SATURDAY || count % 2 == 1;
        let count = if is_counted { count } else { count + 3 };
        (count / 2 <= self.most).then_some(count)
    }

    fn rest(&self, count: u16, _: usize) -> Option<u16> {
        Some(count)
    }

    fn canonical(&self, count: u16, day: usize) -> u16 {
        if day.is_multiple_of(WEEK) { count - count % 2 } else { count }
    }
}

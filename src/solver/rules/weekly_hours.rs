//! `weekly-hours` (hard): paid minutes stay between the floor and the contract's maximum.

use good_lp::Expression;

use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::solver::line::resource::Resource;
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ProblemParts, ShiftSpec};

/// Paid minutes of the week at most: the contract's, or fewer where an average over weeks leaves fewer.
pub(in crate::solver) fn most_minutes(input: &PlanningInput, agent: &Agent) -> u32 {
    let average = input.terms(agent.id).and_then(|(_, terms)| terms.max_week_minutes);
    average.map_or(agent.contract.max_weekly_minutes, |most| most.min(agent.contract.max_weekly_minutes))
}

pub(super) fn add(model: &mut Model) {
    for agent in 0..model.problem.agents.len() {
        let limits = &model.problem.agents[agent].limits;
        let (least, most) = (limits.min_minutes, limits.max_minutes);
        let paid: Expression = model.paid_hours(agent);
        model.require(paid.leq(f64::from(most) / 60.0));
        // A floor that the start roster misses cannot be reached.
        let paid: Expression = model.paid_hours(agent);
        if least > 0 && model.start_of_sum(&paid) * 60.0 >= f64::from(least) {
            model.require(paid.geq(f64::from(least) / 60.0));
        }
        // The same in whole days: even the shortest shifts fit only so many times.
        let shifts = model.problem.shifts.iter().enumerate().filter(|(shift, _)| model.works_shift(agent, *shift).is_some());
        let shortest = shifts.map(|(_, shift)| shift.paid).min().unwrap_or(0);
        if let Some(fits) = most.checked_div(shortest) {
            let days: Expression = (0..model.problem.days).filter_map(|day| model.works_day(agent, day)).sum();
            model.require(days.leq(f64::from(fits)));
        }
    }
}

/// Paid minutes so far, in the greatest unit that divides every shift. `minimum-hours` prices the same count.
struct PaidMinutes {
    unit: u32,
    least: u32,
    most: u32,
    owed: u32,
    price_per_hour: f64,
    /// The most minutes that the days from each on can add.
    ahead: Vec<u32>,
}

pub(super) fn resource(problem: &ProblemParts, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    let unit = problem.shifts.iter().map(|shift| shift.paid).fold(0, gcd).max(1);
    let longest = |day| problem.shifts.iter().filter(move |shift| shift.day == day).map(|shift| shift.paid).max().unwrap_or(0);
    let mut ahead = vec![0; problem.days + 1];
    for day in (0..problem.days).rev() {
        ahead[day] = ahead[day + 1] + longest(day);
    }
    let limits = &agent.limits;
    let (owed, price_per_hour) = (agent.owed_minutes, problem.weights.missing_hour);
    Some(Box::new(PaidMinutes { unit, least: limits.min_minutes, most: limits.max_minutes, owed, price_per_hour, ahead }))
}

fn gcd(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { gcd(right, left % right) }
}

impl PaidMinutes {
    fn minutes(&self, count: u16) -> u32 {
        u32::from(count) * self.unit
    }
}

impl Resource for PaidMinutes {
    fn effect(&self, shift: &ShiftSpec) -> u16 {
        u16::try_from(shift.paid / self.unit).unwrap_or(u16::MAX)
    }

    fn work(&self, count: u16, effect: u16, _: usize) -> Option<u16> {
        let count = count.checked_add(effect)?;
        (self.minutes(count) <= self.most).then_some(count)
    }

    fn rest(&self, count: u16, _: usize) -> Option<u16> {
        Some(count)
    }

    fn canonical(&self, count: u16, day: usize) -> u16 {
        let enough = self.least.max(self.owed).div_ceil(self.unit);
        let (minutes, ahead) = (self.minutes(count), self.ahead[day]);
        // Neither what is owed nor the maximum can matter any more.
        if u32::from(count) >= enough && minutes + ahead <= self.most { enough as u16 } else { count }
    }

    fn close(&self, count: u16) -> Option<f64> {
        let minutes = self.minutes(count);
        let missing = f64::from(self.owed.saturating_sub(minutes)) / 60.0;
        (minutes >= self.least).then_some(missing * self.price_per_hour)
    }
}

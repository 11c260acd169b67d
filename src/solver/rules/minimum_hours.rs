//! `minimum-hours` (soft): paid hours below what the agent is owed are priced.

use chrono::Days;
use good_lp::variable;

use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, midnight};
use crate::domain::planning::PlanningInput;
use crate::solver::model::Model;

/// Paid minutes owed this week: the contract's minimum less a fifth for each day away. Eight hours of leave on a date are
/// a day, fewer a part of it.
pub(in crate::solver) fn owed_minutes(input: &PlanningInput, agent: &Agent) -> u32 {
    let zone = input.week.zone();
    let mut days_away = 0.0;
    for date in input.week.dates() {
        let day = Interval { start: midnight(zone, date), end: midnight(zone, date + Days::new(1)) };
        let leave = input.leave.iter().filter(|leave| leave.agent_id == agent.id);
        let minutes: i64 = leave.map(|leave| leave.span.shared_minutes(&day)).sum();
        days_away += if agent.is_employed_on(date) { (minutes as f64 / 480.0).min(1.0) } else { 1.0 };
    }
    let owed = (f64::from(agent.contract.min_weekly_minutes) * (1.0 - days_away / 5.0).max(0.0)).floor();
    input.terms(agent.id).map_or(owed, |(_, terms)| terms.owed(owed)) as u32
}

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for (agent, spec) in problem.agents.iter().enumerate() {
        let owed = f64::from(spec.owed_minutes) / 60.0;
        if owed == 0.0 {
            continue;
        }
        let paid = model.paid_hours(agent);
        let missing = (owed - model.start_of_sum(&paid)).max(0.0);
        let missing = model.add(variable().min(0.0).max(owed), problem.weights.missing_hour, missing);
        model.require((paid + missing).geq(owed));
    }
}

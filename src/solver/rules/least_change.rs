//! `least-change` (soft): an agent's day that is another than in the roster to stay close to is priced: off instead of at work,
//! at work instead of off, another shift. Another queue on the same shift is no change: who comes when and goes when stays.

use super::OfferPrices;
use crate::domain::agent::Agent;
use crate::domain::planning::PlanningInput;
use crate::solver::model::Model;
use crate::solver::problem::{GivenDay, ProblemParts};
use crate::solver::reading::DatedShift;

/// What the agent does on each day in the roster to stay close to. Of a day with a shift that is gone it says nothing.
pub(in crate::solver) fn given_days(input: &PlanningInput, agent: &Agent, dated: &[DatedShift]) -> Vec<GivenDay> {
    let Some(roster) = &input.least_change_from else { return Vec::new() };
    let of_day = |(day, date)| {
        let Some(worked) = roster.iter().find(|assignment| assignment.agent_id == agent.id && assignment.date == date) else {
            return Some(GivenDay { day, shift: None });
        };
        let is_worked = |dated: &DatedShift| dated.shift.date == date && dated.template.id == worked.shift_template_id;
        dated.iter().position(is_worked).map(|shift| GivenDay { day, shift: Some(shift) })
    };
    input.week.dates().enumerate().filter_map(of_day).collect()
}

pub(super) fn add(model: &mut Model) {
    let (problem, price) = (model.problem, model.problem.weights.change);
    for (agent, spec) in problem.agents.iter().enumerate() {
        for given in &spec.given {
            let Some(shift) = given.shift else {
                if let Some(works) = model.works_day(agent, given.day) {
                    model.add_price(works, price);
                }
                continue;
            };
            model.add_constant(price);
            if let Some(works) = model.works_shift(agent, shift) {
                model.add_price(works, -price);
            }
        }
    }
}

pub(super) fn price(problem: &ProblemParts, prices: &mut [OfferPrices]) {
    let on = |day: usize| (0..problem.shifts.len()).filter(move |shift| problem.shifts[*shift].day == day);
    for (spec, prices) in problem.agents.iter().zip(prices) {
        for given in &spec.given {
            match given.shift {
                Some(shift) => prices.unless([shift], problem.weights.change),
                None => prices.with(on(given.day), problem.weights.change),
            }
        }
    }
}

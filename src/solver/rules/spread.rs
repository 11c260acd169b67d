//! `late-spread`, `weekend-spread` (soft): the distance between the most and the least loaded full-time agent is priced.

use chrono::{Datelike, Weekday};
use good_lp::{Expression, variable};

use super::availability;
use crate::domain::agent::Agent;
use crate::domain::planning::{PastShift, PlanningInput};
use crate::domain::rules::RuleId;
use crate::solver::line::resource::{Resource, Spread};
use crate::solver::model::Model;
use crate::solver::problem::{AgentSpec, ShiftSpec};
use crate::solver::reading::DatedShift;

/// Whether the agent counts: full-time, employed and without leave in all weeks planned together, and available for a late shift (for the
/// weekend: for a shift on either day). One on holiday would make every roster uneven.
pub(in crate::solver) fn is_shared_by(input: &PlanningInput, agent: &Agent, dated: &[DatedShift], rule: RuleId) -> bool {
    let all_weeks = input.horizon.span();
    let present = agent.contract.is_full_time
        && input.horizon.dates().all(|date| agent.is_employed_on(date))
        && !input.leave.iter().any(|leave| leave.agent_id == agent.id && leave.span.overlaps(&all_weeks));
    let admitted = |dated: &&DatedShift| !availability::forbids(input, agent, &dated.shift);
    let on = |weekday| dated.iter().filter(admitted).any(|dated| dated.shift.date.weekday() == weekday);
    present
        && match rule {
            RuleId::LateSpread => dated.iter().filter(admitted).any(|dated| input.is_late(dated.template)),
            _ => on(Weekday::Sat) && on(Weekday::Sun),
        }
}

/// Late shifts and weekend days of the agent in the other weeks planned together, and what the agent carries from those before.
pub(in crate::solver) fn loads_beside(input: &PlanningInput, agent: &Agent) -> [u16; 2] {
    let is_weekend = |past: &PastShift| input.is_spread_as_weekend(past.date);
    let [late, weekend] = input.load_memory.carried(agent.id);
    let count = |is_counted: &dyn Fn(&PastShift) -> bool| input.beside(agent.id).filter(|past| is_counted(past)).count() as u16;
    [late + count(&|past| input.was_late(past)), weekend + count(&is_weekend)]
}

pub(super) fn add(model: &mut Model) {
    let agents = &model.problem.agents;
    let late: Vec<usize> = (0..agents.len()).filter(|agent| agents[*agent].shares_late).collect();
    let weekend: Vec<usize> = (0..agents.len()).filter(|agent| agents[*agent].shares_weekend).collect();
    let late = counts(model, late, Spread::Late, |shift| shift.is_late);
    add_spread(model, late);
    let weekend = counts(model, weekend, Spread::Weekend, |shift| shift.is_weekend);
    add_spread(model, weekend);
}

/// What each agent works, and what the agent has beside it.
fn counts(model: &Model, agents: Vec<usize>, spread: Spread, is_counted: fn(&ShiftSpec) -> bool) -> Vec<(Expression, f64)> {
    let beside = |agent: usize| f64::from(model.problem.agents[agent].loads_beside[spread as usize]);
    agents.into_iter().map(|agent| (model.shifts_where(agent, is_counted), beside(agent))).collect()
}

/// Most and fewest are whole numbers: branching on them settles what fractions of agents would blur.
fn add_spread(model: &mut Model, counts: Vec<(Expression, f64)>) {
    if counts.len() < 2 {
        return;
    }
    let starts: Vec<f64> = counts.iter().map(|(count, beside)| model.start_of_sum(count) + beside).collect();
    let beside = counts.iter().map(|(_, beside)| *beside).fold(0.0, f64::max);
    let (price, days) = (model.problem.weights.spread, model.problem.days as f64 + beside);
    let most = model.add(variable().min(0.0).max(days).integer(), price, starts.iter().copied().fold(0.0, f64::max));
    let fewest = model.add(variable().min(0.0).max(days).integer(), -price, starts.iter().copied().fold(days, f64::min));
    for (count, beside) in counts {
        model.require((count.clone() - most).leq(-beside));
        model.require((count - fewest).geq(-beside));
    }
}

/// Late shifts, or weekend days, so far.
struct Load {
    spread: Spread,
}

pub(super) fn resource(spread: Spread, agent: &AgentSpec) -> Option<Box<dyn Resource>> {
    let is_shared = match spread {
        Spread::Late => agent.shares_late,
        Spread::Weekend => agent.shares_weekend,
    };
    is_shared.then(|| Box::new(Load { spread }) as Box<dyn Resource>)
}

impl Resource for Load {
    fn effect(&self, shift: &ShiftSpec) -> u16 {
        match self.spread {
            Spread::Late => shift.is_late.into(),
            Spread::Weekend => shift.is_weekend.into(),
        }
    }

    fn work(&self, load: u16, effect: u16, _: usize) -> Option<u16> {
        Some(load + effect)
    }

    fn rest(&self, load: u16, _: usize) -> Option<u16> {
        Some(load)
    }

    fn load(&self) -> Option<Spread> {
        Some(self.spread)
    }
}

//! `coverage`, `peak-coverage`, `overcover` (soft): heads missing and heads too many are priced per interval.
//!
//! Heads of a shift on a queue are one variable, summed over its agents once: a coverage row then has as many entries as
//! there are shifts at that time, not agents times shifts, which is what makes the linear relaxation quick.

use good_lp::{Expression, Variable, variable};

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for queue in 0..problem.queues.len() {
        let mut seated: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); problem.intervals()];
        for shift in 0..problem.shifts.len() {
            let Some(heads) = heads_of(model, queue, shift) else { continue };
            for seat in &problem.shifts[shift].seats {
                seated[seat.interval].push((heads, seat.share));
            }
        }
        for (interval, seated) in seated.into_iter().enumerate() {
            add_interval(model, queue, interval, &seated);
        }
    }
}

/// Heads on a shift and queue, each agent by proficiency; `None` when nobody can serve it.
fn heads_of(model: &mut Model, queue: usize, shift: usize) -> Option<Variable> {
    let problem = model.problem;
    let serving: Vec<(Variable, f64, bool)> = model
        .duties_of(queue, shift)
        .map(|duty| {
            let heads = problem.agents[duty.agent].proficiency(queue).expect("a duty exists only for a skilled agent");
            (duty.variable, heads, model.starts_with(duty))
        })
        .collect();
    if serving.is_empty() {
        return None;
    }
    let total: f64 = serving.iter().filter(|(_, _, starts)| *starts).map(|(_, heads, _)| heads).sum();
    let all_whole = serving.iter().all(|(_, heads, _)| *heads == 1.0);
    let heads = if all_whole { variable().min(0.0).integer() } else { variable().min(0.0) };
    let heads = model.add(heads, 0.0, total);
    let sum: Expression = serving.iter().map(|(variable, heads, _)| *heads * *variable).sum();
    model.require((sum - heads).eq(0.0));
    Some(heads)
}

fn add_interval(model: &mut Model, queue: usize, interval: usize, seated: &[(Variable, f64)]) {
    let problem = model.problem;
    let required = f64::from(problem.queues[queue].demand[interval]);
    let (gap_price, surplus_price) = problem.coverage_prices(queue, interval);
    if seated.is_empty() {
        // Nobody can be there: the gap is a fact, not a decision.
        model.add_constant(required * gap_price);
        return;
    }
    let covered: f64 = seated.iter().map(|(heads, share)| model.start_of(*heads) * share).sum();
    let surplus = model.add(variable().min(0.0), surplus_price, (covered - required).max(0.0));
    let mut cover: Expression = seated.iter().map(|(heads, share)| *share * *heads).sum();
    cover -= surplus;
    if required > 0.0 {
        cover += model.add(variable().min(0.0).max(required), gap_price, (required - covered).max(0.0));
    }
    model.require(cover.eq(required));
}

//! `coverage`, `peak-coverage`, `overcover` (soft): heads missing and heads too many are priced per interval.
//!
//! Agents of one proficiency on one shift and queue are counted by a whole number. A coverage row then has an entry per
//! shift and proficiency at that time, not per agent: the relaxation is quicker, and the backend sees in each row how few
//! sums of heads are possible, which is where most of the bound's distance comes from when proficiencies differ.

use good_lp::{Expression, Variable, variable};

use crate::solver::model::Model;

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for queue in 0..problem.queues.len() {
        let mut seated: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); problem.intervals];
        for shift in 0..problem.shifts.len() {
            for (count, heads) in counts_of(model, queue, shift) {
                for seat in &problem.shifts[shift].seats {
                    seated[seat.interval].push((count, heads * seat.share));
                }
            }
        }
        for (interval, seated) in seated.into_iter().enumerate() {
            add_interval(model, queue, interval, &seated);
        }
    }
}

/// Agents on a shift and queue, a count per proficiency.
fn counts_of(model: &mut Model, queue: usize, shift: usize) -> Vec<(Variable, f64)> {
    let problem = model.problem;
    let heads_of = |agent: usize| problem.agents[agent].proficiency(queue).expect("a duty exists only for a skilled agent");
    let mut serving: Vec<(f64, Variable)> =
        model.duties_of(queue, shift).map(|duty| (heads_of(duty.agent), duty.variable)).collect();
    serving.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut counts = Vec::new();
    for alike in serving.chunk_by(|left, right| left.0 == right.0) {
        let count = match alike {
            [(_, only)] => *only,
            _ => {
                let starts = alike.iter().map(|(_, duty)| model.start_of(*duty)).sum();
                let most = alike.len() as f64;
                let count = model.add(variable().min(0.0).max(most).integer(), 0.0, starts);
                let sum: Expression = alike.iter().map(|(_, duty)| *duty).sum();
                model.require((sum - count).eq(0.0));
                count
            }
        };
        counts.push((count, alike[0].0));
    }
    counts
}

fn add_interval(model: &mut Model, queue: usize, interval: usize, seated: &[(Variable, f64)]) {
    let problem = model.problem;
    let required = f64::from(problem.queues[queue].demand[interval]);
    let (gap_price, surplus_price) = (problem.queues[queue].gap_price[interval], problem.queues[queue].surplus_price[interval]);
    if seated.is_empty() {
        // Nobody can be there: the gap is a fact, not a decision.
        model.add_constant(required * gap_price);
        return;
    }
    let covered: f64 = seated.iter().map(|(count, heads)| model.start_of(*count) * heads).sum();
    let surplus = model.add(variable().min(0.0), surplus_price, (covered - required).max(0.0));
    let mut cover: Expression = seated.iter().map(|(count, heads)| *heads * *count).sum();
    cover -= surplus;
    if required > 0.0 {
        cover += model.add(variable().min(0.0).max(required), gap_price, (required - covered).max(0.0));
    }
    model.require(cover.eq(required));
}

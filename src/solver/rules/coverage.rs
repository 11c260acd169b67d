//! `coverage`, `peak-coverage`, `overcover` (soft): heads missing and heads too many are priced per interval.
//!
//! Agents of one proficiency on one shift and queue are counted by a whole number. A coverage row then has an entry per
//! shift and proficiency at that time, not per agent: the relaxation is quicker, and the backend sees in each row how few
//! sums of heads are possible, which is where most of the bound's distance comes from when proficiencies differ.

use good_lp::{Expression, Variable, variable};

use super::{break_share, break_window};
use crate::solver::model::Model;
use crate::solver::problem::{Seat, ShiftSpec};

/// Agents of one proficiency on a shift and queue.
pub(in crate::solver) struct Counts {
    pub shift: usize,
    pub queue: usize,
    /// Heads that each counts for.
    pub heads: f64,
    /// Who they may be.
    pub serving: Vec<usize>,
    /// How many there are.
    pub agents: Variable,
    /// How many of them take each break that may be moved at each place.
    pub breaks: Vec<Vec<Variable>>,
}

impl Counts {
    /// Parts of intervals that breaks may take, each with the count of agents who take them.
    pub fn resting<'a>(&'a self, shift: &'a ShiftSpec) -> impl Iterator<Item = (&'a Seat, Variable)> {
        let placed = shift.movable().zip(&self.breaks).flat_map(|((_, rest), counts)| rest.places.iter().zip(counts));
        placed.flat_map(|(place, count)| place.taken.iter().map(move |seat| (seat, *count)))
    }
}

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for queue in 0..problem.queues.len() {
        let mut seated: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); problem.intervals];
        let mut counts = Vec::new();
        for shift in 0..problem.shifts.len() {
            counts.extend(counts_of(model, queue, shift));
        }
        for count in &counts {
            let shift = &problem.shifts[count.shift];
            shift.seats.iter().for_each(|seat| seated[seat.interval].push((count.agents, count.heads * seat.share)));
            count.resting(shift).for_each(|(seat, resting)| seated[seat.interval].push((resting, -count.heads * seat.share)));
        }
        for (interval, seated) in seated.into_iter().enumerate() {
            add_interval(model, queue, interval, &seated);
        }
        break_share::add(model, &counts);
        counts.into_iter().filter(|count| !count.breaks.is_empty()).for_each(|count| model.keep_breaks(count));
    }
}

/// Agents on a shift and queue, a count per proficiency.
fn counts_of(model: &mut Model, queue: usize, shift: usize) -> Vec<Counts> {
    let problem = model.problem;
    let heads_of = |agent: usize| problem.agents[agent].proficiency(queue).expect("a duty exists only for a skilled agent");
    let mut serving: Vec<(f64, usize, Variable)> =
        model.duties_of(queue, shift).map(|duty| (heads_of(duty.agent), duty.agent, duty.variable)).collect();
    serving.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut counts = Vec::new();
    for alike in serving.chunk_by(|left, right| left.0 == right.0) {
        let agents = match alike {
            [(_, _, only)] => *only,
            _ => {
                let starts = alike.iter().map(|(_, _, duty)| model.start_of(*duty)).sum();
                let most = alike.len() as f64;
                let count = model.add(variable().min(0.0).max(most).integer(), 0.0, starts);
                let sum: Expression = alike.iter().map(|(_, _, duty)| *duty).sum();
                model.require((sum - count).eq(0.0));
                count
            }
        };
        let serving = alike.iter().map(|(_, agent, _)| *agent).collect();
        let mut count = Counts { shift, queue, heads: alike[0].0, serving, agents, breaks: Vec::new() };
        count.breaks = break_window::add(model, &count);
        counts.push(count);
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

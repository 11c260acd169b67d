//! `break-share` (soft): of those on shift on a queue, not too many are on a break at once.
//!
//! One may be at any time, and of the others a share: with n agents there, at most 1 + share·(n − 1). For a share of 1/k that
//! is n/k, rounded up. It is the same as a row of heads that counts each agent by the part of the interval on a break less
//! the share of the part that the agent is there, and asks for 1 − share at most: convex, so the engine needs nothing more.
//! It is priced and not hard, for breaks at fixed places and pins may crowd, and a roster with a crowd is better than none.

use good_lp::{Expression, IntoAffineExpression, variable};

use super::coverage::Counts;
use crate::domain::coverage::COVERAGE_TOLERANCE;
use crate::domain::rules::RuleId;
use crate::solver::charge::{Charge, Payer};
use crate::solver::line::Line;
use crate::solver::model::Model;
use crate::solver::problem::{ProblemParts, RosterProblem};
use crate::solver::rows::Rows;
use crate::solver::team::Crowd;

/// The price of one agent too many on a break for an interval.
fn price(problem: &ProblemParts) -> f64 {
    problem.weights.crowded_break_hour * f64::from(problem.step_minutes) / 60.0
}

/// Adds a row for each queue and interval.
pub(in crate::solver) fn push_rows(problem: &RosterProblem, rows: &mut Rows) -> Option<Crowd> {
    let crowd = Crowd { first: rows.demand.len(), share: problem.max_break_share? };
    let count = problem.queues.len() * problem.intervals;
    (0..count).for_each(|_| rows.push(1.0 - crowd.share, 0.0, price(problem)));
    Some(crowd)
}

/// What the lines pay for.
pub(in crate::solver) fn charges(problem: &RosterProblem, lines: &[Line]) -> Vec<Charge> {
    let Some(share) = problem.max_break_share else { return Vec::new() };
    let mut crowds = vec![vec![0.0; problem.intervals]; problem.queues.len()];
    for duty in lines.iter().flatten().flatten() {
        let shift = &problem.shifts[duty.shift];
        shift.crowd(share).for_each(|(interval, heads)| crowds[duty.queue][interval] += heads);
        shift.taken(duty.placing).for_each(|seat| crowds[duty.queue][seat.interval] += seat.share);
    }
    let mut charges = Vec::new();
    for (queue, crowds) in crowds.into_iter().enumerate() {
        for (interval, crowd) in crowds.into_iter().enumerate() {
            let excess = crowd - (1.0 - share);
            if excess > COVERAGE_TOLERANCE {
                let of = Payer::Heads { queue, interval };
                charges.push(Charge { rule: RuleId::BreakShare, of, cost: excess * price(problem) });
            }
        }
    }
    charges
}

/// The rows of one queue, from the counts of agents on its shifts and on their breaks.
pub(super) fn add(model: &mut Model, counts: &[Counts]) {
    let problem = model.problem;
    let Some(share) = problem.max_break_share else { return };
    let mut crowds: Vec<Expression> = vec![Expression::default(); problem.intervals];
    for count in counts {
        let shift = &problem.shifts[count.shift];
        shift.crowd(share).for_each(|(interval, heads)| crowds[interval].add_mul(heads, count.agents));
        for (seat, resting) in count.resting(shift) {
            crowds[seat.interval].add_mul(seat.share, resting);
        }
    }
    for crowd in crowds.into_iter().filter(|crowd| crowd.linear_coefficients().next().is_some()) {
        let excess = (model.start_of_sum(&crowd) - (1.0 - share)).max(0.0);
        let excess = model.add(variable().min(0.0), price(problem), excess);
        model.require((crowd - excess).leq(1.0 - share));
    }
}

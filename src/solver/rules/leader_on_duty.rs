//! `leader-on-duty` (soft): minutes without a leader where one is asked for are priced.

use chrono::Datelike;
use good_lp::{Expression, variable};

use crate::domain::calendar::{Interval, instant_at_minute};
use crate::domain::planning::PlanningInput;
use crate::solver::model::Model;

/// The asked-for stretches of the week, cut by the planning steps, no instant twice.
pub(in crate::solver) fn pieces(input: &PlanningInput) -> Vec<Interval> {
    let at = |date, minute| instant_at_minute(input.week.zone(), date, minute);
    let mut pieces: Vec<Interval> = Vec::new();
    for date in input.week.dates() {
        for window in input.rules.leader_windows.iter().filter(|window| window.weekday == date.weekday()) {
            let span = Interval { start: at(date, window.start_minute), end: at(date, window.end_minute) };
            let grid = input.requirement.grid;
            for step in grid.overlapping(span).map(|index| grid.interval(index)) {
                let piece = Interval { start: step.start.max(span.start), end: step.end.min(span.end) };
                if !pieces.iter().any(|known| known.overlaps(&piece)) {
                    pieces.push(piece);
                }
            }
        }
    }
    pieces
}

pub(super) fn add(model: &mut Model) {
    let problem = model.problem;
    for piece in &problem.leader_pieces {
        let price = f64::from(piece.minutes) / 60.0 * problem.weights.leader_gap_hour;
        let leaders = (0..problem.agents.len()).filter(|agent| problem.agents[*agent].is_leader);
        let holding: Vec<_> = leaders
            .flat_map(|agent| piece.shifts.iter().map(move |shift| (agent, *shift)))
            .filter_map(|(agent, shift)| model.works_shift(agent, shift))
            .collect();
        if holding.is_empty() {
            model.add_constant(price);
            continue;
        }
        let held: f64 = holding.iter().map(|works| model.start_of(*works)).sum();
        let missing = model.add(variable().min(0.0).max(1.0), price, (1.0 - held).max(0.0));
        let held: Expression = holding.into_iter().sum();
        model.require((held + missing).geq(1.0));
    }
}

//! Rosters by annealing over whole work lines.
//!
//! A move takes one to three agents out of the roster, and gives each in turn the cheapest line for what the rest leaves
//! open, at prices blurred a little by chance. A move for the worse is kept as long as the heat allows. Every move keeps
//! every hard rule, and weighs all days of its agents at once.

mod anneal;
mod rebuild;
mod state;

pub(super) use anneal::{Clock, Plan, anneal, settle};
pub(super) use state::{Guide, State};

use super::line::Line;
use super::problem::RosterProblem;

/// A roster found, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub cost: f64,
    pub lines: Vec<Line>,
}

impl Found {
    /// The roster of the pins alone: always allowed, rarely good.
    pub fn pinned(problem: &RosterProblem) -> Self {
        let mut lines = vec![vec![None; problem.days]; problem.agents.len()];
        for pin in &problem.pins {
            lines[pin.agent][problem.shifts[pin.duty.shift].day] = Some(pin.duty);
        }
        Self { cost: problem.cost(&lines), lines }
    }
}

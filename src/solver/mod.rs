//! Requirement, agents and rules → roster.
//!
//! [`RosterProblem`] is the seam: [`solve`] takes nothing else. One engine works on it, [`line`]: the cheapest work line of
//! one agent for given prices. `search` asks it again and again for lines that answer what the rest of the roster leaves
//! open, `bound` for lines at prices that prove what no roster can beat. MODEL.md has the formulation; the direct model of
//! it (`model`) is the exact reference for small teams. Where cover is counted per shift over weeks or months, [`sparse`]
//! takes over. [`solve_weeks`] plans several weeks together, each by this engine.

mod bound;
mod breaks;
mod charge;
mod engine;
mod explain;
mod fault;
#[cfg(test)]
mod frame_tests;
mod highs;
mod line;
mod model;
mod notices;
mod placing;
mod price;
mod pricing;
mod problem;
mod program;
mod reading;
mod rows;
mod rules;
mod search;
mod sparse;
mod team;
#[cfg(test)]
mod test_team;
#[cfg(test)]
mod tests;
mod weeks;

use std::time::Duration;

pub use breaks::Placing;
pub use explain::{
    Alternative, Alternatives, CostItem, DayChange, DayDuty, ExplainError, GapCause, GapExplanation, GapReason, Loosened,
    Patience, Relaxation, Relaxations, alternatives, costs, explain, relaxations,
};
pub use fault::{ProblemError, ProblemFault, SolveError};
pub use line::Duty;
pub use notices::{notices, set_aside};
pub use placing::place_breaks;
pub use problem::{
    AgentSpec, BreakPlace, BreakSpec, GivenDay, GroupRow, LeaderPiece, Limits, PinSpec, ProblemParts, QueueSpec, RosterProblem,
    Seat, ShiftSpec, SkillSpec, Succession, WEEK, WishSpec,
};

use crate::domain::roster::{Assignment, RosterScore};
use crate::domain::run::Phase;
pub use engine::solve;
pub use weeks::{WeeksError, of_all_weeks, set_aside_weeks, solve_weeks};

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveOptions {
    /// Wall-clock time for all of it.
    pub time_limit: Duration,
    /// How many threads work on it.
    pub threads: usize,
    /// Lines to rebuild, by each thread: the same seed, threads and iterations give the same roster as long as the time limit
    /// does not cut in. `None` to go on until the time is over.
    pub iterations: Option<u64>,
    /// Where chance begins.
    pub seed: u64,
    /// Ends when (cost − bound) / cost is at most this, 0-1.
    pub gap: f64,
}

impl Default for SolveOptions {
    /// 20 s, two threads, half a percent.
    fn default() -> Self {
        Self { time_limit: Duration::from_secs(20), threads: 2, iterations: None, seed: 0, gap: 0.005 }
    }
}

/// How far a solve is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveProgress {
    /// [`Phase::Constructing`] or [`Phase::Solving`].
    pub phase: Phase,
    /// Cost of the best roster so far.
    pub best_cost: Option<f64>,
    /// No roster costs less than this.
    pub bound: Option<f64>,
    /// Seconds since the solve began.
    pub seconds: f64,
}

/// Who looks on: is told of progress, and may stop the solve. Both are called from the solving thread only, many times a
/// second; `is_cancelled` should do no more than read a flag.
pub struct Watch<'a> {
    /// Called about twice a second.
    pub progress: &'a dyn Fn(SolveProgress),
    /// Whether to stop now.
    pub is_cancelled: &'a dyn Fn() -> bool,
}

impl Watch<'_> {
    /// Nobody looks on.
    pub const SILENT: Watch<'static> = Watch { progress: &|_| (), is_cancelled: &|| false };
}

/// A roster and what is proven about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The roster; pinned assignments keep their identity.
    pub assignments: Vec<Assignment>,
    /// Its cost by rule, the bound, the gap and the time.
    pub score: RosterScore,
}

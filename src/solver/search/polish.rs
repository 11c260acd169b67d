//! From a good roster to a better one nearby.

use std::time::{Duration, Instant};

use super::{Clock, Found, Plan, anneal, settle};
use crate::solver::team::Team;

/// Where in an annealing the search begins: the roster is good already, and the heat before would undo it.
const WARM: f64 = 0.5;

/// Gives every agent in turn the cheapest line, then anneals as if a first part had passed; the roster itself where nothing
/// better is found.
pub(in crate::solver) fn polish(
    team: &Team,
    from: &Found,
    seed: u64,
    length: Duration,
    is_stopped: &mut dyn FnMut() -> bool,
) -> Found {
    let began = Instant::now();
    let mut is_over = |_: &Found| began.elapsed() >= length || is_stopped();
    let settled = settle(team, from, seed, &mut is_over);
    let annealing = length.saturating_sub(began.elapsed()).div_f64(1.0 - WARM);
    let as_if = Instant::now().checked_sub(annealing.mul_f64(WARM)).unwrap_or_else(Instant::now);
    let plan = Plan { clock: Clock::Time(as_if, annealing), seed, guide: None };
    anneal(team, &settled, plan, &mut is_over)
}

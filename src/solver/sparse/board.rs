//! What all threads of a solve know: the best roster, the bound, and whether to go on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::roster::Roster;

/// Called with cost and bound whenever one of them improves.
pub(super) type Progress<'a> = dyn Fn(i64, i64) + Sync + 'a;

/// The best roster and the bound.
pub(super) struct Board<'a> {
    state: Mutex<(Roster, i64)>,
    /// Ends when (cost − bound) / cost is at most this.
    gap: f64,
    is_stopped: &'a (dyn Fn() -> bool + Sync),
    progress: &'a Progress<'a>,
}

impl<'a> Board<'a> {
    /// Begins with a roster and no bound.
    pub fn new(roster: Roster, gap: f64, is_stopped: &'a (dyn Fn() -> bool + Sync), progress: &'a Progress<'a>) -> Self {
        progress(roster.cost, i64::MIN);
        Self { state: Mutex::new((roster, i64::MIN)), gap, is_stopped, progress }
    }

    fn lock(&self) -> MutexGuard<'_, (Roster, i64)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a roster if it is better.
    pub fn offer(&self, roster: &Roster) {
        let mut state = self.lock();
        if roster.cost < state.0.cost {
            state.0.clone_from(roster);
            (self.progress)(state.0.cost, state.1);
        }
    }

    /// Takes a lower bound if it is higher.
    pub fn raise(&self, bound: i64) {
        let mut state = self.lock();
        if bound > state.1 {
            state.1 = bound;
            (self.progress)(state.0.cost, state.1);
        }
    }

    /// The best roster.
    pub fn best(&self) -> Roster {
        self.lock().0.clone()
    }

    /// Its cost.
    pub fn cost(&self) -> i64 {
        self.lock().0.cost
    }

    /// No roster costs less; `i64::MIN` where nothing is known.
    pub fn bound(&self) -> i64 {
        self.lock().1
    }

    /// Whether to stop: told so, or what better rosters could gain is within the gap.
    pub fn is_done(&self) -> bool {
        (self.is_stopped)() || {
            let state = self.lock();
            let (cost, bound) = (state.0.cost, state.1);
            bound > i64::MIN && (cost - bound) as f64 <= self.gap * cost.abs() as f64
        }
    }
}

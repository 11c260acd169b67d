//! What all threads of a solve know: the best roster, the bound, and whether to go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::model::Model;
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
    has_dived: AtomicBool,
}

impl<'a> Board<'a> {
    /// Begins with a roster and no bound.
    pub fn new(roster: Roster, gap: f64, is_stopped: &'a (dyn Fn() -> bool + Sync), progress: &'a Progress<'a>) -> Self {
        progress(roster.cost, i64::MIN);
        Self { state: Mutex::new((roster, i64::MIN)), gap, is_stopped, progress, has_dived: AtomicBool::new(false) }
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

    /// Makes the change from one roster to another in the best one, if that makes it better and the lines changed are there as
    /// they were: two threads improve different lines of one roster.
    pub fn merge(&self, model: &Model, from: &Roster, to: &Roster) {
        let mut state = self.lock();
        let mut merged = state.0.clone();
        for (agent, line) in to.lines.iter().enumerate().filter(|(agent, line)| from.lines[*agent] != **line) {
            if merged.lines[agent] != from.lines[agent] {
                return;
            }
            merged.set(model, agent, 0, line);
        }
        if merged.cost < state.0.cost {
            state.0 = merged;
            (self.progress)(state.0.cost, state.1);
        }
    }

    /// Notes that a dive on the whole roster came to its end.
    pub fn note_dive(&self) {
        self.has_dived.store(true, Ordering::Relaxed);
    }

    /// Whether one has.
    pub fn has_dived(&self) -> bool {
        self.has_dived.load(Ordering::Relaxed)
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

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::solver::sparse::toy;

    #[test]
    fn changes_of_different_lines_are_both_kept_and_of_one_line_the_first() {
        let mut model = toy::model(&mut StdRng::seed_from_u64(1), 3, 4, 2);
        model.rows.iter_mut().for_each(|row| (row.demand, row.under) = (1, 20));
        model.agents.iter_mut().for_each(|agent| agent.base.fill(0));
        // What comes too late would pay more than what it would undo.
        let last = model.at(3, 0);
        model.rows[last].under = 30;
        let empty = Roster::empty(&model);
        let with = |agent: usize, day: usize| {
            let mut roster = empty.clone();
            roster.set(&model, agent, day, &[0]);
            roster
        };
        let board = Board::new(empty.clone(), 0.0, &|| false, &|_, _| {});
        board.offer(&with(0, 1));
        board.merge(&model, &empty, &with(1, 2));
        board.merge(&model, &empty, &with(0, 3));
        assert_eq!(board.cost(), empty.cost - 40);
        assert_eq!((board.best().lines[0][1], board.best().lines[1][2]), (0, 0));
    }
}

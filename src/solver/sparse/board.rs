//! What all threads of a solve know: the best roster, the bound, and whether to go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::check::keeps_rules;
use super::model::{Duty, Model, Window};
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
    /// The lines of the roster that threads anneal together.
    joint: Mutex<Vec<Vec<Duty>>>,
    /// The windows that threads are diving on.
    busy: Mutex<Vec<Window>>,
}

impl<'a> Board<'a> {
    /// Begins with a roster and no bound.
    pub fn new(roster: Roster, gap: f64, is_stopped: &'a (dyn Fn() -> bool + Sync), progress: &'a Progress<'a>) -> Self {
        progress(roster.cost, i64::MIN);
        let joint = Mutex::new(roster.lines.clone());
        let state = Mutex::new((roster, i64::MIN));
        let has_dived = AtomicBool::new(false);
        Self { state, gap, is_stopped, progress, has_dived, joint, busy: Mutex::new(Vec::new()) }
    }

    fn lock(&self) -> MutexGuard<'_, (Roster, i64)> {
        locked(&self.state)
    }

    /// Takes a roster if it is better.
    pub fn offer(&self, roster: &Roster) {
        let mut state = self.lock();
        if roster.cost < state.0.cost {
            state.0.clone_from(roster);
            (self.progress)(state.0.cost, state.1);
        }
    }

    /// Makes the change from one roster to another in the best one, if that makes it better: two threads improve different
    /// days of one roster. Lines are left as they are there where the days changed are no longer as they were, or where both
    /// changes together break a rule.
    pub fn merge(&self, model: &Model, from: &Roster, to: &Roster) {
        let mut state = self.lock();
        let mut merged = state.0.clone();
        for (agent, (old, new)) in from.lines.iter().zip(&to.lines).enumerate().filter(|(_, (old, new))| old != new) {
            let present = &merged.lines[agent];
            let changed = |day: &usize| old[*day] != new[*day];
            if (0..model.days).filter(changed).all(|day| present[day] == old[day]) {
                let line: Vec<Duty> = (0..model.days).map(|day| if changed(&day) { new[day] } else { present[day] }).collect();
                if present == old || keeps_rules(model, agent, &line) {
                    merged.set(model, agent, 0, &line);
                }
            }
        }
        if merged.cost < state.0.cost {
            state.0 = merged;
            (self.progress)(state.0.cost, state.1);
        }
    }

    /// Leaves a thread's own lines to those that anneal with it, and takes theirs.
    pub fn exchange(&self, model: &Model, roster: &mut Roster, is_own: impl Fn(usize) -> bool) {
        let mut lines = locked(&self.joint);
        for (agent, line) in lines.iter_mut().enumerate() {
            if is_own(agent) {
                line.clone_from(&roster.lines[agent]);
            } else {
                roster.set(model, agent, 0, line);
            }
        }
    }

    /// Notes that a thread dives on a window.
    pub fn enter(&self, window: Window) {
        locked(&self.busy).push(window);
    }

    /// Notes that it no longer does.
    pub fn leave(&self, window: Window) {
        let mut busy = locked(&self.busy);
        if let Some(at) = busy.iter().position(|other| *other == window) {
            busy.swap_remove(at);
        }
    }

    /// Whether no thread dives on any day of a window.
    pub fn is_free(&self, window: Window) -> bool {
        locked(&self.busy).iter().all(|other| other.end <= window.first || window.end <= other.first)
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

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::solver::sparse::toy;

    /// Three agents who may work as they like, with one head wanted on each of four days at 20.
    fn model() -> Model {
        let mut model = toy::model(&mut StdRng::seed_from_u64(1), 3, 4, 2);
        model.rows.iter_mut().for_each(|row| (row.demand, row.under) = (1, 20));
        model.kinds.iter_mut().for_each(|kind| kind.bars.fill(false));
        for agent in &mut model.agents {
            agent.base.fill(0);
            (agent.limits.max_run, agent.limits.min_run, agent.limits.min_off) = (2, 1, 1);
            (agent.limits.min_minutes, agent.limits.max_minutes) = (0, u32::MAX);
            (agent.limits.max_weekends, agent.limits.max_of_kind) = (1, vec![4; 2]);
        }
        model
    }

    fn with(model: &Model, agent: usize, days: &[usize]) -> Roster {
        let mut roster = Roster::empty(model);
        days.iter().for_each(|day| roster.set(model, agent, *day, &[0]));
        roster
    }

    #[test]
    fn changes_of_different_days_are_both_kept_and_of_one_day_the_first() {
        let mut model = model();
        // What comes too late would pay more than what it would undo.
        let last = model.at(1, 1);
        model.rows[last].under = 30;
        let empty = Roster::empty(&model);
        let board = Board::new(empty.clone(), 0.0, &|| false, &|_, _| {});
        board.offer(&with(&model, 0, &[1]));
        board.merge(&model, &empty, &with(&model, 1, &[2]));
        board.merge(&model, &empty, &with(&model, 0, &[3]));
        let mut late = empty.clone();
        late.set(&model, 0, 1, &[1]);
        board.merge(&model, &empty, &late);
        assert_eq!(board.cost(), empty.cost - 60);
        assert_eq!((board.best().lines[0][1], board.best().lines[0][3], board.best().lines[1][2]), (0, 0, 0));
    }

    #[test]
    fn changes_of_one_line_that_break_a_rule_together_are_not_both_made() {
        let model = model();
        let empty = Roster::empty(&model);
        let board = Board::new(empty.clone(), 0.0, &|| false, &|_, _| {});
        board.offer(&with(&model, 0, &[0, 1]));
        board.merge(&model, &empty, &with(&model, 0, &[2]));
        assert_eq!(board.best().lines, with(&model, 0, &[0, 1]).lines);
    }

    #[test]
    fn who_anneals_together_sees_the_others_lines_and_keeps_his_own() {
        let model = model();
        let board = Board::new(Roster::empty(&model), 0.0, &|| false, &|_, _| {});
        let (mut one, mut other) = (with(&model, 0, &[0]), with(&model, 1, &[1]));
        one.set(&model, 2, 3, &[0]);
        board.exchange(&model, &mut one, |agent| agent == 0);
        board.exchange(&model, &mut other, |agent| agent == 1);
        let mut both = with(&model, 0, &[0]);
        both.set(&model, 1, 1, &[0]);
        assert_eq!(other, both);
    }

    #[test]
    fn a_window_is_free_until_one_that_shares_a_day_is_entered() {
        let board = Board::new(Roster::empty(&model()), 0.0, &|| false, &|_, _| {});
        let window = |first, end| Window { first, end };
        board.enter(window(7, 14));
        assert!(board.is_free(window(0, 7)) && board.is_free(window(14, 21)) && !board.is_free(window(13, 20)));
        board.leave(window(7, 14));
        assert!(board.is_free(window(13, 20)));
    }
}

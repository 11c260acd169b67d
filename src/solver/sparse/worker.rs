//! What each thread of a solve does: anneal, or dive on the whole roster and on parts of it.

use rand::Rng;
use rand::seq::index;

use super::construct::construct;
use super::dive::Diver;
use super::model::{WEEK, Window};
use super::part::Part;
use super::roster::Roster;
use super::search::{Plan, Search};

/// Rebuilds per agent and week in one annealing.
const MOVES: usize = 60;

/// Rebuilds in one annealing at most, so that a large roster is cooled, and dived on, within a minute as well.
const MOST_MOVES: usize = 20_000;

/// Heat of an annealing from a first roster, and from a good one, in grains.
const HOT: f64 = 10.0;
const WARM: f64 = 4.0;

/// Weeks up to which dives take whole lines; longer horizons are dived on in windows.
const WHOLE_WEEKS: usize = 8;

/// Weeks of those windows at first, and what they grow by when dives on them gain nothing more: on twelve weeks, windows of
/// four stop at 3487 after 18 s, those of six go on.
const FIRST_WEEKS: usize = 4;
const MORE_WEEKS: usize = 2;

/// Agents in the first part dived on, and work that a dive on a part should take, in simplex iterations. In windows a part is
/// as good as everybody: small ones gained half as much in the same time.
const FIRST_SIZE: f64 = 10.0;
const PART_WORK: u64 = 4000;
const FIRST_SIZE_IN_WINDOW: f64 = 40.0;
const PART_WORK_IN_WINDOW: u64 = 40_000;

/// Dives on the whole roster before parts have their turn.
const WHOLES: usize = 3;

/// What a dive has to gain at first, as a share of the cost.
const FIRST_NEED: f64 = 0.02;

/// Annealings in vain after which a thread that searches turns to dives.
const ANNEALINGS: usize = 2;

/// Dives in vain, besides some rounds over all agents, after which a thread begins anew.
const STUCK: f64 = 15.0;

/// What a thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Anneals until that gains nothing, then dives on parts.
    Search,
    /// Dives, after one annealing.
    Dives,
    /// Each in turn.
    Both,
}

/// A thread of a solve.
pub(super) struct Worker<'a> {
    diver: Diver<'a>,
    role: Role,
    /// Agents in a part.
    size: f64,
    /// Weeks of a part.
    weeks: usize,
    /// Dives on the whole roster.
    wholes: usize,
    /// Gain that a dive on a part is tried for. Small gains wait until large ones are exhausted.
    need: f64,
    /// Dives since the last gain, or since less had to be gained.
    idle: usize,
    /// Annealings in vain.
    in_vain: usize,
    /// Whether it works on a roster of its own instead of the best one.
    is_apart: bool,
}

impl<'a> Worker<'a> {
    /// A thread that has done nothing yet.
    pub fn new(diver: Diver<'a>, role: Role) -> Self {
        let (agents, weeks) = (diver.model.agents.len() as f64, diver.model.weeks());
        let is_long = weeks > WHOLE_WEEKS;
        let size = if is_long { FIRST_SIZE_IN_WINDOW } else { FIRST_SIZE }.min(agents);
        let weeks = if is_long { FIRST_WEEKS } else { weeks };
        let need = diver.board.cost() as f64 * FIRST_NEED;
        Self { diver, role, size, weeks, wholes: 0, need, idle: 0, in_vain: 0, is_apart: false }
    }

    /// Works until the board says stop, or about so many lines were rebuilt: a dive under way is finished.
    pub fn run(&mut self, lines: u64) {
        let mut roster = self.diver.board.best();
        for iteration in 0.. {
            if self.diver.board.is_done() || self.diver.engine.lines >= lines {
                break;
            }
            if self.is_stuck() {
                if self.weeks < self.diver.model.weeks() {
                    self.widen();
                } else {
                    roster = self.begin_anew();
                }
            }
            if !self.is_apart && self.diver.board.cost() < roster.cost {
                roster = self.diver.board.best();
            }
            let before = roster.clone();
            let searches = match self.role {
                Role::Search => self.in_vain < ANNEALINGS,
                Role::Dives => iteration == 0,
                Role::Both => iteration == 0 || iteration % 8 == 7,
            };
            if searches {
                roster = self.anneal(&roster, if iteration == 0 { HOT } else { WARM });
                self.in_vain += usize::from(roster.cost >= before.cost);
            } else {
                self.dive(&mut roster, iteration);
            }
            self.diver.board.offer(&roster);
            self.diver.board.merge(self.diver.model, &before, &roster);
        }
    }

    fn is_long(&self) -> bool {
        self.diver.model.weeks() > WHOLE_WEEKS
    }

    /// Whether the roster is as good as dives on its parts make it.
    fn is_stuck(&self) -> bool {
        let patience = if self.is_long() { self.rounds() } else { self.rounds() * 3.0 + STUCK };
        self.need <= 1.0 && self.idle as f64 > patience
    }

    /// Takes wider windows from now on.
    fn widen(&mut self) {
        self.weeks = (self.weeks + MORE_WEEKS).min(self.diver.model.weeks());
        (self.idle, self.need) = (0, self.diver.board.cost() as f64 * FIRST_NEED / 4.0);
    }

    /// In turn a roster of its own, from scratch, and the best one: dives end where they began, more often than not.
    fn begin_anew(&mut self) -> Roster {
        self.is_apart = !self.is_apart;
        (self.idle, self.need) = (0, self.diver.board.cost() as f64 * FIRST_NEED);
        let Diver { model, engine, rng, board, .. } = &mut self.diver;
        let first = self.is_apart.then(|| construct(model, engine, rng, &|| board.is_done()).ok()).flatten();
        match first {
            Some(first) => self.anneal(&first, HOT),
            None => board.best(),
        }
    }

    fn anneal(&mut self, roster: &Roster, hot: f64) -> Roster {
        let Diver { model, engine, rng, board, .. } = &mut self.diver;
        let moves = (MOVES * model.agents.len() * model.weeks()).min(MOST_MOVES);
        Search::new(model, engine, rng).anneal(roster, Plan { moves, heat: (hot, 1.0), noise: 3.0 }, board)
    }

    fn dive_whole(&mut self, roster: &mut Roster) {
        let model = self.diver.model;
        let part = Part::new(model, roster, (0..model.agents.len()).collect(), model.horizon());
        let pool = self.diver.memory.pool.clone();
        let cutoff = self.diver.board.cost();
        let outcome = self.diver.dive(roster, &part, pool, cutoff);
        self.diver.board.raise(outcome.bound.min(cutoff));
        if let Some(found) = outcome.roster {
            self.diver.board.note_dive();
            if found.cost < roster.cost {
                *roster = found;
            }
        }
    }

    fn dive(&mut self, roster: &mut Roster, iteration: usize) {
        // Whoever searches joins in once a dive on the whole roster has been seen to end in time.
        let takes_all = !self.is_long() && (self.role != Role::Search || self.diver.board.has_dived());
        if takes_all && (self.wholes < WHOLES || iteration.is_multiple_of(16)) {
            self.wholes += 1;
            return self.dive_whole(roster);
        }
        let part = self.part(roster);
        let cutoff = roster.cost - (self.need as i64).max(1) + 1;
        let outcome = self.diver.dive(roster, &part, Vec::new(), cutoff);
        let work = if self.is_long() { PART_WORK_IN_WINDOW } else { PART_WORK };
        let most = self.diver.model.agents.len() as f64;
        self.size = (self.size * if outcome.work < work { 1.04 } else { 0.9 }).max(3.0).min(most);
        match outcome.roster.filter(|found| found.cost < roster.cost) {
            Some(found) => {
                self.need = self.need.max((roster.cost - found.cost) as f64 / 4.0);
                self.idle = 0;
                *roster = found;
            }
            None => self.idle += 1,
        }
        if self.need > 1.0 && self.idle as f64 > self.rounds() {
            (self.idle, self.need) = (0, (self.need / 2.0).max(1.0));
        }
    }

    /// Dives on parts that reach every agent and week once, more or less.
    fn rounds(&self) -> f64 {
        let model = self.diver.model;
        model.agents.len() as f64 / self.size * (model.weeks() as f64 / self.weeks as f64).max(1.0)
    }

    /// Some agents at random, over the whole horizon or a window of a long one.
    fn part(&mut self, roster: &Roster) -> Part {
        let Diver { model, rng, .. } = &mut self.diver;
        let mut agents = index::sample(rng, model.agents.len(), self.size as usize).into_vec();
        // The lines kept from dives on the whole roster count its agents in order.
        agents.sort_unstable();
        let first = rng.random_range(0..=model.weeks() - self.weeks);
        let window = Window { first: first * WEEK, end: ((first + self.weeks) * WEEK).min(model.days) };
        Part::new(model, roster, agents, window)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::solver::sparse::board::Board;
    use crate::solver::sparse::dive::Memory;
    use crate::solver::sparse::line::Engine;
    use crate::solver::sparse::model::Model;
    use crate::solver::sparse::toy;

    fn model(days: usize) -> Model {
        (0..)
            .map(|seed| toy::model(&mut StdRng::seed_from_u64(seed), 3, days, 2))
            .find(|model| first(model).is_some())
            .expect("one is sound")
    }

    fn first(model: &Model) -> Option<Roster> {
        construct(model, &mut Engine::default(), &mut StdRng::seed_from_u64(1), &|| false).ok()
    }

    fn diver<'a>(model: &'a Model, board: &'a Board) -> Diver<'a> {
        Diver { model, engine: Engine::default(), rng: StdRng::seed_from_u64(2), memory: Memory::default(), board }
    }

    #[test]
    fn exhausted_windows_widen_until_they_are_the_horizon() {
        let model = model(11 * WEEK);
        let roster = first(&model).expect("the model was chosen for it");
        let board = Board::new(roster.clone(), 0.0, &|| false, &|_, _| {});
        let mut worker = Worker::new(diver(&model, &board), Role::Dives);
        let mut widths = Vec::new();
        for _ in 0..5 {
            let window = worker.part(&roster).window;
            widths.push((window.end - window.first) / WEEK);
            (worker.need, worker.idle) = (1.0, 1000);
            assert!(worker.is_stuck());
            worker.widen();
            assert!(!worker.is_stuck());
        }
        assert_eq!(widths, [4, 6, 8, 10, 11]);
    }

    #[test]
    fn whoever_searches_dives_on_everything_once_such_a_dive_has_ended() {
        let model = model(2 * WEEK);
        let mut roster = first(&model).expect("the model was chosen for it");
        let board = Board::new(roster.clone(), 0.0, &|| false, &|_, _| {});
        let mut search = Worker::new(diver(&model, &board), Role::Search);
        search.dive(&mut roster, 3);
        assert_eq!((search.wholes, board.has_dived()), (0, false));
        board.note_dive();
        search.dive(&mut roster, 4);
        assert_eq!(search.wholes, 1);
    }
}

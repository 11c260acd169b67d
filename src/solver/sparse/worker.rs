//! What each thread of a solve does: anneal, or dive on the whole roster and on parts of it.

use std::time::Duration;

use rand::seq::{SliceRandom, index};

use super::construct::construct;
use super::dive::{Care, Diver};
use super::lp::QUICK;
use super::model::{Model, WEEK, Window};
use super::part::Part;
use super::roster::Roster;
use super::search::{Plan, Search};

/// Rebuilds per agent and week in one annealing.
const MOVES: usize = 60;

/// Rebuilds in one annealing at most, so that a large roster is cooled, and dived on, within a minute as well; and in the
/// first of a long horizon, which threads share.
const MOST_MOVES: usize = 20_000;
const MOST_JOINT_MOVES: usize = 50_000;

/// Heat of an annealing from a first roster, and from a good one, in grains.
const HOT: f64 = 10.0;
const WARM: f64 = 4.0;

/// Weeks up to which dives take whole lines; longer horizons are dived on in windows. Up to [`SOON_WEEKS`] a dive on all lines
/// takes less than a minute; on twelve weeks of 40 agents it takes a minute and a half, and is worth it where there is [`TIME`].
const WHOLE_WEEKS: usize = 12;
const SOON_WEEKS: usize = 8;
const TIME: Duration = Duration::from_secs(180);

/// Time in which they are dived on with care. After 600 s: 1349 instead of 1354 on four weeks, 3831 instead of 3834 on six, 3158
/// and 3162 instead of 3198 on twelve, there 3176 with a usual dive to begin with.
const MUCH_TIME: Duration = Duration::from_secs(400);

/// Weeks of windows at first, and what they grow by when dives on them gain nothing more: on twelve weeks, windows of
/// four stop at 3487 after 18 s, those of six go on.
const FIRST_WEEKS: usize = 4;
const MORE_WEEKS: usize = 2;

/// Where all weeks together have more rows and agents than a program is quick with, dives begin with windows, of so many rows:
/// 120 agents and 18 kinds came to 2000 within 8 s by windows of a week, where a dive on the four weeks takes most of a minute.
const FIRST_ROWS: usize = 200;

/// Up to so many rows and agents the thread that only dives takes all weeks at once, while others take windows.
const MOST_ROWS: usize = 800;

/// Agents in the first part dived on, and work that a dive on a part should take, in simplex iterations. In windows a part is
/// as good as everybody: small ones gained half as much in the same time.
const FIRST_SIZE: f64 = 10.0;
const PART_WORK: u64 = 4000;
const PART_WORK_IN_WINDOW: u64 = 40_000;

/// Dives on the whole roster before parts have their turn.
const WHOLES: usize = 3;

/// What a dive has to gain at first, as a share of what its weeks cost; and the share of all weeks that has all the cost.
const FIRST_NEED: f64 = 0.02;
const DEAR_WEEKS: f64 = 0.4;

/// Windows of up to so many weeks on a long horizon are given up as soon as they gain less than at first, unless the next wider ones
/// have more rows and agents than this. 600 s on 52 weeks: 44,987 instead of 46,159 for 150 agents and 32 kinds, and 17,708 instead
/// of 17,846 for 100 and 16. Windows of three and four weeks are better exhausted: 21,310 instead of 21,430 after 60 s on 26 weeks.
const NARROW_WEEKS: usize = 2;
const WIDE_ROWS: usize = 600;

/// What windows have to gain, as a share of the cost, where dives may take the whole as well.
const WORTH: f64 = 0.01;

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
    /// Which thread it is, and of how many.
    seat: (usize, usize),
    /// Weeks up to which it takes whole lines.
    whole_weeks: usize,
    /// Agents in a part.
    size: f64,
    /// Weeks of a part.
    weeks: usize,
    /// First weeks of the windows that are to be dived on next.
    starts: Vec<usize>,
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
    /// A thread that has done nothing yet; which one of how many it is, and how long it has.
    pub fn new(mut diver: Diver<'a>, role: Role, seat: (usize, usize), limit: Duration) -> Self {
        let whole_weeks = if limit >= TIME { WHOLE_WEEKS } else { SOON_WEEKS };
        let (agents, weeks) = (diver.model.agents.len(), first_weeks(diver.model, role, whole_weeks));
        let size = if weeks < diver.model.weeks() { agents as f64 } else { FIRST_SIZE.min(agents as f64) };
        if diver.model.weeks() <= whole_weeks && limit >= MUCH_TIME {
            diver.care = Care::GREAT;
        }
        let starts = Vec::new();
        Self { diver, role, seat, whole_weeks, size, weeks, starts, wholes: 0, need: 1.0, idle: 0, in_vain: 0, is_apart: false }
    }

    /// Works until the board says stop, or about so many lines were rebuilt: a dive under way is finished.
    pub fn run(&mut self, lines: u64) {
        let mut roster = self.diver.board.best();
        for iteration in 0.. {
            if self.diver.board.is_done() || self.diver.engine.lines >= lines {
                break;
            }
            if self.is_stuck() {
                if self.has_windows() {
                    self.widen();
                } else {
                    roster = self.begin_anew();
                }
            }
            if !self.is_apart && self.diver.board.cost() < roster.cost {
                roster = self.diver.board.best();
            }
            let before = roster.clone();
            // Windows gain more than annealing does.
            let searches = match self.role {
                _ if iteration == 0 => true,
                _ if self.has_windows() => false,
                Role::Search => self.in_vain < ANNEALINGS,
                Role::Dives => false,
                Role::Both => iteration % 8 == 7,
            };
            if searches {
                if iteration == 0 {
                    roster = self.anneal_first(&roster);
                    self.need = self.first_need();
                } else {
                    roster = self.anneal(&roster, WARM);
                }
                self.in_vain += usize::from(roster.cost >= before.cost);
            } else {
                self.dive(&mut roster, iteration);
            }
            self.diver.board.offer(&roster);
            self.diver.board.merge(self.diver.model, &before, &roster);
        }
    }

    fn is_long(&self) -> bool {
        self.diver.model.weeks() > self.whole_weeks
    }

    /// Whether parts are windows, not the whole horizon.
    fn has_windows(&self) -> bool {
        self.weeks < self.diver.model.weeks()
    }

    /// What a dive has to gain at first.
    fn first_need(&self) -> f64 {
        let share = self.weeks as f64 / self.diver.model.weeks() as f64;
        self.diver.board.cost() as f64 * FIRST_NEED * (share / DEAR_WEEKS).min(1.0)
    }

    /// What is too little to dive for.
    fn least_need(&self) -> f64 {
        let has_more = self.has_windows() && !self.is_long() && self.role != Role::Search;
        let least = if has_more {
            self.diver.board.cost() as f64 * WORTH
        } else if self.is_long() && self.should_widen() {
            self.first_need()
        } else {
            1.0
        };
        least.max(1.0)
    }

    /// Whether windows are narrow, and the next wider ones not too large.
    fn should_widen(&self) -> bool {
        let (model, weeks) = (self.diver.model, self.wider());
        self.weeks <= NARROW_WEEKS && weeks * model.kinds.len() * WEEK + model.agents.len() <= WIDE_ROWS
    }

    /// Weeks of the next wider windows.
    fn wider(&self) -> usize {
        (self.weeks + MORE_WEEKS.min(self.weeks)).min(self.diver.model.weeks())
    }

    /// Whether the roster is as good as dives on its parts make it.
    fn is_stuck(&self) -> bool {
        let patience = if self.is_long() || self.has_windows() { self.rounds() } else { self.rounds() * 3.0 + STUCK };
        self.need <= self.least_need() && self.idle as f64 > patience
    }

    /// Takes wider windows from now on.
    fn widen(&mut self) {
        self.weeks = self.wider();
        self.starts.clear();
        self.in_vain = ANNEALINGS;
        (self.idle, self.need) = (0, self.first_need() / 4.0);
        if !self.has_windows() && !self.is_long() {
            self.size = FIRST_SIZE.min(self.size);
        }
    }

    /// In turn a roster of its own, from scratch, and the best one: dives end where they began, more often than not.
    fn begin_anew(&mut self) -> Roster {
        self.is_apart = !self.is_apart;
        (self.idle, self.need) = (0, self.first_need());
        let Diver { model, engine, rng, board, .. } = &mut self.diver;
        let first = self.is_apart.then(|| construct(model, engine, rng, &|| board.is_done()).ok()).flatten();
        match first {
            Some(first) => self.anneal(&first, HOT),
            None => board.best(),
        }
    }

    /// The first annealing; that of a long horizon takes all threads.
    fn anneal_first(&mut self, roster: &Roster) -> Roster {
        if !self.is_long() || self.seat.1 < 2 {
            return self.anneal(roster, HOT);
        }
        let Diver { model, engine, rng, board, .. } = &mut self.diver;
        let moves = (MOVES * model.agents.len() * model.weeks() / self.seat.1).min(MOST_JOINT_MOVES);
        let mut search = Search::new(model, engine, rng).among(self.seat.0, self.seat.1);
        // A few rebuilds for each agent and week lead back from no great heat: 55,500 instead of 57,300 on 52 weeks.
        search.anneal(roster, Plan { moves, heat: (WARM, 1.0), noise: 3.0 }, board)
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
        let takes_all = takes_all && !self.has_windows();
        if takes_all && (self.wholes < WHOLES || iteration.is_multiple_of(16)) {
            self.wholes += 1;
            return self.dive_whole(roster);
        }
        let part = self.part(roster);
        let cutoff = roster.cost - (self.need as i64).max(1) + 1;
        self.diver.board.enter(part.window);
        let outcome = self.diver.dive(roster, &part, Vec::new(), cutoff);
        self.diver.board.leave(part.window);
        let work = if self.is_long() || self.has_windows() { PART_WORK_IN_WINDOW } else { PART_WORK };
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
        if self.need > self.least_need() && self.idle as f64 > self.rounds() {
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
        let window = self.window();
        let Diver { model, rng, .. } = &mut self.diver;
        let mut agents = index::sample(rng, model.agents.len(), self.size as usize).into_vec();
        // The lines kept from dives on the whole roster count its agents in order.
        agents.sort_unstable();
        Part::new(model, roster, agents, window)
    }

    /// The next window, one that no other thread is at where there is one. All have their turn before one comes again.
    fn window(&mut self) -> Window {
        let Diver { model, rng, board, .. } = &mut self.diver;
        if self.starts.is_empty() {
            self.starts = (0..=model.weeks() - self.weeks).collect();
            self.starts.shuffle(rng);
        }
        let window = |first: usize| Window { first: first * WEEK, end: ((first + self.weeks) * WEEK).min(model.days) };
        let free = self.starts.iter().position(|first| board.is_free(window(*first)));
        window(self.starts.swap_remove(free.unwrap_or(0)))
    }
}

/// Weeks of the first parts that are dived on.
fn first_weeks(model: &Model, role: Role, whole_weeks: usize) -> usize {
    let (weeks, rows) = (model.weeks(), model.kinds.len() * WEEK);
    let most = if role == Role::Dives { MOST_ROWS } else { QUICK };
    let takes_all = weeks <= whole_weeks && model.rows.len() + model.agents.len() <= most;
    if takes_all { weeks } else { (FIRST_ROWS / rows.max(1)).clamp(1, FIRST_WEEKS.min(weeks)) }
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
        Diver {
            model,
            engine: Engine::default(),
            rng: StdRng::seed_from_u64(2),
            memory: Memory::default(),
            board,
            care: Care::USUAL,
        }
    }

    #[test]
    fn exhausted_windows_widen_until_they_are_the_horizon() {
        let model = model(11 * WEEK);
        let roster = first(&model).expect("the model was chosen for it");
        let board = Board::new(roster.clone(), 0.0, &|| false, &|_, _| {});
        let mut worker = Worker::new(diver(&model, &board), Role::Dives, (0, 1), Duration::ZERO);
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
    fn narrow_windows_of_a_long_horizon_are_given_up_while_they_still_gain() {
        let gives_up = |model: &Model, weeks: usize| {
            let board = Board::new(Roster { cost: 1_000_000, ..Roster::empty(model) }, 0.0, &|| false, &|_, _| {});
            let mut worker = Worker::new(diver(model, &board), Role::Dives, (0, 1), Duration::ZERO);
            (worker.weeks, worker.idle) = (weeks, 1000);
            [2.0 * worker.first_need(), worker.first_need(), 1.0].map(|need| {
                worker.need = need;
                worker.is_stuck()
            })
        };
        let mut model = model(11 * WEEK);
        assert_eq!(gives_up(&model, 2), [false, true, true]);
        assert_eq!(gives_up(&model, 3), [false, false, true]);
        model.agents = vec![model.agents[0].clone(); WIDE_ROWS];
        assert_eq!(gives_up(&model, 2), [false, false, true]);
    }

    #[test]
    fn a_month_of_many_kinds_and_agents_is_dived_on_in_windows_but_by_the_thread_that_only_dives() {
        let search = |model: &Model| first_weeks(model, Role::Search, SOON_WEEKS);
        assert_eq!(search(&model(4 * WEEK)), 4);
        let mut many = toy::model(&mut StdRng::seed_from_u64(1), 3, 4 * WEEK, 9);
        assert_eq!(search(&many), 4);
        many.agents = vec![many.agents[0].clone(); 120];
        assert_eq!((search(&many), first_weeks(&many, Role::Dives, SOON_WEEKS)), (3, 4));
        assert_eq!(search(&toy::model(&mut StdRng::seed_from_u64(1), 3, 20 * WEEK, 32)), 1);
    }

    #[test]
    fn twelve_weeks_are_dived_on_as_a_whole_where_there_is_time() {
        let model = model(12 * WEEK);
        let board = Board::new(first(&model).expect("the model was chosen for it"), 0.0, &|| false, &|_, _| {});
        let weeks = |limit| {
            let worker = Worker::new(diver(&model, &board), Role::Dives, (0, 2), limit);
            (worker.weeks, worker.is_long())
        };
        assert_eq!((weeks(TIME), weeks(TIME / 3)), ((12, false), (4, true)));
    }

    #[test]
    fn what_is_dived_on_as_a_whole_is_dived_on_with_care_where_there_is_much_time() {
        let care = |weeks: usize, limit| {
            let model = model(weeks * WEEK);
            let board = Board::new(Roster::empty(&model), 0.0, &|| false, &|_, _| {});
            Worker::new(diver(&model, &board), Role::Dives, (0, 2), limit).diver.care
        };
        assert_eq!([TIME, MUCH_TIME].map(|limit| care(12, limit)), [Care::USUAL, Care::GREAT]);
        assert_eq!([4, 13].map(|weeks| care(weeks, MUCH_TIME)), [Care::GREAT, Care::USUAL]);
    }

    #[test]
    fn every_window_has_its_turn_and_none_that_another_thread_is_at() {
        let model = model(11 * WEEK);
        let board = Board::new(first(&model).expect("the model was chosen for it"), 0.0, &|| false, &|_, _| {});
        let mut worker = Worker::new(diver(&model, &board), Role::Dives, (0, 1), Duration::ZERO);
        let mut starts: Vec<usize> = (0..8).map(|_| worker.window().first).collect();
        starts.sort_unstable();
        assert_eq!(starts, (0..8).map(|week| week * WEEK).collect::<Vec<_>>());
        board.enter(Window { first: 0, end: 4 * WEEK });
        assert!((0..4).all(|_| worker.window().first >= 4 * WEEK));
    }

    #[test]
    fn whoever_searches_dives_on_everything_once_such_a_dive_has_ended() {
        let model = model(2 * WEEK);
        let mut roster = first(&model).expect("the model was chosen for it");
        let board = Board::new(roster.clone(), 0.0, &|| false, &|_, _| {});
        let mut search = Worker::new(diver(&model, &board), Role::Search, (0, 1), Duration::ZERO);
        search.dive(&mut roster, 3);
        assert_eq!((search.wholes, board.has_dived()), (0, false));
        board.note_dive();
        search.dive(&mut roster, 4);
        assert_eq!(search.wholes, 1);
    }
}

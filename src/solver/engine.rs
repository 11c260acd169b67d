//! A roster, and the proof of how good it is: construction, search, bound and single days, on the threads and in the time given.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::bound::{Bound, HASTY};
use super::fault::SolveError;
use super::highs::Run;
use super::model::{DutyColumns, Model};
use super::problem::RosterProblem;
use super::search::{Clock, Day, Found, Guide, LINE, Plan, State, anneal, construct, settle};
use super::sparse::serve;
use super::team::Team;
use super::{Solution, SolveOptions, SolveProgress, Watch};
use crate::domain::roster::RosterScore;
use crate::domain::run::Phase;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(500);
/// The first annealing takes this share of the time, and no longer than [`FIRST_AT_MOST`]: a good roster soon.
const FIRST_SHARE: f64 = 0.15;
const FIRST_AT_MOST: Duration = Duration::from_secs(1);
/// Lines of the first annealing as a share of the iterations.
const FIRST_LINES: f64 = 0.1;
/// Up to so many duties of single agents the direct model is tried: with more it proves nothing in time.
const DIRECT_OFFERS: usize = 3000;
/// Without a second thread it gets what this share of the time leaves.
const SEARCH_SHARE: f64 = 0.6;
/// How often its figures are read.
const LOOK: Duration = Duration::from_millis(20);
/// The backend's costs may be off by this from ours.
const SAME_COST: f64 = 1e-6;
/// Without a second thread the bound takes this share of the time.
const BOUND_SHARE: f64 = 0.2;
/// With a thread to spare the bound is sought again from good rosters for this share of the time: it rises by up to 0.5 %,
/// and the second thread's annealing would hardly find more.
const AGAIN_SHARE: f64 = 0.25;
/// Days are decided anew where that takes no more than this share of the time.
const DAYS_SHARE: f64 = 0.25;
/// About how long it takes for each agent and duty.
const WAY: Duration = Duration::from_micros(16);
/// Of the time left for that, a day may take so much.
const DAY_SHARE: f64 = 0.5;
/// Rounds of the bound where iterations are counted.
const BOUND_ROUNDS: usize = 600;
/// The first whole annealing rebuilds every agent so many times, each one after it twice as often: a short one finds most of
/// what there is, and chance has another go while there is time.
const LINES_PER_AGENT: u64 = 2_500;
const MOST_DOUBLINGS: u64 = 6;

/// Builds a roster. A time limit that passes with a roster in hand is a success: the gap says how good it is.
///
/// # Errors
/// [`SolveError::Cancelled`] on request, [`SolveError::NoRosterInTime`] when the limit leaves no time for a first roster.
/// Contradicting pins are found before, by [`RosterProblem::from_input`].
pub fn solve(problem: &RosterProblem, options: &SolveOptions, watch: &Watch) -> Result<Solution, SolveError> {
    if options.time_limit.is_zero() {
        return Err(SolveError::NoRosterInTime { limit: options.time_limit });
    }
    if let Some(reading) = problem.sparse() {
        return serve(problem, reading, options, watch);
    }
    let began = Instant::now();
    let team = Team::of(problem);
    let first = construct(&team, options.seed);
    let solve = Solve {
        team: &team,
        options,
        began,
        shared: Mutex::new(Shared { best: first, bound: 0.0, guide: None }),
        stop: AtomicBool::new(false),
    };
    let mut teller = Teller { watch, told: None, phase: Phase::Constructing };
    solve.construct(&mut teller);
    teller.phase = Phase::Solving;
    solve.improve(&mut teller);
    if (watch.is_cancelled)() {
        return Err(SolveError::Cancelled);
    }
    Ok(solve.solution())
}

/// A solve under way, seen by all its threads.
struct Solve<'a> {
    team: &'a Team<'a>,
    options: &'a SolveOptions,
    began: Instant,
    shared: Mutex<Shared>,
    stop: AtomicBool,
}

struct Shared {
    best: Found,
    bound: f64,
    /// What the bound found out about loads, once it has settled.
    guide: Option<Guide>,
}

/// The calling thread's side: it alone tells progress and asks whether to stop.
struct Teller<'a> {
    watch: &'a Watch<'a>,
    told: Option<Instant>,
    phase: Phase,
}

impl Solve<'_> {
    /// A first roster, at once.
    fn construct(&self, teller: &mut Teller) {
        let first = settle(self.team, &self.best(), self.options.seed, &mut |best| self.is_over(best, Some(&mut *teller)));
        self.offer(&first);
    }

    /// A good roster, soon.
    fn begin(&self, teller: &mut Teller) {
        let length = self.options.time_limit.mul_f64(FIRST_SHARE).min(FIRST_AT_MOST);
        let clock = match self.options.iterations {
            Some(lines) => Clock::Lines((lines as f64 * FIRST_LINES) as u64),
            None => Clock::Time(Instant::now(), length),
        };
        let plan = Plan { clock, seed: self.options.seed, guide: None };
        self.offer(&anneal(self.team, &self.best(), plan, &mut |best| self.is_over(best, Some(&mut *teller))));
    }

    /// Better rosters and a bound, until the gap, the limit or a cancel.
    fn improve(&self, teller: &mut Teller) {
        let limit = self.options.time_limit;
        if self.options.iterations.is_some() {
            self.begin(teller);
            self.prove(limit, HASTY, Some(&mut *teller));
            self.search_together(limit, teller);
        } else if self.options.threads < 2 {
            self.begin(teller);
            self.prove(limit.mul_f64(BOUND_SHARE), HASTY, Some(&mut *teller));
            let is_small = self.is_small();
            let until = if is_small { limit.mul_f64(SEARCH_SHARE) } else { limit - self.time_for_days() };
            self.search(0, &self.best(), until, Some(&mut *teller));
            if is_small {
                self.prove_directly(Some(teller));
            } else {
                self.decide_days(teller);
            }
        } else {
            self.search_together(limit, teller);
        }
    }

    /// All threads search. Unless lines are counted, one of them proves first.
    fn search_together(&self, limit: Duration, teller: &mut Teller) {
        let are_counted = self.options.iterations.is_some();
        // Where lines are counted no thread may begin from what another happens to have found by then.
        let first = &self.best();
        std::thread::scope(|scope| {
            for thread in 1..self.options.threads as u64 {
                scope.spawn(move || {
                    if thread == 1 && !are_counted {
                        self.prove(limit, HASTY, None);
                        if self.is_small() {
                            self.prove_directly(None);
                        } else {
                            self.prove_again(limit.mul_f64(AGAIN_SHARE));
                        }
                    }
                    self.search(thread, &if are_counted { first.clone() } else { self.best() }, limit, None);
                });
            }
            if !are_counted {
                self.begin(teller);
            }
            let until = limit - self.time_for_days();
            self.search(0, &if are_counted { first.clone() } else { self.best() }, until, Some(&mut *teller));
            self.decide_days(teller);
            // Where lines are counted every thread rebuilds its own.
            if !are_counted {
                self.stop.store(true, Ordering::Relaxed);
            }
        });
    }

    /// Whether the direct model can hope to close what the bound leaves open.
    fn is_small(&self) -> bool {
        let offers: usize = self.team.members.iter().map(|member| member.offers.len()).sum();
        offers <= DIRECT_OFFERS
    }

    /// What is to be left of the time for [`Solve::decide_days`]: nothing where it is too short for that, where the direct model
    /// decides all days at once, or where lines are counted.
    fn time_for_days(&self) -> Duration {
        let offers = self.team.members.iter().flat_map(|member| &member.offers);
        let ways: usize = offers.map(|offer| offer.skills.1 - offer.skills.0).sum();
        let time = WAY.mul_f64(ways as f64);
        let is_open = self.options.iterations.is_none() && !self.is_small();
        if is_open && time <= self.options.time_limit.mul_f64(DAYS_SHARE) { time } else { Duration::ZERO }
    }

    /// Makes each day as good as it can be beside the others, the dearest first.
    fn decide_days(&self, teller: &mut Teller) {
        if self.time_for_days().is_zero() {
            return;
        }
        let first = self.best();
        for day in State::new(self.team, first.lines.clone()).dearest_days() {
            if self.is_over(&first, Some(&mut *teller)) {
                return;
            }
            self.decide(day, teller);
        }
    }

    fn decide(&self, day: usize, teller: &mut Teller) {
        let best = self.best();
        let day = Day::of(self.team, &best, day);
        let left = self.options.time_limit.saturating_sub(self.began.elapsed());
        let run = Run::start(day.program(), best.cost, 0.0, left.mul_f64(DAY_SHARE), self.options.seed);
        while !run.has_ended() && !self.is_over(&best, Some(&mut *teller)) {
            std::thread::sleep(LOOK);
        }
        if let Some(values) = run.figures().values {
            self.offer(&day.found(&values));
        }
    }

    /// Raises the bound by the direct model, and takes over the rosters that it finds.
    fn prove_directly(&self, mut teller: Option<&mut Teller>) {
        if self.is_proven() {
            return;
        }
        let best = self.best();
        let model = Model::assemble(self.team.problem, &best.lines);
        let (columns, left) = (model.duty_columns(), self.options.time_limit.saturating_sub(self.began.elapsed()));
        // The backend takes no empty model.
        if model.start.is_empty() {
            return;
        }
        let run = Run::start(model.program, best.cost, self.options.gap, left, self.options.seed);
        while !run.has_ended() && !self.is_over(&best, teller.as_deref_mut()) {
            std::thread::sleep(LOOK);
            self.adopt(&run, &columns);
            self.hand_over(&run);
        }
        self.adopt(&run, &columns);
        // A backend that fails proves nothing; the roster stands without it.
        debug_assert!(!matches!(run.figures().end, Some(Err(_))), "{:?}", run.figures().end);
    }

    fn adopt(&self, run: &Run, columns: &DutyColumns) {
        let figures = run.figures();
        if let Some(lines) = figures.values.map(|values| columns.lines(self.team.problem, &values)) {
            self.offer(&Found { cost: self.team.problem.cost(&lines), lines });
        }
        let mut shared = self.lock();
        shared.bound = shared.bound.max(figures.bound);
    }

    /// Gives the backend the best roster, if it is better than what is known there.
    fn hand_over(&self, run: &Run) {
        let best = self.best();
        if best.cost < run.figures().best_cost - SAME_COST {
            run.offer(best.cost, Model::assemble(self.team.problem, &best.lines).program.start);
        }
    }

    /// Raises the bound until it stands.
    fn prove(&self, until: Duration, patience: u32, mut teller: Option<&mut Teller>) {
        let best = self.best();
        let mut bound = Bound::new(self.team, &best.lines, patience);
        for round in 0.. {
            let mut shared = self.lock();
            shared.bound = shared.bound.max(bound.value());
            let target = shared.best.cost;
            drop(shared);
            let is_late = match self.options.iterations {
                Some(_) => round >= BOUND_ROUNDS,
                None => self.began.elapsed() > until,
            };
            if bound.has_settled() {
                self.lock().guide = Some(bound.guide());
            }
            if bound.has_settled() || is_late || self.is_over(&best, teller.as_deref_mut()) {
                return;
            }
            bound.improve(target);
        }
    }

    /// Raises the bound from better and better rosters, with ever more patience.
    fn prove_again(&self, until: Duration) {
        let mut patience = HASTY;
        while self.began.elapsed() < until && !self.stop.load(Ordering::Relaxed) {
            patience *= 4;
            self.prove(until, patience, None);
        }
    }

    /// Anneals again and again from a first roster: every second time, and on every second pair of threads first, without the guide.
    fn search(&self, thread: u64, first: &Found, until: Duration, mut teller: Option<&mut Teller>) {
        let (mut round, mut lines_left) = (0, self.options.iterations.unwrap_or(u64::MAX));
        let mut own = first.clone();
        while lines_left > 0 && self.began.elapsed() < until && !self.is_over(&own, teller.as_deref_mut()) {
            let wanted = (LINES_PER_AGENT << round.min(MOST_DOUBLINGS)) * self.team.members.len().max(1) as u64;
            let clock =
                self.options.iterations.map_or_else(|| self.clock(wanted, until), |_| Clock::Lines(wanted.min(lines_left)));
            lines_left -= wanted.min(lines_left);
            let is_guided = (thread / 2 + round).is_multiple_of(2);
            let seed = self.options.seed.wrapping_mul(7919).wrapping_add(1 + thread + 1000 * round);
            let plan = Plan { clock, seed, guide: is_guided.then(|| self.guide(first)) };
            own = anneal(self.team, first, plan, &mut |best| self.is_over(best, teller.as_deref_mut()));
            self.offer(&own);
            round += 1;
        }
    }

    /// An annealing of about so many lines, stretched so that the last one ends with the time.
    fn clock(&self, lines: u64, until: Duration) -> Clock {
        let left = until.saturating_sub(self.began.elapsed());
        let length = LINE.mul_f64(lines as f64);
        Clock::Time(Instant::now(), if left < length * 2 { left } else { length })
    }

    /// The loads to aim for: as the bound has them, or else around the mean of the first roster.
    fn guide(&self, first: &Found) -> Guide {
        let known = self.lock().guide;
        known.unwrap_or_else(|| State::new(self.team, first.lines.clone()).guide())
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect("no thread panics with the lock")
    }

    fn best(&self) -> Found {
        self.lock().best.clone()
    }

    /// Takes a roster if it is better. Of two that cost the same it is always the same one, whichever thread comes first.
    fn offer(&self, found: &Found) {
        let mut shared = self.lock();
        let gain = shared.best.cost - found.cost;
        if gain > 1e-9 || gain.abs() <= 1e-9 && found.lines < shared.best.lines {
            shared.best = found.clone();
        }
    }

    /// Whether to stop; tells progress in passing. Without a teller the calling thread decides.
    fn is_over(&self, found: &Found, teller: Option<&mut Teller>) -> bool {
        let is_late = self.began.elapsed() >= self.options.time_limit;
        let Some(teller) = teller else { return is_late || self.stop.load(Ordering::Relaxed) };
        let is_due = teller.told.is_none_or(|told| told.elapsed() > TELL);
        if is_due {
            self.offer(found);
            teller.tell(self);
        }
        let is_over = is_late
            || self.stop.load(Ordering::Relaxed)
            || (teller.watch.is_cancelled)()
            || is_due && self.options.iterations.is_none() && self.is_proven();
        if is_over {
            self.stop.store(true, Ordering::Relaxed);
        }
        is_over
    }

    fn is_proven(&self) -> bool {
        let shared = self.lock();
        shared.best.cost - shared.bound <= self.options.gap * shared.best.cost
    }

    fn solution(self) -> Solution {
        let problem: &RosterProblem = self.team.problem;
        let shared = self.shared.into_inner().expect("no thread panics with the lock");
        let cost = problem.cost(&shared.best.lines);
        // A bound a rounding above the cost is the cost.
        let bound = shared.bound.min(cost);
        let gap = if cost > 0.0 { (cost - bound) / cost } else { 0.0 };
        let by_rule = problem.cost_by_rule(&shared.best.lines);
        let seconds = self.began.elapsed().as_secs_f64();
        Solution {
            assignments: problem.assignments(&shared.best.lines),
            score: RosterScore { cost, bound, gap, by_rule, seconds },
        }
    }
}

impl Teller<'_> {
    fn tell(&mut self, solve: &Solve) {
        self.told = Some(Instant::now());
        let shared = solve.lock();
        let (best_cost, bound) = (Some(shared.best.cost), Some(shared.bound));
        drop(shared);
        let seconds = solve.began.elapsed().as_secs_f64();
        (self.watch.progress)(SolveProgress { phase: self.phase, best_cost, bound, seconds });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quantity::Proficiency;
    use crate::solver::test_team::chat_team;

    /// What a roster in which nobody works on a day comes to when days are decided. All count as one head, so that each is proven
    /// long before the limit.
    fn decided(iterations: Option<u64>) -> (f64, f64) {
        let mut input = chat_team(60, 1.0, 1);
        let skills = input.agents.iter_mut().flat_map(|agent| &mut agent.skills);
        skills.for_each(|skill| skill.proficiency = Proficiency::new(1.0).unwrap());
        let problem = RosterProblem::from_input(&input).unwrap();
        let team = Team::of(&problem);
        let mut lines = construct(&team, 1).lines;
        lines.iter_mut().for_each(|line| line[3] = None);
        let best = Found { cost: problem.cost(&lines), lines };
        let before = best.cost;
        let options = SolveOptions { time_limit: Duration::from_secs(60), threads: 1, iterations, seed: 1, gap: 0.0 };
        let shared = Mutex::new(Shared { best, bound: 0.0, guide: None });
        let solve = Solve { team: &team, options: &options, began: Instant::now(), shared, stop: AtomicBool::new(false) };
        solve.decide_days(&mut Teller { watch: &Watch::SILENT, told: None, phase: Phase::Solving });
        (before, solve.best().cost)
    }

    #[test]
    fn a_large_team_has_its_days_decided_anew_unless_lines_are_counted() {
        let (before, after) = decided(None);
        assert!(after < 0.9 * before, "{before} {after}");
        let (before, after) = decided(Some(100));
        assert_eq!(before, after);
    }
}

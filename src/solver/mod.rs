//! Requirement, agents and rules → roster.
//!
//! [`RosterProblem`] is the seam: [`solve`] takes nothing else. Two parts work on it. A short annealing makes a first roster
//! within seconds; the direct model (MODEL.md) then proves how far it can be from the best, and improves it. With a second
//! thread the annealing goes on beside the model.

mod explain;
mod fault;
mod highs;
mod line;
mod model;
mod price;
mod problem;
mod reading;
mod rules;
mod search;
#[cfg(test)]
mod test_team;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::time::{Duration, Instant};

pub use explain::{GapCause, GapExplanation, GapReason, explain};
pub use fault::{ProblemError, ProblemFault, SolveError};
pub use line::Duty;
pub use problem::{
    AgentSpec, DAYS, LeaderPiece, Limits, PinSpec, ProblemParts, QueueSpec, RosterProblem, Seat, ShiftSpec, SkillSpec, WishSpec,
};

use crate::domain::roster::{Assignment, RosterScore};
use crate::domain::run::Phase;
use highs::Run;
use model::Model;
use search::{Found, Heat};

/// How long the caller sleeps between two looks at a run.
const LOOK: Duration = Duration::from_millis(20);
/// How often progress is told.
const TELL: Duration = Duration::from_millis(500);
/// The first annealing may use this share of the time, so that the bound gets its own.
const FIRST_SHARE: f64 = 0.4;

/// How to solve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveOptions {
    /// Wall-clock time for all of it.
    pub time_limit: Duration,
    /// 1, or 2 and more to search beside the model. One thread and the same seed give the same roster, as long as the
    /// time limit does not cut in.
    pub threads: usize,
    /// Where chance begins.
    pub seed: u64,
    /// Ends when (cost − bound) / cost is at most this, 0-1.
    pub gap: f64,
}

impl Default for SolveOptions {
    /// 20 s, two threads, half a percent.
    fn default() -> Self {
        Self { time_limit: Duration::from_secs(20), threads: 2, seed: 0, gap: 0.005 }
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

/// Builds a roster. A time limit that passes with a roster in hand is a success: the gap says how good it is.
///
/// # Errors
/// [`SolveError::Cancelled`] on request, [`SolveError::NoRosterInTime`] when the limit leaves no time for a first roster,
/// [`SolveError::Backend`] when the backend fails. Contradicting pins are found before, by [`RosterProblem::from_input`].
pub fn solve(problem: &RosterProblem, options: &SolveOptions, watch: &Watch) -> Result<Solution, SolveError> {
    let mut solve =
        Solve { problem, options, watch, began: Instant::now(), best: search::pinned(problem), told: Cell::default() };
    solve.construct()?;
    let bound = solve.prove()?;
    Ok(solve.solution(bound))
}

/// A solve under way.
struct Solve<'a> {
    problem: &'a RosterProblem,
    options: &'a SolveOptions,
    watch: &'a Watch<'a>,
    began: Instant,
    best: Found,
    /// When progress was last told.
    told: Cell<Duration>,
}

impl Solve<'_> {
    fn tell(&self, phase: Phase, bound: f64) {
        let bound = Some(bound).filter(|bound| bound.is_finite());
        let seconds = self.began.elapsed().as_secs_f64();
        (self.watch.progress)(SolveProgress { phase, best_cost: Some(self.best.cost), bound, seconds });
    }

    fn time_left(&self) -> Duration {
        self.options.time_limit.saturating_sub(self.began.elapsed())
    }

    /// A first roster.
    fn construct(&mut self) -> Result<(), SolveError> {
        self.tell(Phase::Constructing, f64::NEG_INFINITY);
        if self.time_left().is_zero() {
            return Err(SolveError::NoRosterInTime { limit: self.options.time_limit });
        }
        let until = self.began + self.options.time_limit.mul_f64(FIRST_SHARE);
        let is_stopped = || Instant::now() >= until || (self.watch.is_cancelled)();
        // With a second thread the slow annealing goes on beside the model, which need not wait for it.
        let heat = if self.options.threads > 1 { Heat::Brief } else { Heat::Full };
        self.best = search::anneal(self.problem, &self.best, heat, self.options.seed, &is_stopped);
        if (self.watch.is_cancelled)() { Err(SolveError::Cancelled) } else { Ok(()) }
    }

    /// A better roster and a bound, until the gap, the limit or a cancel.
    fn prove(&mut self) -> Result<f64, SolveError> {
        let model = Model::assemble(self.problem, &self.best.lines);
        if model.start.is_empty() {
            // Nobody has a choice, and the backend takes no empty model: the roster is what it is.
            return Ok(self.best.cost);
        }
        let columns = model.duty_columns();
        let run = Run::start(model, self.best.cost, self.options.gap, self.time_left(), self.options.seed);
        let mut round = 0;
        while !self.is_over(&run) {
            self.adopt(&run, &columns);
            if self.options.threads > 1 {
                round += 1;
                self.search_on(&run, round);
            } else {
                std::thread::sleep(LOOK);
            }
        }
        if (self.watch.is_cancelled)() {
            return Err(SolveError::Cancelled);
        }
        self.adopt(&run, &columns);
        // Asked before the figures are read: a thread that ended well has left its end in them.
        let is_finished = run.is_finished();
        let figures = run.figures();
        match figures.end {
            Some(Err(fault)) => Err(SolveError::Backend(fault)),
            None if is_finished => Err(SolveError::Backend("the backend's thread broke off".to_owned())),
            _ => Ok(figures.bound),
        }
    }

    /// Whether to stop; tells progress in passing.
    fn is_over(&self, run: &Run) -> bool {
        if self.began.elapsed() > self.told.get() + TELL {
            self.told.set(self.began.elapsed());
            self.tell(Phase::Solving, run.bound());
        }
        run.has_ended() || self.time_left().is_zero() || (self.watch.is_cancelled)()
    }

    /// One more annealing beside the run: the first from scratch, the rest around the best.
    fn search_on(&mut self, run: &Run, round: u64) {
        let heat = if round == 1 { Heat::Full } else { Heat::Mild };
        let seed = self.options.seed.wrapping_add(round);
        let found = search::anneal(self.problem, &self.best, heat, seed, &|| self.is_over(run));
        if found.cost < self.best.cost {
            self.best = found;
            run.offer(self.best.cost);
        }
    }

    /// Takes over the run's roster if it is the better one.
    fn adopt(&mut self, run: &Run, columns: &model::DutyColumns) {
        if let Some(values) = run.figures().values {
            let lines = columns.lines(self.problem, &values);
            let cost = self.problem.cost(&lines);
            if cost < self.best.cost {
                self.best = Found { cost, lines };
            }
        }
    }

    fn solution(&self, bound: f64) -> Solution {
        let cost = self.best.cost;
        // Every price is 0 or more; and a bound a rounding above the cost is the cost.
        let bound = bound.max(0.0).min(cost);
        let gap = if cost > 0.0 { (cost - bound) / cost } else { 0.0 };
        let by_rule = self.problem.cost_by_rule(&self.best.lines);
        let seconds = self.began.elapsed().as_secs_f64();
        Solution {
            assignments: self.problem.assignments(&self.best.lines),
            score: RosterScore { cost, bound, gap, by_rule, seconds },
        }
    }
}

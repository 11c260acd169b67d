//! From a solve of the model to an answer for the one who asked: progress, cancel, limits, and the roster in the problem's
//! terms.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::construct::Unbuilt;
use super::model::Model;
use super::reading::Reading;
use super::solve::{Effort, Solved, solve};
use crate::domain::roster::RosterScore;
use crate::domain::run::Phase;
use crate::solver::fault::SolveError;
use crate::solver::problem::RosterProblem;
use crate::solver::{Solution, SolveOptions, SolveProgress, Watch};

/// How often the one who looks on is asked whether to stop.
const LOOK: Duration = Duration::from_millis(20);

/// How often progress is told.
const TELL: Duration = Duration::from_millis(500);

/// Cost and bound, in units of the model; no cost before the first roster, `i64::MIN` for no bound.
type Figures = (Option<i64>, i64);

/// Builds a roster. The calling thread looks after the watch while others work.
///
/// # Errors
/// [`SolveError::Cancelled`] on request, [`SolveError::NoRosterInTime`] when the limit leaves no time for a first roster.
pub(in crate::solver) fn serve(
    problem: &RosterProblem,
    reading: Reading,
    options: &SolveOptions,
    watch: &Watch,
) -> Result<Solution, SolveError> {
    let began = Instant::now();
    let model = reading.model.clone();
    let (is_cancelled, figures) = (AtomicBool::new(false), Mutex::new((None, i64::MIN)));
    let is_stopped = || is_cancelled.load(Ordering::Relaxed) || began.elapsed() >= options.time_limit;
    let note = |cost, bound| *figures.lock().unwrap_or_else(PoisonError::into_inner) = (Some(cost), bound);
    let solved = std::thread::scope(|scope| {
        let (ended, end) = channel::<()>();
        let work = scope.spawn(|| {
            let _ended = ended;
            built(model, effort(options), &is_stopped, &note)
        });
        let mut told: Option<Instant> = None;
        // The sender is dropped when the work ends, be it by a panic.
        while end.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            if (watch.is_cancelled)() {
                is_cancelled.store(true, Ordering::Relaxed);
            }
            if told.is_none_or(|told| told.elapsed() > TELL) {
                told = Some(Instant::now());
                let figures = *figures.lock().unwrap_or_else(PoisonError::into_inner);
                (watch.progress)(progress(&reading, figures, began));
            }
        }
        work.join()
    });
    let solved = solved.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    if is_cancelled.load(Ordering::Relaxed) || (watch.is_cancelled)() {
        return Err(SolveError::Cancelled);
    }
    let solved = solved.ok_or(SolveError::NoRosterInTime { limit: options.time_limit })?;
    Ok(solution(problem, &reading, &solved, began))
}

fn effort(options: &SolveOptions) -> Effort {
    // Threads that share their best roster do so when the clock will: where lines are counted one works alone.
    let threads = if options.iterations.is_some() { 1 } else { options.threads.max(1) };
    let lines = options.iterations.unwrap_or(u64::MAX);
    Effort { threads, seed: options.seed, lines, gap: options.gap, limit: options.time_limit }
}

/// Solves; where an agent's floor of minutes cannot be reached, without the floor: staying at home is a line then.
fn built(
    mut model: Model,
    effort: Effort,
    is_stopped: &(dyn Fn() -> bool + Sync),
    note: &(dyn Fn(i64, i64) + Sync),
) -> Option<Solved> {
    loop {
        match solve(&model, effort, is_stopped, note) {
            Ok(solved) => return Some(solved),
            Err(Unbuilt::Stopped) => return None,
            Err(Unbuilt::NoLine(agent)) => {
                let floor = std::mem::take(&mut model.agents[agent].limits.min_minutes);
                assert!(floor > 0, "without a floor staying at home keeps every limit");
            }
        }
    }
}

fn progress(reading: &Reading, (cost, bound): Figures, began: Instant) -> SolveProgress {
    SolveProgress {
        phase: if cost.is_some() { Phase::Solving } else { Phase::Constructing },
        best_cost: cost.map(|cost| reading.cost(cost)),
        bound: Some(bound_of(reading, bound)),
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// Nothing costs less than 0.
fn bound_of(reading: &Reading, bound: i64) -> f64 {
    if bound == i64::MIN { 0.0 } else { reading.cost(bound).max(0.0) }
}

fn solution(problem: &RosterProblem, reading: &Reading, solved: &Solved, began: Instant) -> Solution {
    let lines = reading.lines(&solved.roster.lines);
    let cost = problem.cost(&lines);
    // A bound a rounding above the cost is the cost.
    let bound = bound_of(reading, solved.bound).min(cost);
    let gap = if cost > 0.0 { (cost - bound) / cost } else { 0.0 };
    let (by_rule, seconds) = (problem.cost_by_rule(&lines), began.elapsed().as_secs_f64());
    Solution { assignments: problem.assignments(&lines), score: RosterScore { cost, bound, gap, by_rule, seconds } }
}

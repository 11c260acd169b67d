//! The backend: beside `sparse/lp.rs` the only file that names HiGHS.
//!
//! A run has a thread of its own and shares its figures by value. HiGHS looks up between its linear programs only, and a
//! large one lasts seconds: whoever waits need not wait for that, but reads the last figures and goes.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use good_lp::SolverModel;
use highs_sys::{
    HighsCallbackDataIn, HighsCallbackDataOut, kHighsCallbackCallbackMipUserSolution, kHighsCallbackIpmInterrupt,
    kHighsCallbackMipImprovingSolution, kHighsCallbackMipInterrupt, kHighsCallbackMipLogging, kHighsCallbackSimplexInterrupt,
};

use super::program::Program;

/// What a run has found so far.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// No roster costs less than this.
    pub bound: f64,
    /// Cost of the best roster known to anyone.
    pub best_cost: f64,
    /// The values of HiGHS's own best roster, if it beat the start.
    pub values: Option<Vec<f64>>,
    /// `Some` once it has ended; the error is HiGHS's own fault.
    pub end: Option<Result<(), String>>,
}

/// A run in progress.
pub(super) struct Run {
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

struct Shared {
    figures: Mutex<Figures>,
    /// The values of a roster that somebody else found, until HiGHS asks for one.
    given: Mutex<Option<Vec<f64>>>,
    is_stopped: AtomicBool,
    /// Added to HiGHS's figures: cost outside the model's variables.
    constant: f64,
    /// Distance of cost and bound at which it ends, as a share of the cost.
    gap: f64,
}

impl Shared {
    fn with<T>(&self, read: impl FnOnce(&mut Figures) -> T) -> T {
        read(&mut self.figures.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn given(&self) -> MutexGuard<'_, Option<Vec<f64>>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_done(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
            || self.with(|figures| figures.best_cost - figures.bound <= self.gap * figures.best_cost.abs())
    }
}

impl Run {
    /// Starts on a thread of its own. It ends by itself: at the gap, at the limit, or when proven.
    pub fn start(program: Program, best_cost: f64, gap: f64, limit: Duration, seed: u64) -> Self {
        let figures = Figures { bound: f64::NEG_INFINITY, best_cost, values: None, end: None };
        let is_stopped = AtomicBool::new(false);
        let (figures, given) = (Mutex::new(figures), Mutex::default());
        let shared = Arc::new(Shared { figures, given, is_stopped, constant: program.constant, gap });
        let Program { variables, objective, rows, start, .. } = program;
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let mut solver = variables.minimise(objective).using(good_lp::highs);
            for row in rows {
                solver.add_constraint(row);
            }
            let end = solver
                .try_into_inner()
                .map_err(|fault| fault.to_string())
                .and_then(|backend| optimise(backend, &start, &theirs, limit, seed));
            theirs.with(|figures| figures.end = Some(end));
        });
        Self { shared, thread }
    }

    /// The figures as they stand.
    pub fn figures(&self) -> Figures {
        self.shared.with(|figures| figures.clone())
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.is_finished() || self.shared.with(|figures| figures.end.is_some())
    }

    /// The figures once it has ended.
    #[cfg(test)]
    pub fn figures_at_end(&self) -> Figures {
        while !self.has_ended() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.figures()
    }

    /// Whether its thread is gone, be it by a panic.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Gives it a better roster than its own: what it costs, and the value of each variable. HiGHS takes it when it is between
    /// two programs; its own search goes on from there.
    pub fn offer(&self, cost: f64, values: Vec<f64>) {
        self.shared.with(|figures| figures.best_cost = figures.best_cost.min(cost));
        *self.shared.given() = Some(values);
    }
}

impl Drop for Run {
    /// Nobody reads it any more: it ends at its next look.
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
    }
}

fn optimise(mut model: highs::Model, start: &[f64], shared: &Shared, limit: Duration, seed: u64) -> Result<(), String> {
    let option = |_| "an option was refused".to_owned();
    // One thread: the scheduler of HiGHS is global and cannot change its width, and the second thread searches.
    model.try_set_option("threads", 1).map_err(option)?;
    model.try_set_option("parallel", "off").map_err(option)?;
    model.try_set_option("random_seed", (seed % 1_000_000) as i32).map_err(option)?;
    model.try_set_option("time_limit", limit.as_secs_f64()).map_err(option)?;
    // The gap is judged in the callback: HiGHS does not know the constant part of the cost.
    model.try_set_option("mip_rel_gap", 0.0).map_err(option)?;
    model.try_set_option("mip_abs_gap", 1e-6).map_err(option)?;
    // A restart presolves anew and loses the cuts; at these sizes it never paid within the usual limits.
    model.try_set_option("mip_allow_restart", false).map_err(option)?;
    // A sub-model at the root without the columns that are dear by reduced costs: seconds are better spent without it. MODEL.md
    // has the figures.
    model.try_set_option("mip_heuristic_run_root_reduced_cost", false).map_err(option)?;
    model.try_set_solution(Some(start), None, None, None).map_err(|status| format!("start roster refused: {status:?}"))?;
    listen(&mut model, shared);
    let solved = model.try_solve().map_err(|status| format!("HiGHS ended with {status:?}"))?;
    if solved.status() == highs::HighsModelStatus::Infeasible {
        return Err("the model has no solution although the start roster is one".to_owned());
    }
    let bound = solved.double_info_value(c"mip_dual_bound").map_err(|status| format!("no bound: {status:?}"))?;
    shared.with(|figures| figures.bound = figures.bound.max(bound + shared.constant));
    Ok(())
}

/// Solves a linear program by an interior point method, which cannot be continued once it was stopped and so is asked at each
/// of its steps whether to. `None` when HiGHS fails.
#[allow(unsafe_code)]
pub(super) fn solve_unless(mut model: highs::Model, is_stopped: &dyn Fn() -> bool) -> Option<highs::SolvedModel> {
    let data = std::ptr::from_ref(&is_stopped).cast_mut().cast::<c_void>();
    // SAFETY: the pointer is the live model's, and `is_stopped` outlives the solve, after which nothing is called back.
    unsafe {
        highs_sys::Highs_setCallback(model.as_mut_ptr(), Some(on_step), data);
        highs_sys::Highs_startCallback(model.as_mut_ptr(), kHighsCallbackIpmInterrupt);
    }
    let mut solved = model.try_solve().ok()?;
    // SAFETY: the pointer is the live model's.
    unsafe { highs_sys::Highs_stopCallback(solved.as_mut_ptr(), kHighsCallbackIpmInterrupt) };
    Some(solved)
}

#[allow(unsafe_code)]
unsafe extern "C" fn on_step(
    _event: c_int,
    _message: *const c_char,
    _out: *const HighsCallbackDataOut,
    answer: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS hands back the pointer given to `Highs_setCallback`, which is a live reference to a function (see
    // `solve_unless`), and a data block that is valid for the call or null.
    let (is_stopped, answer) = unsafe { (&*data.cast::<&dyn Fn() -> bool>(), answer.as_mut()) };
    if let Some(answer) = answer {
        answer.user_interrupt = c_int::from(is_stopped());
    }
}

/// Has HiGHS report to `shared` while it solves.
#[allow(unsafe_code)]
fn listen(model: &mut highs::Model, shared: &Shared) {
    let data = std::ptr::from_ref(shared).cast_mut().cast::<c_void>();
    // SAFETY: the pointer is the live model's. `shared` outlives the solve: `optimise` borrows it until after `try_solve`
    // has consumed the model, and HiGHS calls back on no other occasion.
    unsafe {
        let pointer = model.as_mut_ptr();
        highs_sys::Highs_setCallback(pointer, Some(on_event), data);
        for event in [
            kHighsCallbackSimplexInterrupt,
            kHighsCallbackMipInterrupt,
            kHighsCallbackMipLogging,
            kHighsCallbackMipImprovingSolution,
            kHighsCallbackCallbackMipUserSolution,
        ] {
            highs_sys::Highs_startCallback(pointer, event);
        }
    }
}

#[allow(unsafe_code)]
unsafe extern "C" fn on_event(
    event: c_int,
    _message: *const c_char,
    out: *const HighsCallbackDataOut,
    answer: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS hands back the pointer given to `Highs_setCallback`, which is a live `Shared` (see `listen`), and data
    // blocks that are valid for the call or null.
    let (shared, out, answer) = unsafe { (&*data.cast::<Shared>(), out.as_ref(), answer.as_mut()) };
    if let Some(out) = out.filter(|_| event == kHighsCallbackMipImprovingSolution) {
        // SAFETY: HiGHS gives a solution of that many values with this event, valid for the call.
        let values = (!out.mip_solution.is_null())
            .then(|| unsafe { std::slice::from_raw_parts(out.mip_solution, out.mip_solution_size as usize) }.to_vec());
        let cost = out.objective_function_value + shared.constant;
        shared.with(|figures| {
            figures.values = values;
            figures.best_cost = figures.best_cost.min(cost);
        });
    }
    if let Some(out) = out.filter(|_| event == kHighsCallbackMipLogging || event == kHighsCallbackMipInterrupt) {
        shared.with(|figures| figures.bound = figures.bound.max(out.mip_dual_bound + shared.constant));
    }
    let Some(answer) = answer else { return };
    if event == kHighsCallbackCallbackMipUserSolution {
        hand_over(shared.given().take(), answer);
    } else {
        answer.user_interrupt = c_int::from(shared.is_done());
    }
}

/// Answers HiGHS's question for a roster of somebody else's.
#[allow(unsafe_code)]
fn hand_over(given: Option<Vec<f64>>, answer: &mut HighsCallbackDataIn) {
    let Some(given) = given.filter(|given| given.len() == answer.user_solution_size as usize) else { return };
    // SAFETY: HiGHS has room for so many values there, which are nobody else's during the call.
    unsafe { std::slice::from_raw_parts_mut(answer.user_solution, given.len()) }.copy_from_slice(&given);
    answer.user_has_solution = c_int::from(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_roster_with_a_value_for_each_column_is_handed_over() {
        for (given, is_taken) in [(None, false), (Some(vec![1.0; 2]), false), (Some(vec![1.0; 3]), true)] {
            let mut room = [0.0; 3];
            let mut answer = HighsCallbackDataIn {
                user_interrupt: 0,
                user_solution: room.as_mut_ptr(),
                cbdata: std::ptr::null_mut(),
                user_has_solution: 0,
                user_solution_size: 3,
            };
            hand_over(given, &mut answer);
            assert_eq!((answer.user_has_solution == 1, room), (is_taken, [f64::from(u8::from(is_taken)); 3]));
        }
    }
}

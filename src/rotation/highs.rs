//! The backend: the only file here that names HiGHS.
//!
//! A solve asks between its linear programs whether to go on. Those of a rotation last milliseconds.

use std::ffi::{c_char, c_int, c_void};
use std::time::Duration;

use good_lp::solvers::highs::HighsProblem;
use good_lp::{Constraint, Expression, ProblemVariables, SolverModel};
use highs_sys::{HighsCallbackDataIn, HighsCallbackDataOut, kHighsCallbackMipInterrupt, kHighsCallbackSimplexInterrupt};

/// A mixed-integer programme to be minimised.
pub(super) struct Programme {
    pub variables: ProblemVariables,
    pub objective: Expression,
    pub rows: Vec<Constraint>,
    /// Values known to keep all rows, in the order of the variables.
    pub start: Option<Vec<f64>>,
}

/// How a solve ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The best values, or the best found until the limit.
    Values { values: Vec<f64>, is_proven: bool },
    /// Proven to have none.
    None,
    /// The limit passed, or it was told to stop, before any were found.
    Unknown,
}

/// HiGHS failed. The programmes are sound by construction, so there is nothing that a caller could mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the solver failed: {0}")]
pub(super) struct BackendFault(String);

/// When to stop.
#[derive(Clone, Copy)]
pub(super) struct Stop<'a> {
    pub limit: Duration,
    pub is_cancelled: &'a dyn Fn() -> bool,
}

impl Programme {
    /// Solves on the calling thread.
    pub fn solve(self, stop: Stop, seed: u64) -> Result<Answer, BackendFault> {
        let mut problem: HighsProblem = self.variables.minimise(self.objective).using(good_lp::highs);
        for row in self.rows {
            problem.add_constraint(row);
        }
        let mut model = problem.try_into_inner().map_err(|fault| BackendFault(fault.to_string()))?;
        model.make_quiet();
        let refused = |_| BackendFault("an option was refused".to_owned());
        model.try_set_option("threads", 1).map_err(refused)?;
        model.try_set_option("parallel", "off").map_err(refused)?;
        model.try_set_option("random_seed", (seed % 1_000_000) as i32).map_err(refused)?;
        model.try_set_option("time_limit", stop.limit.as_secs_f64()).map_err(refused)?;
        if let Some(start) = &self.start {
            let refused = |status| BackendFault(format!("the start was refused: {status:?}"));
            model.try_set_solution(Some(start), None, None, None).map_err(refused)?;
        }
        listen(&mut model, &stop);
        let solved = model.try_solve().map_err(|status| BackendFault(format!("HiGHS ended with {status:?}")))?;
        match solved.status() {
            highs::HighsModelStatus::Infeasible => Ok(Answer::None),
            status if solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible => {
                let is_proven = status == highs::HighsModelStatus::Optimal;
                Ok(Answer::Values { values: solved.get_solution().columns().to_vec(), is_proven })
            }
            highs::HighsModelStatus::ReachedTimeLimit | highs::HighsModelStatus::ReachedInterrupt => Ok(Answer::Unknown),
            status => Err(BackendFault(format!("HiGHS ended with {status:?}"))),
        }
    }
}

/// Has HiGHS ask `stop` while it solves.
#[allow(unsafe_code)]
fn listen(model: &mut highs::Model, stop: &Stop) {
    let data = std::ptr::from_ref(stop).cast_mut().cast::<c_void>();
    // SAFETY: the pointer is the live model's. `stop` outlives the solve: `solve` owns it until after `try_solve` has consumed
    // the model, and HiGHS calls back on no other occasion and, with one thread, from no other thread.
    unsafe {
        let pointer = model.as_mut_ptr();
        highs_sys::Highs_setCallback(pointer, Some(on_event), data);
        highs_sys::Highs_startCallback(pointer, kHighsCallbackSimplexInterrupt);
        highs_sys::Highs_startCallback(pointer, kHighsCallbackMipInterrupt);
    }
}

#[allow(unsafe_code)]
unsafe extern "C" fn on_event(
    _event: c_int,
    _message: *const c_char,
    _out: *const HighsCallbackDataOut,
    answer: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: HiGHS hands back the pointer given to `Highs_setCallback`, which is a live `Stop` (see `listen`), and a data
    // block that is valid for the call or null.
    let (stop, answer) = unsafe { (&*data.cast::<Stop>(), answer.as_mut()) };
    if let Some(answer) = answer {
        answer.user_interrupt = c_int::from((stop.is_cancelled)());
    }
}

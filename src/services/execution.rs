//! Doing what a run asks for: load, compute, and store the result with the run's end in one transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use chrono::Utc;
use uuid::Uuid;

use super::plan::TeamPlan;
use super::{building, forecasting, sizing};
use crate::domain::calendar::Horizon;
use crate::domain::ids::{ForecastId, RequirementId, RunId};
use crate::domain::run::{Phase, Progress, RunKind, RunParams, RunProblem};
pub use crate::solver::SolveOptions as BuildDefaults;
use crate::store::runs::{self, NewRun, Run};
use crate::store::{Store, StoreError, Tx};

/// How a run ends without a result.
#[derive(Debug, thiserror::Error)]
pub enum RunFailure {
    /// It was asked to stop.
    #[error("the run was stopped")]
    Cancelled,
    /// It cannot succeed.
    #[error("{}", .0.detail)]
    Problem(RunProblem),
    /// The database failed, or another worker has the run.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RunFailure {
    /// A problem by its slug.
    pub(super) fn problem(slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self::Problem(RunProblem::new(slug, title, detail))
    }
}

/// Where a run reports to, and how it learns that it should stop.
#[derive(Clone)]
pub struct Observer {
    report: Arc<dyn Fn(Progress) + Send + Sync>,
    is_cancelled: Arc<AtomicBool>,
    began: Instant,
}

impl Observer {
    /// Reports to `report` until `is_cancelled` is set.
    pub fn new(report: Arc<dyn Fn(Progress) + Send + Sync>, is_cancelled: Arc<AtomicBool>) -> Self {
        Self { report, is_cancelled, began: Instant::now() }
    }

    /// Whether to stop.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells what the run is busy with.
    pub(super) fn phase(&self, phase: Phase) {
        self.tell(phase, None, None);
    }

    /// Tells how good the roster is by now.
    pub(super) fn tell(&self, phase: Phase, best_cost: Option<f64>, bound: Option<f64>) {
        (self.report)(Progress { phase, best_cost, bound, seconds: self.began.elapsed().as_secs_f64(), at: Utc::now() });
    }
}

/// What every step of planning works with.
pub(super) struct Job<'a> {
    pub store: &'a Store,
    pub run: &'a Run,
    pub params: RunParams,
    pub plan: TeamPlan,
    pub horizon: Horizon,
    pub observer: &'a Observer,
}

/// Does what the run asks for. `defaults` holds for builds that do not say otherwise.
///
/// # Errors
/// [`RunFailure`]; nothing is stored then.
pub async fn execute(store: &Store, defaults: BuildDefaults, run: &Run, observer: &Observer) -> Result<(), RunFailure> {
    observer.phase(Phase::Loading);
    let invalid = |detail: String| RunFailure::problem("validation-failed", "Validation failed", detail);
    let params: RunParams = serde_json::from_value(run.params.clone()).map_err(|fault| invalid(fault.to_string()))?;
    let plan = TeamPlan::load(store, run.team_id).await?.ok_or_else(|| invalid("the team is not there any more".into()))?;
    let horizon = plan.horizon(run.week_start, run.weeks).map_err(|fault| invalid(fault.to_string()))?;
    let job = Job { store, run, params, plan, horizon, observer };
    match run.kind {
        RunKind::Forecast => forecasting::forecast_weeks(job).await,
        RunKind::Staffing => sizing::size_weeks(job).await,
        RunKind::Roster => building::build_rosters(job, defaults).await,
    }
}

impl Job<'_> {
    /// Runs `compute` where it may take its time, and stops if it was cancelled meanwhile.
    pub(super) fn check_cancelled(&self) -> Result<(), RunFailure> {
        if self.observer.is_cancelled() { Err(RunFailure::Cancelled) } else { Ok(()) }
    }

    /// Ends the run with its results, one for each week, and starts the next step of its chain, in the transaction that stores
    /// the results.
    pub(super) async fn conclude(&self, tx: &Tx, results: &[Uuid]) -> Result<(), RunFailure> {
        let now = Utc::now();
        runs::finish_succeeded(tx, self.run.id, self.run.attempt, results, now).await?;
        let Some(kind) = self.run.kind.next().filter(|_| self.params.through.is_some_and(|last| last != self.run.kind)) else {
            return Ok(());
        };
        let mut params = self.params.clone();
        // Of several weeks the latest are taken: these.
        match (self.run.kind, results) {
            (RunKind::Forecast, [only]) => params.forecast_id = Some(ForecastId(*only)),
            (_, [only]) => params.requirement_id = Some(RequirementId(*only)),
            _ => (),
        }
        let next = NewRun {
            id: RunId::generate(),
            kind,
            team_id: self.run.team_id,
            week_start: self.run.week_start,
            weeks: self.run.weeks,
            params: serde_json::to_value(params).expect("run parameters are plain data"),
            parent_run_id: Some(self.run.id),
            created_by: self.run.created_by.clone(),
        };
        match runs::enqueue(tx, &next, now).await {
            // Somebody asked for that step meanwhile; it works on what is latest.
            Ok(_) | Err(StoreError::RunAlreadyActive { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

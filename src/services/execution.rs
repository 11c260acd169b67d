//! Doing what a run asks for: load, compute, and store the result with the run's end in one transaction.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    latest: Arc<Mutex<Option<Progress>>>,
}

impl Observer {
    /// Reports to `report` until `is_cancelled` is set.
    pub fn new(report: Arc<dyn Fn(Progress) + Send + Sync>, is_cancelled: Arc<AtomicBool>) -> Self {
        Self { report, is_cancelled, began: Instant::now(), latest: Arc::default() }
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
        let progress = Progress { phase, best_cost, bound, seconds: self.began.elapsed().as_secs_f64(), at: Utc::now() };
        // Whoever panicked had at most put one figure there.
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
        (self.report)(progress);
    }

    /// What was told last.
    fn latest(&self) -> Option<Progress> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
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
        let is_wanted = match self.run.part_of_run_id {
            Some(whole) => !runs::hold(tx, whole).await?.is_cancel_requested,
            None => true,
        };
        if let Some(next) = next_run(self.run, &self.params, results).filter(|_| is_wanted) {
            match runs::enqueue(tx, &next, now).await {
                Ok(_) => {}
                // Somebody asked for that step meanwhile, and it may have begun with what was latest before.
                Err(StoreError::RunAlreadyActive { run_id }) => {
                    let broken = RunProblem::step_under_way(next.kind, run_id);
                    runs::set_problem(tx, self.run.id, self.run.attempt, &broken).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        // Its row lags behind; how it ended is read there for as long as it is kept.
        if let Some(progress) = self.observer.latest() {
            runs::set_progress(tx, self.run.id, self.run.attempt, &progress).await?;
        }
        Ok(runs::finish_succeeded(tx, self.run.id, self.run.attempt, results, now).await?)
    }
}

/// The next step of the chain of a run that came to these results; `None` where it ends.
pub(super) fn next_run(run: &Run, params: &RunParams, results: &[Uuid]) -> Option<NewRun> {
    let kind = run.kind.next_of_chain(params.through)?;
    let mut params = params.clone();
    // Of several weeks the latest are taken: these.
    match (run.kind, results) {
        (RunKind::Forecast, [only]) => params.forecast_id = Some(ForecastId(*only)),
        (_, [only]) => params.requirement_id = Some(RequirementId(*only)),
        _ => (),
    }
    Some(NewRun {
        id: RunId::generate(),
        kind,
        team_id: run.team_id,
        week_start: run.week_start,
        weeks: run.weeks,
        params: serde_json::to_value(params).expect("run parameters are plain data"),
        parent_run_id: Some(run.id),
        part_of_run_id: run.part_of_run_id,
        created_by: run.created_by.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::RunState;
    use crate::store::testing::{self, NOW, on_both};

    on_both! {
        a_chain_that_meets_the_run_of_somebody_else_says_so(store) {
            let desk = testing::desk(&store).await;
            let sizing = testing::run(&store, &desk, RunKind::Staffing).await;
            let by_hand = testing::run(&store, &desk, RunKind::Roster).await;
            let run = runs::claim(&store, sizing, "worker", NOW, NOW).await.unwrap().unwrap();
            let plan = TeamPlan::load(&store, desk.team.id).await.unwrap().unwrap();
            let horizon = plan.horizon(run.week_start, 1).unwrap();
            let params = RunParams { through: Some(RunKind::Roster), ..RunParams::default() };
            let observer = Observer::new(Arc::new(|_| {}), Arc::default());
            let job = Job { store: &store, run: &run, params, plan, horizon, observer: &observer };
            let tx = store.begin().await.unwrap();
            job.conclude(&tx, &[Uuid::now_v7()]).await.unwrap();
            tx.commit().await.unwrap();

            let ended = runs::get(&store, sizing).await.unwrap().unwrap();
            assert_eq!(ended.state, RunState::Succeeded);
            let problem = ended.problem.unwrap();
            assert_eq!(problem["type"], "/problems/run-already-active");
            assert!(problem["detail"].as_str().unwrap().contains(&by_hand.to_string()), "{problem}");
        }
    }
}

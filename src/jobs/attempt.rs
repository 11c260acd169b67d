//! One attempt at a run: taken, kept alive, watched over, concluded.
//!
//! The attempt number is the fence. Every write names it, and the store refuses a number that is no longer the run's: a
//! worker that was taken for dead can neither keep the run alive nor store a result.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::Queue;
use super::progress::{ProgressBoard, RunContext};
use crate::domain::ids::RunId;
use crate::domain::run::{Progress, RunState};
use crate::store::runs::{self, Run};
use crate::store::{Store, StoreError};

/// How long a run belongs to a worker that no longer says it lives.
pub(super) const LEASE: Duration = Duration::from_secs(8);

/// How often a worker says so.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// How often a worker looks whether its run is to be cancelled.
const LOOK: Duration = Duration::from_millis(400);

/// How often progress is written to the run's row.
const NOTE: Duration = Duration::from_secs(1);

/// How long work may go on once it was asked to stop; then its thread is left to itself and what it stores is refused.
const GRACE: Duration = Duration::from_secs(4);

/// A run that is taken over from a dead worker after so many attempts is given up, lest it bring down the next one too.
const MOST_ATTEMPTS: u32 = 5;

/// How work can end without a result.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// It was asked to stop, and stored nothing.
    #[error("the work was stopped")]
    Cancelled,
    /// It cannot succeed; the problem is stored with the run and shown to whoever asks.
    #[error("the work failed: {0}")]
    Failed(Value),
    /// The database failed, and the run is tried again; or it refused the result, for one because another worker has the
    /// run.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What running work gives: `Ok` once the result is stored and the run finished, in one transaction of its own.
pub type Working = Pin<Box<dyn Future<Output = Result<(), WorkError>> + Send>>;

/// The work of a run. Called on a thread of its own, so it may compute as long as it likes between two awaits.
pub type Work = Arc<dyn Fn(Run, RunContext) -> Working + Send + Sync>;

/// What every attempt of a worker needs.
pub(super) struct Attempts {
    pub(super) store: Store,
    pub(super) queue: Queue,
    pub(super) work: Work,
    pub(super) board: ProgressBoard,
    pub(super) owner: String,
    pub(super) stop: CancellationToken,
}

/// How watching over work came to an end.
enum Outcome {
    Ended(Result<(), WorkError>),
    Panicked,
    /// It was asked to stop and did not.
    Unheeding,
    /// Another worker has the run.
    Lost,
}

impl Attempts {
    /// Takes the run, unless it is over or somebody else's, and works on it to its end.
    pub(super) async fn attend(&self, run_id: RunId) {
        if self.stop.is_cancelled() {
            return;
        }
        match self.claim(run_id).await {
            Ok(Some(run)) => self.work_on(run).await,
            Ok(None) => tracing::debug!(run.id = %run_id, "run {run_id} is over or in other hands"),
            Err(error) => {
                tracing::warn!(run.id = %run_id, error = &error as &dyn Error, "run {run_id} could not be taken")
            }
        }
    }

    async fn claim(&self, run_id: RunId) -> Result<Option<Run>, StoreError> {
        let Some(found) = runs::get(&self.store, run_id).await? else { return Ok(None) };
        let now = Utc::now();
        let Some(run) = runs::claim(&self.store, run_id, &self.owner, now, now - LEASE).await? else { return Ok(None) };
        if found.state == RunState::Running && found.attempt >= MOST_ATTEMPTS {
            tracing::error!(run.id = %run_id, "run {run_id} has lost its worker {MOST_ATTEMPTS} times and is given up");
            runs::finish_failed(&self.store, run_id, run.attempt, &internal(run_id), now).await?;
            return Ok(None);
        }
        Ok(Some(run))
    }

    async fn work_on(&self, run: Run) {
        let (run_id, attempt, begun) = (run.id, run.attempt, Instant::now());
        tracing::info!(run.id = %run_id, run.attempt = attempt, "run {run_id} begins");
        let context = RunContext::new();
        let _shown = self.board.show(run_id, &context);
        let outcome = self.watch_over(&run, &context).await;
        // Where the work goes on all the same, for nothing, it should know.
        context.cancel();
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let concluded = self.conclude(&run, outcome).await;
        match concluded {
            Ok(how) => tracing::info!(run.id = %run_id, run.attempt = attempt, duration_ms, "run {run_id} {how}"),
            // The lease runs out, and the run is taken up again.
            Err(error) => {
                tracing::warn!(run.id = %run_id, error = &error as &dyn Error, "the end of run {run_id} could not be stored")
            }
        }
    }

    /// Waits for the work while it heartbeats, notes progress, and passes on the wish that it stop.
    async fn watch_over(&self, run: &Run, context: &RunContext) -> Outcome {
        // Before the work begins: a report that was there first would pass for one already seen.
        let mut watch = Watch::over(run, context);
        let mut ended = start(self.work.clone(), run.clone(), context.clone());
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                result = &mut ended => return result.map_or(Outcome::Panicked, Outcome::Ended),
                () = self.stop.cancelled(), if !context.is_cancelled() => watch.ask_to_stop(),
                _ = looks.tick() => {}
            }
            if watch.patience_is_over() {
                tracing::warn!(run.id = %run.id, "the work of run {} did not stop when asked to; it is left to itself", run.id);
                return Outcome::Unheeding;
            }
            match watch.look(&self.store).await {
                Ok(()) => {}
                Err(StoreError::RunLost { .. }) => return Outcome::Lost,
                // The work goes on: while the database is out of reach, nobody else can take the run either.
                Err(error) => {
                    tracing::warn!(run.id = %run.id, error = &error as &dyn Error, "run {} could not be kept alive", run.id)
                }
            }
        }
    }

    /// Stores how the run ended; says it in words.
    async fn conclude(&self, run: &Run, outcome: Outcome) -> Result<&'static str, StoreError> {
        let now = Utc::now();
        match outcome {
            Outcome::Ended(Ok(())) => Ok("succeeded"),
            Outcome::Lost | Outcome::Ended(Err(WorkError::Store(StoreError::RunLost { .. }))) => Ok("was lost to another worker"),
            Outcome::Ended(Err(WorkError::Cancelled)) | Outcome::Unheeding => self.stopped(run).await,
            Outcome::Ended(Err(WorkError::Failed(problem))) => {
                runs::finish_failed(&self.store, run.id, run.attempt, &problem, now).await?;
                Ok("failed")
            }
            // It may be back when the lease has run out, and the run is taken up again.
            Outcome::Ended(Err(WorkError::Store(error @ (StoreError::Database(_) | StoreError::Unavailable(_))))) => Err(error),
            Outcome::Ended(Err(WorkError::Store(error))) => {
                tracing::error!(run.id = %run.id, error = &error as &dyn Error, "what run {} was to store was refused", run.id);
                runs::finish_failed(&self.store, run.id, run.attempt, &internal(run.id), now).await?;
                Ok("failed")
            }
            Outcome::Panicked => {
                tracing::error!(run.id = %run.id, "the work of run {} panicked", run.id);
                runs::finish_failed(&self.store, run.id, run.attempt, &internal(run.id), now).await?;
                Ok("panicked")
            }
        }
    }

    /// Stopped because a user asked, or because this process goes: then the run waits for another worker.
    async fn stopped(&self, run: &Run) -> Result<&'static str, StoreError> {
        let now = Utc::now();
        let is_to_stop = runs::heartbeat(&self.store, run.id, run.attempt, now).await?;
        if self.stop.is_cancelled() && !is_to_stop {
            runs::hand_back(&self.store, run.id, run.attempt).await?;
            // The task at hand is only given out again when apalis takes this worker for dead.
            if let Err(error) = self.queue.push(run.id).await {
                tracing::warn!(run.id = %run.id, error = &error as &dyn Error, "run {} waits for a sweep to be queued", run.id);
            }
            return Ok("was handed back");
        }
        runs::finish_cancelled(&self.store, run.id, run.attempt, now).await?;
        Ok("was cancelled")
    }
}

/// Runs the work on a thread of its own: it computes for minutes, and must hold up neither the requests of this process nor
/// its end. A panic drops the sender.
fn start(work: Work, run: Run, context: RunContext) -> oneshot::Receiver<Result<(), WorkError>> {
    let (send, receive) = oneshot::channel();
    let runtime = tokio::runtime::Handle::current();
    let thread = std::thread::Builder::new().name("run".to_owned());
    thread.spawn(move || send.send(runtime.block_on(work(run, context)))).expect("the system has a thread left");
    receive
}

/// A problem that says nothing but where to look.
fn internal(run_id: RunId) -> Value {
    serde_json::json!({
        "type": "/problems/internal-error",
        "title": "Internal error",
        "status": 500,
        "detail": format!("The run ended in a fault of the service. Try it again; if it fails again, look for run {run_id} in the log."),
    })
}

/// What watching over one attempt keeps in mind.
struct Watch<'a> {
    run: &'a Run,
    context: &'a RunContext,
    reports: watch::Receiver<Option<Progress>>,
    alive_at: Instant,
    noted_at: Option<Instant>,
    asked_at: Option<Instant>,
}

impl<'a> Watch<'a> {
    fn over(run: &'a Run, context: &'a RunContext) -> Self {
        Self { run, context, reports: context.reports(), alive_at: Instant::now(), noted_at: None, asked_at: None }
    }

    fn ask_to_stop(&mut self) {
        self.context.cancel();
        self.asked_at.get_or_insert_with(Instant::now);
    }

    fn patience_is_over(&self) -> bool {
        self.asked_at.is_some_and(|asked| asked.elapsed() >= GRACE)
    }

    /// Heartbeats and notes when it is time to, and looks whether the run is to stop.
    async fn look(&mut self, store: &Store) -> Result<(), StoreError> {
        let (run_id, attempt, now) = (self.run.id, self.run.attempt, Instant::now());
        let is_to_stop = if now - self.alive_at >= HEARTBEAT {
            let is_to_stop = runs::heartbeat(store, run_id, attempt, Utc::now()).await?;
            self.alive_at = now;
            is_to_stop
        } else {
            runs::get(store, run_id).await?.is_some_and(|run| run.is_cancel_requested)
        };
        if is_to_stop {
            self.ask_to_stop();
        }
        if self.noted_at.is_none_or(|noted| now - noted >= NOTE) && self.reports.has_changed().unwrap_or(false) {
            let latest = *self.reports.borrow_and_update();
            if let Some(progress) = latest {
                runs::set_progress(store, run_id, attempt, &progress).await?;
                self.noted_at = Some(now);
            }
        }
        Ok(())
    }
}

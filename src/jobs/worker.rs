//! A worker: takes runs from the queue and works on them until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Queue;
use super::attempt::{Attempts, Work};
use super::dispatch::dispatch_until;
use super::progress::ProgressBoard;
use crate::domain::ids::RunId;
use crate::store::Store;

/// How long a worker waits after a fault of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// A running worker. Dropping it lets it go on; [`Worker::stop`] ends it.
pub struct Worker {
    board: ProgressBoard,
    wake: Arc<Notify>,
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

impl Worker {
    /// Starts a worker that works on at most `concurrency` runs at once. One is right where the solver uses every core.
    ///
    /// # Panics
    /// When `concurrency` is 0, or outside a tokio runtime.
    pub fn start(store: Store, queue: Queue, concurrency: usize, work: Work) -> Self {
        assert!(concurrency > 0, "a worker works on one run at least");
        let (board, wake, stop) = (ProgressBoard::default(), Arc::<Notify>::default(), CancellationToken::new());
        let owner = format!("{}-{}", std::process::id(), Uuid::new_v4().simple());
        let dispatching = tokio::spawn(dispatch_until(store.clone(), queue.clone(), wake.clone(), stop.clone()));
        let attempts = Attempts { store, queue: queue.clone(), work, board: board.clone(), owner, stop: stop.clone() };
        let crew = Crew { attempts: Arc::new(attempts), hands: Arc::new(Semaphore::new(concurrency)), concurrency };
        let ended = tokio::spawn(async move {
            crew.serve(&queue).await;
            // The sweep only ever waits for the database.
            let _ = dispatching.await;
        });
        Self { board, wake, stop, ended }
    }

    /// The progress of the runs this worker has in hand.
    pub fn board(&self) -> ProgressBoard {
        self.board.clone()
    }

    /// Notify it after a run was enqueued, and the run is taken without waiting for the next sweep.
    pub fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// Takes no more runs, asks those in hand to stop, and hands them back to the queue. Returns within a few seconds, also
    /// when some work does not heed it.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(panic) = self.ended.await {
            tracing::error!(error = &panic as &dyn std::error::Error, "the worker had ended before it was stopped");
        }
    }
}

/// The attempts of one worker, as many at once as it has hands.
#[derive(Clone)]
struct Crew {
    attempts: Arc<Attempts>,
    hands: Arc<Semaphore>,
    concurrency: usize,
}

impl Crew {
    /// apalis ends its worker at the first fault of the database; a new one, under a new name, takes its place.
    async fn serve(self, queue: &Queue) {
        let stop = &self.attempts.stop;
        let mut served = 0;
        while !stop.is_cancelled() {
            served += 1;
            let name = format!("{}-{served}", self.attempts.owner);
            let crew = self.clone();
            let ended = queue.serve(&name, self.concurrency, move |run_id| crew.clone().attend(run_id), stop).await;
            if let Err(error) = ended {
                tracing::warn!(error = &error as &dyn std::error::Error, "the queue failed; trying again");
                tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
            }
        }
        let everyone = u32::try_from(self.concurrency).unwrap_or(u32::MAX);
        let _idle = self.hands.acquire_many(everyone).await;
    }

    /// Attends on a task of its own: when apalis drops its future in the middle, the run must still be kept alive.
    async fn attend(self, run_id: RunId) {
        let attending = tokio::spawn(async move {
            let _hand = self.hands.acquire().await;
            self.attempts.attend(run_id).await;
        });
        if let Err(panic) = attending.await {
            tracing::error!(run.id = %run_id, error = &panic as &dyn std::error::Error, "run {run_id} was dropped; its lease runs out");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;

    use chrono::Utc;
    use futures_util::FutureExt;
    use serde_json::json;
    use tokio::sync::Barrier;

    use super::super::testing::{enqueue, wait_for};
    use super::super::{RunContext, WorkError, Working};
    use super::*;
    use crate::domain::run::{Phase, Progress, RunState};
    use crate::store::StoreError;
    use crate::store::runs::{self, Run};
    use crate::store::testing::{on_both, open};

    async fn start(url: &str, work: Work) -> (Store, Worker) {
        let store = open(url).await;
        let queue = Queue::open(&store).await.unwrap();
        (store.clone(), Worker::start(store, queue, 1, work))
    }

    /// Stores a result as a service does: in the transaction that finishes the run.
    async fn succeed(store: &Store, run: &Run) -> Result<(), WorkError> {
        let tx = store.begin().await?;
        runs::finish_succeeded(&tx, run.id, run.attempt, &[Uuid::now_v7()], Utc::now()).await?;
        Ok(tx.commit().await?)
    }

    /// Work that succeeds at once.
    fn brisk(store: &Store) -> Work {
        let store = store.clone();
        Arc::new(move |run, _| {
            let store = store.clone();
            async move { succeed(&store, &run).await }.boxed()
        })
    }

    /// Work that goes on until it is to stop.
    fn endless() -> Work {
        Arc::new(|_, context: RunContext| {
            async move {
                while !context.is_cancelled() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(WorkError::Cancelled)
            }
            .boxed()
        })
    }

    on_both! {
        two_workers_share_the_runs_and_each_is_done_once(at url) {
            let store = open(&url).await;
            let ids = enqueue(&store, 20).await;
            let done: Arc<Mutex<Vec<(usize, RunId)>>> = Arc::default();
            // Neither goes on before the other has a run of its own.
            let both = Arc::new(Barrier::new(2));
            let mut workers = Vec::new();
            for index in 0..2 {
                let (store, done, both) = (open(&url).await, done.clone(), both.clone());
                let work: Work = Arc::new(move |run: Run, _| {
                    let (store, done, both) = (store.clone(), done.clone(), both.clone());
                    async move {
                        let is_first = !done.lock().unwrap().iter().any(|(who, _)| *who == index);
                        done.lock().unwrap().push((index, run.id));
                        if is_first {
                            both.wait().await;
                        }
                        succeed(&store, &run).await
                    }
                    .boxed() as Working
                });
                workers.push(start(&url, work).await.1);
            }
            for id in &ids {
                assert_eq!(wait_for(&store, *id, RunState::Succeeded, 30).await.attempt, 1);
            }
            for worker in workers {
                worker.stop().await;
            }
            let done = done.lock().unwrap();
            assert_eq!(done.len(), 20);
            assert_eq!(done.iter().map(|(_, id)| id).collect::<HashSet<_>>().len(), 20);
            assert_eq!(done.iter().map(|(who, _)| who).collect::<HashSet<_>>().len(), 2);
        }

        a_run_whose_worker_fell_silent_is_taken_up_again_and_stored_once(at url) {
            let store = open(&url).await;
            let id = enqueue(&store, 1).await[0];
            let long_ago = Utc::now() - chrono::TimeDelta::hours(1);
            let taken = runs::claim(&store, id, "gone", long_ago, long_ago).await.unwrap().unwrap();
            let (_, worker) = start(&url, brisk(&store)).await;
            let run = wait_for(&store, id, RunState::Succeeded, 20).await;
            assert_eq!(run.attempt, 2);
            assert_ne!(run.owner, taken.owner);
            // What the first attempt might still want to store is refused.
            let late = succeed(&store, &taken).await.unwrap_err();
            assert!(matches!(late, WorkError::Store(StoreError::RunLost { attempt: 1, .. })), "{late}");
            assert_eq!(runs::get(&store, id).await.unwrap().unwrap().result_id, run.result_id);
            worker.stop().await;
        }

        a_run_is_cancelled_within_two_seconds(at url) {
            let (store, worker) = start(&url, endless()).await;
            let id = enqueue(&store, 1).await[0];
            wait_for(&store, id, RunState::Running, 10).await;
            runs::request_cancel(&store, id, Utc::now()).await.unwrap();
            wait_for(&store, id, RunState::Cancelled, 2).await;
            worker.stop().await;
        }

        a_failed_run_keeps_its_problem_and_can_be_tried_again(at url) {
            let store = open(&url).await;
            let work: Work = {
                let store = store.clone();
                Arc::new(move |run: Run, _| {
                    let store = store.clone();
                    async move {
                        if run.attempt == 1 {
                            return Err(WorkError::Failed(json!({ "type": "/problems/insufficient-history" })));
                        }
                        succeed(&store, &run).await
                    }
                    .boxed() as Working
                })
            };
            let (_, worker) = start(&url, work).await;
            let id = enqueue(&store, 1).await[0];
            let failed = wait_for(&store, id, RunState::Failed, 10).await;
            assert_eq!(failed.problem, Some(json!({ "type": "/problems/insufficient-history" })));
            let tx = store.begin().await.unwrap();
            runs::retry(&tx, id, Utc::now()).await.unwrap();
            tx.commit().await.unwrap();
            worker.wake().notify_one();
            assert_eq!(wait_for(&store, id, RunState::Succeeded, 10).await.attempt, 2);
            worker.stop().await;
        }

        a_panic_fails_the_run_and_not_the_worker(at url) {
            let store = open(&url).await;
            let ids = enqueue(&store, 2).await;
            let work: Work = {
                let (store, bad) = (store.clone(), ids[0]);
                Arc::new(move |run: Run, _| {
                    let store = store.clone();
                    async move {
                        assert!(run.id != bad, "a secret of the code");
                        succeed(&store, &run).await
                    }
                    .boxed() as Working
                })
            };
            let (_, worker) = start(&url, work).await;
            let failed = wait_for(&store, ids[0], RunState::Failed, 10).await;
            let problem = failed.problem.unwrap();
            assert_eq!(problem["type"], "/problems/internal-error");
            assert!(!problem.to_string().contains("secret"));
            wait_for(&store, ids[1], RunState::Succeeded, 10).await;
            worker.stop().await;
        }

        a_worker_that_stops_hands_its_run_back(at url) {
            let (store, worker) = start(&url, endless()).await;
            let id = enqueue(&store, 1).await[0];
            wait_for(&store, id, RunState::Running, 10).await;
            worker.stop().await;
            let run = runs::get(&store, id).await.unwrap().unwrap();
            assert_eq!((run.state, run.attempt, run.owner), (RunState::Queued, 1, None));
            let (_, next) = start(&url, brisk(&store)).await;
            assert_eq!(wait_for(&store, id, RunState::Succeeded, 10).await.attempt, 2);
            next.stop().await;
        }

        a_worker_stops_although_its_work_does_not(at url) {
            let (store, worker) = start(&url, Arc::new(|_, _| std::future::pending().boxed())).await;
            let id = enqueue(&store, 1).await[0];
            wait_for(&store, id, RunState::Running, 10).await;
            worker.stop().await;
            assert_eq!(runs::get(&store, id).await.unwrap().unwrap().state, RunState::Queued);
        }

        a_run_that_brings_down_every_worker_is_given_up(at url) {
            let store = open(&url).await;
            let id = enqueue(&store, 1).await[0];
            let long_ago = Utc::now() - chrono::TimeDelta::hours(1);
            for attempt in 1..=5 {
                let at = long_ago + chrono::TimeDelta::minutes(attempt);
                runs::claim(&store, id, "gone", at, at).await.unwrap().unwrap();
            }
            let (_, worker) = start(&url, brisk(&store)).await;
            assert_eq!(wait_for(&store, id, RunState::Failed, 10).await.problem.unwrap()["type"], "/problems/internal-error");
            worker.stop().await;
        }

        progress_is_shown_at_once_and_stored(at url) {
            let said = Progress { phase: Phase::Solving, best_cost: Some(12.5), bound: Some(10.0), seconds: 1.5, at: Utc::now() };
            let work: Work = Arc::new(move |_, context: RunContext| {
                async move {
                    context.report(said);
                    while !context.is_cancelled() {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                    Err(WorkError::Cancelled)
                }
                .boxed()
            });
            let (store, worker) = start(&url, work).await;
            let id = enqueue(&store, 1).await[0];
            wait_for(&store, id, RunState::Running, 10).await;
            let mut shown = loop {
                if let Some(shown) = worker.board().watch(id) {
                    break shown;
                }
                tokio::task::yield_now().await;
            };
            let seen = *shown.wait_for(Option::is_some).await.unwrap();
            assert_eq!(seen.unwrap().best_cost, Some(12.5));
            runs::request_cancel(&store, id, Utc::now()).await.unwrap();
            let run = wait_for(&store, id, RunState::Cancelled, 10).await;
            assert_eq!(run.progress.unwrap().bound, Some(10.0));
            worker.stop().await;
            assert!(shown.changed().await.is_err(), "whoever listens learns that it is over");
        }
    }
}

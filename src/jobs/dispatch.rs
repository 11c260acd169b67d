//! Sees to it that every run that waits has a task in the queue.
//!
//! A run and its task are not written in one transaction: sea-orm does not give out the connection of a transaction, and
//! on SQLite a second connection could not write meanwhile. So the row in `runs` is the order, and this sweep turns it into
//! a task. It also makes good what got lost: a task that was delivered before the lease of a dead worker had run out, or
//! that was acknowledged without the run being taken; or a run that still waits for parts of its own which are all over.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::attempt::LEASE;
use super::{JobsError, Queue};
use crate::domain::ids::RunId;
use crate::store::{Store, StoreError, runs};

/// How often the runs are looked at.
const SWEEP: Duration = Duration::from_millis(300);

/// Runs looked at in one sweep; the others wait behind them anyhow.
const MOST: u64 = 200;

/// For so many sweeps a run that had a task is taken to have it still, so that a long queue is not listed over and over.
const TRUST: u32 = 4;

/// Gives tasks to runs that wait without one; returns how many. Two processes may both give one to the same run: the second
/// task finds the run taken.
///
/// # Errors
/// [`JobsError::Store`], [`JobsError::Queue`].
pub async fn dispatch(store: &Store, queue: &Queue, now: DateTime<Utc>) -> Result<usize, JobsError> {
    Sweeper::default().sweep(store, queue, now).await
}

#[derive(Default)]
struct Sweeper {
    with_task: HashSet<(RunId, u32)>,
    sweeps: u32,
}

impl Sweeper {
    async fn sweep(&mut self, store: &Store, queue: &Queue, now: DateTime<Utc>) -> Result<usize, JobsError> {
        let mut waiting = runs::list_queued(store, MOST).await?;
        waiting.extend(runs::list_stale(store, now - LEASE, MOST).await?);
        // With the attempt: one that was taken since may come back without a task, handed back or tried again.
        let waiting: HashSet<(RunId, u32)> = waiting.into_iter().map(|run| (run.id, run.attempt)).collect();
        self.sweeps += 1;
        if self.sweeps == 1 {
            settle_left_over(store, now).await?;
        }
        if self.sweeps == TRUST {
            (self.sweeps, self.with_task) = (0, HashSet::new());
        }
        if waiting.is_subset(&self.with_task) {
            return Ok(0);
        }
        let listed = queue.listed().await?;
        let mut pushed = 0;
        for (run, _) in waiting.iter().filter(|(run, _)| !listed.contains(run)) {
            queue.push(*run).await?;
            pushed += 1;
        }
        self.with_task = waiting;
        Ok(pushed)
    }
}

/// Ends runs whose parts are all over. The end of a part does so itself, in its own transaction: this is the net below.
async fn settle_left_over(store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    for run in runs::list_unsettled(store, MOST).await? {
        let tx = store.begin().await?;
        runs::settle(&tx, run.id, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Sweeps until `stop`; at once when woken.
pub(super) async fn dispatch_until(store: Store, queue: Queue, wake: Arc<Notify>, stop: CancellationToken) {
    let mut sweeper = Sweeper::default();
    let mut ticks = tokio::time::interval(SWEEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
            () = wake.notified() => {}
        }
        if let Err(error) = sweeper.sweep(&store, &queue, Utc::now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "runs that wait could not be queued; trying again");
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::testing::enqueue;
    use super::*;
    use crate::store::testing::{on_both, open};

    on_both! {
        a_waiting_run_gets_one_task(at url) {
            let store = open(&url).await;
            let queue = Queue::open(&store).await.unwrap();
            let ids = enqueue(&store, 3).await;
            assert_eq!(dispatch(&store, &queue, Utc::now()).await.unwrap(), 3);
            assert_eq!(queue.listed().await.unwrap(), ids.into_iter().collect());
            assert_eq!(dispatch(&store, &queue, Utc::now()).await.unwrap(), 0);
        }

        a_run_gets_a_task_again_when_its_worker_is_taken_for_dead(at url) {
            let store = open(&url).await;
            let queue = Queue::open(&store).await.unwrap();
            let id = enqueue(&store, 1).await[0];
            let now = Utc::now();
            runs::claim(&store, id, "gone", now, now - LEASE).await.unwrap().unwrap();
            let lease = TimeDelta::from_std(LEASE).unwrap();
            assert_eq!(dispatch(&store, &queue, now + lease - TimeDelta::seconds(1)).await.unwrap(), 0);
            assert_eq!(dispatch(&store, &queue, now + lease + TimeDelta::seconds(1)).await.unwrap(), 1);
        }

        several_that_open_the_queue_at_once_do_not_clash(at url) {
            let stores = [open(&url).await, open(&url).await, open(&url).await];
            let opened = tokio::join!(Queue::open(&stores[0]), Queue::open(&stores[1]), Queue::open(&stores[2]));
            for queue in [opened.0, opened.1, opened.2] {
                assert!(queue.unwrap().listed().await.unwrap().is_empty());
            }
        }
    }
}

//! Sees to it that every run that waits has a task in the queue.
//!
//! A run and its task are not written in one transaction: sea-orm does not give out the connection of a transaction, and
//! on SQLite a second connection could not write meanwhile. So the row in `runs` is the order, and this sweep turns it into
//! a task. It also makes good what got lost: a task that was delivered before the lease of a dead worker had run out, or
//! that was acknowledged without the run being taken.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::attempt::LEASE;
use super::{JobsError, Queue};
use crate::domain::ids::RunId;
use crate::store::{Store, runs};

/// How often the runs are looked at.
const SWEEP: Duration = Duration::from_millis(300);

/// Runs looked at in one sweep; the others wait behind them anyhow.
const MOST: u64 = 200;

/// For so many sweeps a run that had a task is taken to have it still, so that a long queue is not listed over and over.
const TRUST: u32 = 10;

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
    with_task: HashSet<RunId>,
    sweeps: u32,
}

impl Sweeper {
    async fn sweep(&mut self, store: &Store, queue: &Queue, now: DateTime<Utc>) -> Result<usize, JobsError> {
        let mut waiting = runs::list_queued(store, MOST).await?;
        waiting.extend(runs::list_stale(store, now - LEASE, MOST).await?);
        let waiting: Vec<RunId> = waiting.into_iter().map(|run| run.id).collect();
        self.sweeps += 1;
        if self.sweeps == TRUST {
            (self.sweeps, self.with_task) = (0, HashSet::new());
        }
        // One that was taken since may come back without a task: handed back, or tried again.
        self.with_task.retain(|run| waiting.contains(run));
        if waiting.iter().all(|run| self.with_task.contains(run)) {
            return Ok(0);
        }
        self.with_task = queue.listed().await?;
        let mut pushed = 0;
        for run in waiting {
            if self.with_task.insert(run) {
                queue.push(run).await?;
                pushed += 1;
            }
        }
        Ok(pushed)
    }
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

//! Long work and the clock: a queue in the database, workers that take runs from it, and ticks that start what is due.
//!
//! A service stores a run; [`dispatch`](dispatch()) gives it a task in the [`Queue`]; a [`Worker`] of any process takes the
//! task, claims the run, and calls the [`Work`] it was started with, which stores its result and finishes the run in one
//! transaction. The [`Clock`] stores runs as a service does. A run whose teams are planned apart has no task: it waits for theirs,
//! and the last of them ends it.

use std::error::Error;

mod attempt;
pub mod clock;
mod dispatch;
pub mod due;
mod planning;
mod progress;
mod pulse;
mod queue;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod watching;
mod worker;

use tokio_cron_scheduler::JobSchedulerError;

use crate::store::StoreError;

pub use attempt::{Work, WorkError, Working};
pub use clock::Clock;
pub use dispatch::dispatch;
pub use planning::planning;
pub use progress::{ProgressBoard, RunContext};
pub use queue::Queue;
pub use worker::Worker;

/// What can go wrong around the work; what goes wrong in it is the run's problem.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// The queue's tables are missing and could not be made.
    #[error(
        "the queue's tables could not be set up; on PostgreSQL the database user must be allowed to create the schema `apalis` \
         and the extension `hstore`"
    )]
    Setup(#[source] Box<dyn Error + Send + Sync>),
    /// The runs or policies could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The scheduler did not start.
    #[error("the clock could not be started")]
    Clock(#[from] JobSchedulerError),
    /// The queue's tables could not be read or written.
    #[error("the queue could not be read or written")]
    Queue(#[source] Box<dyn Error + Send + Sync>),
}

impl JobsError {
    fn queue(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Queue(Box::new(error))
    }
}

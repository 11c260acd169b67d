//! What the work says while it goes on, and who in this process listens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::domain::ids::RunId;
use crate::domain::run::Progress;

/// What the work gets besides its run: a place to report to, and the wish that it stop. Cheap to clone, made to be used from
/// any thread.
#[derive(Debug, Clone)]
pub struct RunContext {
    progress: watch::Sender<Option<Progress>>,
    cancelled: Arc<AtomicBool>,
}

impl RunContext {
    pub(super) fn new() -> Self {
        Self { progress: watch::Sender::new(None), cancelled: Arc::default() }
    }

    /// Reports how far the work is. As often as it likes: only the latest is kept.
    pub fn report(&self, progress: Progress) {
        self.progress.send_replace(Some(progress));
    }

    /// Whether the work should stop, which it does by returning [`super::WorkError::Cancelled`].
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The same as a flag to hand on, for example to a solver.
    pub fn cancel_flag(&self) -> Arc<AtomicBool> {
        self.cancelled.clone()
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn reports(&self) -> watch::Receiver<Option<Progress>> {
        self.progress.subscribe()
    }
}

/// The progress of the runs that this process works on, as it comes. Other processes read the run's row, which is up to a
/// second older. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ProgressBoard {
    runs: Arc<Mutex<HashMap<RunId, watch::Receiver<Option<Progress>>>>>,
}

impl ProgressBoard {
    /// The run's progress, if this process works on it. The sender is gone when the run has ended, and `changed` says so.
    pub fn watch(&self, run_id: RunId) -> Option<watch::Receiver<Option<Progress>>> {
        self.entries().get(&run_id).cloned()
    }

    /// Shows the run until the returned entry is dropped.
    pub(super) fn show(&self, run_id: RunId, context: &RunContext) -> Shown {
        self.entries().insert(run_id, context.reports());
        Shown { board: self.clone(), run_id }
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, watch::Receiver<Option<Progress>>>> {
        // Whoever panicked had at most inserted or removed one entry.
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run on the board.
pub(super) struct Shown {
    board: ProgressBoard,
    run_id: RunId,
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.board.entries().remove(&self.run_id);
    }
}

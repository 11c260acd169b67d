//! What every handler can reach.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::rosters::PublishedBodies;
use crate::config::Settings;
use crate::jobs::ProgressBoard;
use crate::services::keys::ActorCache;
use crate::store::Store;

/// Shared by all request threads.
pub struct AppState {
    /// The database.
    pub store: Store,
    /// How this process was set up.
    pub settings: Arc<Settings>,
    /// Keys seen lately.
    pub actors: ActorCache,
    /// Bodies of published rosters.
    pub published: PublishedBodies,
    /// Progress of the runs that this process works on.
    pub progress: ProgressBoard,
    /// Notified when a run was queued, so that a worker of this process takes it at once.
    pub queued: Arc<Notify>,
    /// Cancelled once the process is told to stop: answers that go on end then.
    pub stopping: CancellationToken,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

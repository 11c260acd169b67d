//! What every handler can reach.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use metrics_exporter_prometheus::PrometheusHandle;
use moka::future::Cache;
use tokio::sync::Notify;

use crate::config::Settings;
use crate::domain::ids::RosterId;
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
    /// Bodies of published rosters, by id and version: they change only when they are archived.
    pub published: Cache<(RosterId, i32), Bytes>,
    /// Progress of the runs that this process works on.
    pub progress: ProgressBoard,
    /// Notified when a run was queued, so that a worker of this process takes it at once.
    pub queued: Arc<Notify>,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

/// An empty cache of published rosters. Weekly rosters of some hundred agents take a few hundred kilobytes each; another
/// process's change is seen within a second.
pub fn published_cache() -> Cache<(RosterId, i32), Bytes> {
    Cache::builder().max_capacity(64).time_to_live(Duration::from_secs(1)).build()
}

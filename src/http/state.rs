//! What every handler can reach.

use std::sync::Arc;

use actix_web::web::Bytes;
use metrics_exporter_prometheus::PrometheusHandle;
use moka::future::Cache;

use crate::config::Settings;
use crate::domain::ids::RosterId;
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
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}

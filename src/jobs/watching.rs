//! What the clock looks after besides planning. Each piece knows by a row in the database whether it was done: a tick that
//! comes too often does nothing, and one that died in between is made good by the next.

use chrono::{DateTime, Utc};

use crate::services::{alerts, causes, planning_proposals, summaries, tail_watches};
use crate::store::Store;

/// Checks what is watched and sums up what is over. What fails is told and tried again at the next tick; it holds up nothing else.
pub(super) async fn watch(store: &Store, summary_at_minute: u32, now: DateTime<Utc>) {
    if let Err(error) = alerts::check(store, now).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the alerts could not be checked");
    }
    if let Err(error) = summaries::build_due(store, summary_at_minute, now).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the summaries could not be built");
    }
    if let Err(error) = causes::check_due(store, now).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the causes that are due could not be checked");
    }
    if let Err(error) = tail_watches::open_due(store, summary_at_minute, now).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the follow-ups of the tail could not be opened");
    }
    if let Err(error) = planning_proposals::review_due(store, summary_at_minute, now).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the figures for planning could not be measured");
    }
}

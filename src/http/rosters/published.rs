//! Bodies of published rosters, kept for a second: every phone and dashboard of a team asks for the same bytes.

use std::time::Duration;

use actix_web::web::Bytes;
use moka::future::Cache;

use super::views::RosterView;
use crate::domain::access::Actor;
use crate::domain::ids::{RosterId, TeamId};
use crate::domain::roster::RosterStatus;
use crate::http::state::AppState;
use crate::services::{ServiceError, rosters};

/// How long another process's change may stay unseen.
const KEPT: Duration = Duration::from_secs(1);

/// A published roster as it is sent.
#[derive(Debug, Clone)]
pub struct PublishedBody {
    /// Whose it is: the caller's scope is checked on every request.
    pub team_id: TeamId,
    /// Its version.
    pub version: i32,
    /// The JSON.
    pub body: Bytes,
}

/// The bodies by roster. A change by this process takes its rosters out at once.
pub type PublishedBodies = Cache<RosterId, PublishedBody>;

/// An empty cache. Weekly rosters of some hundred agents take a few hundred kilobytes each.
pub fn published_bodies() -> PublishedBodies {
    Cache::builder().max_capacity(64).time_to_live(KEPT).build()
}

/// The body of a roster, if it is published; one of many that ask at once reads it. `None` also where reading failed: the
/// caller then reads for itself, and is told why.
pub(super) async fn read(state: &AppState, id: RosterId) -> Option<PublishedBody> {
    state.published.try_get_with(id, load(state, id)).await.ok()
}

/// Why there is no body to keep.
#[derive(Debug, thiserror::Error)]
enum Unkept {
    #[error("the roster is not published")]
    NotPublished,
    #[error(transparent)]
    Unread(#[from] ServiceError),
}

async fn load(state: &AppState, id: RosterId) -> Result<PublishedBody, Unkept> {
    let everyone = Actor::service("cache");
    let row = rosters::find_roster(&state.store, &everyone, id).await?;
    if row.value.status != RosterStatus::Published {
        return Err(Unkept::NotPublished);
    }
    let (row, context) = rosters::read_roster(&state.store, &everyone, id).await?;
    let body = RosterView::of(&row, &context).into_body();
    Ok(PublishedBody { team_id: row.value.team_id, version: row.version, body })
}

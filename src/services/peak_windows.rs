//! Peak windows.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{PeakWindowId, TeamId};
use crate::domain::peak::PeakWindow;
use crate::store::{Db, StoreError, Tx, Versioned, queues, teams};

impl Kept for PeakWindow {
    const WHAT: &'static str = "peak window";
    kept_in!(peak_windows by PeakWindowId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }

    /// A window concerns queues of its team's subtree; naming any other would leave it without effect.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        if let Some(queue_id) = self.queue_id {
            let subtree = teams::subtree(db, self.team_id).await?;
            let is_inside = queues::get(db, queue_id).await?.is_some_and(|queue| subtree.contains(&queue.value.team_id));
            faults.expect(
                is_inside,
                "/queue_id",
                "must be a queue of the team or of one below it; choose that queue's team, or another queue",
            );
        }
        Ok(faults.into_list())
    }
}

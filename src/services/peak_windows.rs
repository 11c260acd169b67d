//! Peak windows.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use super::queues::expect_of_subtree;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{PeakWindowId, TeamId};
use crate::domain::peak::PeakWindow;
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for PeakWindow {
    const WHAT: &'static str = "peak window";
    kept_in!(peak_windows by PeakWindowId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }

    /// A window concerns queues of its team's subtree.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        if let Some(queue_id) = self.queue_id {
            expect_of_subtree(db, queue_id, self.team_id, &mut faults).await?;
        }
        Ok(faults.into_list())
    }
}

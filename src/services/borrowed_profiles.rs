//! New queues' loans of another's profile.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::{Actor, Scope};
use crate::domain::demand::BorrowedProfile;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{BorrowedProfileId, TeamId};
use crate::store::borrowed_profiles::{self, BorrowedProfileFilter};
use crate::store::{Db, Page, StoreError, Tx, Versioned, queues};

impl Kept for BorrowedProfile {
    const WHAT: &'static str = "borrowed profile";
    kept_in!(borrowed_profiles by BorrowedProfileId);

    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(queues::get(db, self.queue_id).await?.map(|queue| queue.value.team_id))
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(self.team_id(db).await?.is_some_and(|team| actor.scope.reaches(team)))
    }

    /// A queue has one loan at a time: two would contradict each other.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let filter = BorrowedProfileFilter { scope: &Scope::Everything, queue_id: Some(self.queue_id), include_archived: false };
        let others = borrowed_profiles::list(db, &filter, Page::ALL).await?.items;
        let mut faults = Faults::default();
        let is_free = others.iter().all(|other| other.value.id == self.id);
        faults.expect(is_free, "/queue_id", "this queue borrows a profile already; change or archive that loan first");
        Ok(faults.into_list())
    }
}

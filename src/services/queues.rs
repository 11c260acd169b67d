//! Queues.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::ids::{QueueId, TeamId};
use crate::domain::organisation::Queue;
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for Queue {
    const WHAT: &'static str = "queue";
    kept_in!(queues by QueueId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }
}

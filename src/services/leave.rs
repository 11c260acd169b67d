//! Leave.

use chrono::{DateTime, Utc};

use super::agents::team_of;
use super::editing::{Kept, kept_in};
use crate::domain::absence::Leave;
use crate::domain::access::Actor;
use crate::domain::ids::{LeaveId, TeamId};
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for Leave {
    const WHAT: &'static str = "leave";
    kept_in!(leaves by LeaveId);

    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError> {
        team_of(db, self.agent_id).await
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(team_of(db, self.agent_id).await?.is_some_and(|team_id| actor.scope.reaches(team_id)))
    }
}

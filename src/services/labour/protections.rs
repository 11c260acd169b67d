//! Protections: kept by those who keep leave.

use chrono::{DateTime, Utc};

use crate::domain::access::Actor;
use crate::domain::ids::{ProtectionId, TeamId};
use crate::domain::labour::Protection;
use crate::services::agents::team_of;
use crate::services::editing::{Kept, kept_in};
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for Protection {
    const WHAT: &'static str = "protection";
    kept_in!(protections by ProtectionId);

    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError> {
        team_of(db, self.agent_id).await
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(team_of(db, self.agent_id).await?.is_some_and(|team_id| actor.scope.reaches(team_id)))
    }
}

//! Teams.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::{Actor, Scope};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::TeamId;
use crate::domain::organisation::Team;
use crate::store::{Db, StoreError, Tx, Versioned, teams};

impl Kept for Team {
    const WHAT: &'static str = "team";
    const SHAPES_SCOPES: bool = true;
    kept_in!(teams by TeamId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.id))
    }

    /// No loops, and nobody with a limited reach puts a team where that reach does not go.
    async fn misfits(&self, before: Option<&Self>, db: &impl Db, actor: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        match self.parent_id {
            Some(parent_id) if before.is_some() => {
                let loops = teams::subtree(db, self.id).await?.contains(&parent_id);
                faults.expect(!loops, "/parent_id", "must not be the team itself or one below it; choose another");
            }
            None if before.is_none_or(|team| team.parent_id.is_some()) => {
                let is_free = actor.scope == Scope::Everything;
                faults.expect(
                    is_free,
                    "/parent_id",
                    "must be a team within your reach: your key cannot place a team at the root",
                );
            }
            _ => {}
        }
        Ok(faults.into_list())
    }
}

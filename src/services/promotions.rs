//! Promotions.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use super::queues::expect_of_subtree;
use crate::domain::access::{Actor, Scope};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{PromotionId, TeamId};
use crate::domain::promotion::Promotion;
use crate::store::promotions::{self, PromotionFilter};
use crate::store::{Db, Page, StoreError, Tx, Versioned};

impl Kept for Promotion {
    const WHAT: &'static str = "promotion";
    kept_in!(promotions by PromotionId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }

    /// A promotion concerns queues of its team's subtree, and does not overlap another of its kind for the same queues: the
    /// hours they share would be lifted twice.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        if let Some(queue_id) = self.queue_id {
            expect_of_subtree(db, queue_id, self.team_id, &mut faults).await?;
        }
        let filter = PromotionFilter { scope: &Scope::Everything, team_id: Some(self.team_id), include_archived: false };
        for other in promotions::list(db, &filter, Page::ALL).await?.items.iter().map(|row| &row.value) {
            for (place, phase) in self.phases.iter().enumerate().filter(|_| self.rivals(other)) {
                if let Some(shared) = other.phases.iter().find(|shared| phase.overlaps(shared)) {
                    let detail = format!(
                        "overlaps “{}” of the same kind, from {} to {}; let them follow each other, or give this one another kind",
                        other.name, shared.starts_at, shared.ends_at
                    );
                    faults.add(format!("/phases/{place}/starts_at"), detail);
                }
            }
        }
        Ok(faults.into_list())
    }
}

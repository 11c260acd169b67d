//! New queues' loans of another's profile.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::borrowed_profiles;
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::demand::BorrowedProfile;
use crate::domain::ids::{BorrowedProfileId, QueueId};

/// Which borrowed profiles to list.
#[derive(Debug, Clone, Copy)]
pub struct BorrowedProfileFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this queue.
    pub queue_id: Option<QueueId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(borrowed_profiles::Entity, BorrowedProfile, BorrowedProfileId);
plain_archive!(borrowed_profiles::Entity, BorrowedProfile, BorrowedProfileId);

/// Lists borrowed profiles.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(
    db: &impl Db,
    filter: &BorrowedProfileFilter<'_>,
    page: Page,
) -> Result<Listed<Versioned<BorrowedProfile>>, StoreError> {
    let mut query = borrowed_profiles::Entity::find().filter(scope::queue_within("queue_id", filter.scope));
    if let Some(queue_id) = filter.queue_id {
        query = query.filter(Expr::col("queue_id").eq(queue_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for borrowed_profiles::Entity {
    type Domain = BorrowedProfile;
    const KIND: &'static str = "borrowed profile";

    fn id(value: &BorrowedProfile) -> Uuid {
        value.id.0
    }

    fn row(value: &BorrowedProfile, stamp: Stamp) -> borrowed_profiles::Model {
        borrowed_profiles::Model {
            id: value.id.0,
            queue_id: value.queue_id.0,
            from_queue_id: value.from.0,
            weekly_inquiries: value.weekly_inquiries,
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: borrowed_profiles::Model) -> Result<Versioned<BorrowedProfile>, StoreError> {
        let value = BorrowedProfile {
            id: BorrowedProfileId(row.id),
            queue_id: QueueId(row.queue_id),
            from: QueueId(row.from_queue_id),
            weekly_inquiries: row.weekly_inquiries,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_borrowed_profile_reads_back(store) {
            let desk = testing::desk(&store).await;
            let value = BorrowedProfile {
                id: BorrowedProfileId::generate(),
                queue_id: desk.queue.id,
                from: desk.queue.id,
                weekly_inquiries: 700.0,
            };
            insert(&store, &value, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = BorrowedProfileFilter { scope: &scope, queue_id: Some(desk.queue.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, value);
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, []);
        }
    }
}

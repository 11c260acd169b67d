//! Queues.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_edits, unneeded, versioned};
use super::entities::{borrowed_profiles, peak_windows, promotions, queues};
use super::row::{Reader, json, word};
use super::{Db, StoreError, published, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::domain::organisation::Queue;
use crate::domain::quantity::{Aht, Concurrency, Occupancy, ServiceGoal, ServiceLevel, Shrinkage};

/// Which queues to list.
#[derive(Debug, Clone, Copy)]
pub struct QueueFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of this shop.
    pub shop_id: Option<ShopId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(queues::Entity, Queue, QueueId);

/// Lists queues.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &QueueFilter<'_>, page: Page) -> Result<Listed<Versioned<Queue>>, StoreError> {
    let mut query = queues::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    if let Some(shop_id) = filter.shop_id {
        query = query.filter(Expr::col("shop_id").eq(shop_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// The unarchived queues by name, as an import file names them.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn by_name(db: &impl Db, scope: &Scope) -> Result<BTreeMap<String, QueueId>, StoreError> {
    let filter = QueueFilter { scope, team_id: None, shop_id: None, include_archived: false };
    let listed = list(db, &filter, Page::ALL).await?;
    Ok(listed.items.into_iter().map(|queue| (queue.value.name, queue.value.id)).collect())
}

/// How many assignments of published rosters on `from` or later are on the queue.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn published_uses(db: &impl Db, id: QueueId, from: NaiveDate) -> Result<u64, StoreError> {
    published::uses(db, "queue_id", id.0, from).await
}

/// Archives a queue that no peak window or promotion names, that no other borrows from, and that no published roster of today or later is on. Agents keep their
/// skill in it, which then counts for nothing.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(
    db: &impl Db,
    id: QueueId,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<Queue>, StoreError> {
    let named = Expr::col("queue_id").eq(id.0).and(Expr::col("archived_at").is_null());
    unneeded("queue", id.0, "peak windows", peak_windows::Entity::find().filter(named.clone()).count(&db.executor()).await?)?;
    unneeded("queue", id.0, "promotions", promotions::Entity::find().filter(named).count(&db.executor()).await?)?;
    let lends = Expr::col("from_queue_id").eq(id.0).and(Expr::col("archived_at").is_null());
    let loans = borrowed_profiles::Entity::find().filter(lends).count(&db.executor()).await?;
    unneeded("queue", id.0, "borrowed profiles", loans)?;
    unneeded("queue", id.0, published::ASSIGNMENTS, published_uses(db, id, published::today(now)).await?)?;
    editable::archive::<queues::Entity>(db, id.0, expected_version, now).await
}

impl Editable for queues::Entity {
    type Domain = Queue;
    const KIND: &'static str = "queue";

    fn id(queue: &Queue) -> Uuid {
        queue.id.0
    }

    fn row(queue: &Queue, stamp: Stamp) -> queues::Model {
        queues::Model {
            id: queue.id.0,
            shop_id: queue.shop_id.0,
            team_id: queue.team_id.0,
            name: queue.name.clone(),
            kind: word(&queue.kind),
            max_concurrent_chats: queue.max_concurrent_chats.get().into(),
            aht_secs: queue.aht_secs.get(),
            service_target: queue.service_goal.target.get(),
            service_threshold_secs: queue.service_goal.threshold_secs.into(),
            max_occupancy: queue.max_occupancy.get(),
            shrinkage: queue.shrinkage.get(),
            min_agents: queue.min_agents.into(),
            service: Some(json(&queue.service)),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: queues::Model) -> Result<Versioned<Queue>, StoreError> {
        let reader = Reader::new("queues", row.id);
        let chats = reader.whole::<u8>("max_concurrent_chats", row.max_concurrent_chats)?;
        let queue = Queue {
            id: QueueId(row.id),
            shop_id: ShopId(row.shop_id),
            team_id: TeamId(row.team_id),
            name: row.name,
            kind: reader.word("kind", row.kind)?,
            max_concurrent_chats: reader.checked("max_concurrent_chats", Concurrency::new(chats))?,
            aht_secs: reader.checked("aht_secs", Aht::new(row.aht_secs))?,
            service_goal: ServiceGoal {
                target: reader.checked("service_target", ServiceLevel::new(row.service_target))?,
                threshold_secs: reader.whole("service_threshold_secs", row.service_threshold_secs)?,
            },
            max_occupancy: reader.checked("max_occupancy", Occupancy::new(row.max_occupancy))?,
            shrinkage: reader.checked("shrinkage", Shrinkage::new(row.shrinkage))?,
            min_agents: reader.whole("min_agents", row.min_agents)?,
            service: reader.optional_json("service", row.service)?.unwrap_or_default(),
        };
        Ok(versioned!(queue, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_queue_reads_back_as_it_was_stored(store) {
            let desk = testing::desk(&store).await;
            assert_eq!(get(&store, desk.queue.id).await.unwrap().unwrap().value, desk.queue);
            let names = by_name(&store, &Scope::Everything).await.unwrap();
            assert_eq!(names, [(desk.queue.name, desk.queue.id)].into());
        }

        two_queues_cannot_share_a_name(store) {
            let desk = testing::desk(&store).await;
            let twin = Queue { id: QueueId::generate(), ..desk.queue };
            let fault = insert(&store, &twin, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "queues", field: "name" }), "{fault}");
        }

        a_queue_of_a_published_roster_cannot_be_archived(store) {
            let desk = testing::desk(&store).await;
            testing::publish(&store, &desk).await;
            let fault = archive(&store, desk.queue.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { count: 1, .. }), "{fault}");
            archive(&store, desk.queue.id, 1, NOW + chrono::Duration::days(30)).await.unwrap();
        }

        a_scope_shows_only_the_queues_of_its_teams(store) {
            let desk = testing::desk(&store).await;
            for (team, count) in [(desk.team.id, 1), (TeamId::generate(), 0)] {
                let scope = Scope::Teams([team].into());
                let filter = QueueFilter { scope: &scope, team_id: None, shop_id: None, include_archived: false };
                assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items.len(), count);
            }
        }
    }
}

//! Changes of forecasts by hand.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::adjustments;
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::adjustment::Adjustment;
use crate::domain::calendar::Interval;
use crate::domain::ids::{AdjustmentId, QueueId};

/// Which adjustments to list.
#[derive(Debug, Clone, Copy)]
pub struct AdjustmentFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this queue.
    pub queue_id: Option<QueueId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(adjustments::Entity, Adjustment, AdjustmentId);
plain_archive!(adjustments::Entity, Adjustment, AdjustmentId);

/// Lists adjustments.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &AdjustmentFilter<'_>, page: Page) -> Result<Listed<Versioned<Adjustment>>, StoreError> {
    let mut query = adjustments::Entity::find().filter(scope::queue_within("queue_id", filter.scope));
    if let Some(queue_id) = filter.queue_id {
        query = query.filter(Expr::col("queue_id").eq(queue_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// The adjustments of some queues in the order in which they were made.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn of_queues(db: &impl Db, queue_ids: &[QueueId]) -> Result<Vec<Adjustment>, StoreError> {
    let query = adjustments::Entity::find()
        .filter(Expr::col("queue_id").is_in(queue_ids.iter().map(|queue| queue.0)))
        .filter(Expr::col("archived_at").is_null());
    Ok(editable::page(db, query, Page::ALL).await?.items.into_iter().map(|row| row.value).collect())
}

impl Editable for adjustments::Entity {
    type Domain = Adjustment;
    const KIND: &'static str = "adjustment";

    fn id(value: &Adjustment) -> Uuid {
        value.id.0
    }

    fn row(value: &Adjustment, stamp: Stamp) -> adjustments::Model {
        adjustments::Model {
            id: value.id.0,
            queue_id: value.queue_id.0,
            starts_at: editable::stored(value.span.start),
            ends_at: editable::stored(value.span.end),
            reason: value.reason.clone(),
            author: value.author.clone(),
            change: json(&value.change),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: adjustments::Model) -> Result<Versioned<Adjustment>, StoreError> {
        let reader = Reader::new("adjustments", row.id);
        let value = Adjustment {
            id: AdjustmentId(row.id),
            queue_id: QueueId(row.queue_id),
            span: Interval { start: row.starts_at, end: row.ends_at },
            reason: row.reason,
            author: row.author,
            change: reader.json("change", row.change)?,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::adjustment::Change;

    on_both! {
        an_adjustment_reads_back(store) {
            let desk = testing::desk(&store).await;
            let value = Adjustment {
                id: AdjustmentId::generate(),
                queue_id: desk.queue.id,
                span: Interval { start: NOW, end: NOW + chrono::Duration::hours(2) },
                reason: "直播改期".into(),
                author: "主管".into(),
                change: Change::Scale { factor: 1.2 },
            };
            insert(&store, &value, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = AdjustmentFilter { scope: &scope, queue_id: Some(desk.queue.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, value);
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, []);
        }
    }
}

//! Users' words on stretches of history.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::history_overrules;
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::calendar::Interval;
use crate::domain::history::HistoryOverrule;
use crate::domain::ids::{HistoryOverruleId, QueueId};

/// Which overrules to list.
#[derive(Debug, Clone, Copy)]
pub struct HistoryOverruleFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this queue.
    pub queue_id: Option<QueueId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(history_overrules::Entity, HistoryOverrule, HistoryOverruleId);
plain_archive!(history_overrules::Entity, HistoryOverrule, HistoryOverruleId);

/// Lists overrules.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(
    db: &impl Db,
    filter: &HistoryOverruleFilter<'_>,
    page: Page,
) -> Result<Listed<Versioned<HistoryOverrule>>, StoreError> {
    let mut query = history_overrules::Entity::find().filter(scope::queue_within("queue_id", filter.scope));
    if let Some(queue_id) = filter.queue_id {
        query = query.filter(Expr::col("queue_id").eq(queue_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for history_overrules::Entity {
    type Domain = HistoryOverrule;
    const KIND: &'static str = "history overrule";

    fn id(value: &HistoryOverrule) -> Uuid {
        value.id.0
    }

    fn row(value: &HistoryOverrule, stamp: Stamp) -> history_overrules::Model {
        history_overrules::Model {
            id: value.id.0,
            queue_id: value.queue_id.0,
            starts_at: editable::stored(value.span.start),
            ends_at: editable::stored(value.span.end),
            reason: value.reason.clone(),
            author: value.author.clone(),
            verdict: word(&value.verdict),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: history_overrules::Model) -> Result<Versioned<HistoryOverrule>, StoreError> {
        let reader = Reader::new("history_overrules", row.id);
        let value = HistoryOverrule {
            id: HistoryOverruleId(row.id),
            queue_id: QueueId(row.queue_id),
            span: Interval { start: row.starts_at, end: row.ends_at },
            reason: row.reason,
            author: row.author,
            verdict: reader.word("verdict", row.verdict)?,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::history::Verdict;

    on_both! {
        an_overrule_reads_back(store) {
            let desk = testing::desk(&store).await;
            let value = HistoryOverrule {
                id: HistoryOverruleId::generate(),
                queue_id: desk.queue.id,
                span: Interval { start: NOW, end: NOW + chrono::Duration::hours(2) },
                reason: "直播改期".into(),
                author: "主管".into(),
                verdict: Verdict::Keep,
            };
            insert(&store, &value, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = HistoryOverruleFilter { scope: &scope, queue_id: Some(desk.queue.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, value);
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, []);
        }
    }
}

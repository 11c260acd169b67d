//! The audit log: who changed what. Entries are only ever added.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::editable::{Listed, Page, page_rows, stored};
use super::entities::audit_entries;
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{ApiKeyId, AuditEntryId, TeamId};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Identity.
    pub id: AuditEntryId,
    /// When.
    pub at: DateTime<Utc>,
    /// The key that was used; `None` for the service itself.
    pub actor_key_id: Option<ApiKeyId>,
    /// Display name of who acted, as it was then.
    pub actor_name: String,
    /// What was done, for example `publish`.
    pub action: String,
    /// What it was done to, for example `roster`.
    pub subject_type: String,
    /// To which.
    pub subject_id: Uuid,
    /// The team it belongs to, where it belongs to one: decides who may read the entry.
    pub team_id: Option<TeamId>,
    /// What it was before.
    pub before: Option<serde_json::Value>,
    /// What it is after.
    pub after: Option<serde_json::Value>,
    /// The request that did it.
    pub request_id: Option<String>,
}

/// Which entries to list.
#[derive(Debug, Clone, Copy)]
pub struct AuditFilter<'a> {
    /// Only entries of teams in here; entries without a team only for the whole organisation.
    pub scope: &'a Scope,
    /// Only entries about this.
    pub subject_id: Option<Uuid>,
    /// Only entries at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only entries before this time.
    pub until: Option<DateTime<Utc>>,
}

/// Adds an entry.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert(db: &impl Db, entry: &AuditEntry) -> Result<(), StoreError> {
    let row = audit_entries::Model {
        id: entry.id.0,
        at: stored(entry.at),
        actor_key_id: entry.actor_key_id.map(|key| key.0),
        actor_name: entry.actor_name.clone(),
        action: entry.action.clone(),
        subject_type: entry.subject_type.clone(),
        subject_id: entry.subject_id,
        team_id: entry.team_id.map(|team| team.0),
        before: entry.before.clone(),
        after: entry.after.clone(),
        request_id: entry.request_id.clone(),
    };
    audit_entries::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Lists entries, oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, filter: &AuditFilter<'_>, page: Page) -> Result<Listed<AuditEntry>, StoreError> {
    let mut query = audit_entries::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(subject_id) = filter.subject_id {
        query = query.filter(Expr::col("subject_id").eq(subject_id));
    }
    if let Some(from) = filter.from {
        query = query.filter(Expr::col("at").gte(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(Expr::col("at").lt(until));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect(), has_more })
}

fn parse(row: audit_entries::Model) -> AuditEntry {
    AuditEntry {
        id: AuditEntryId(row.id),
        at: row.at,
        actor_key_id: row.actor_key_id.map(ApiKeyId),
        actor_name: row.actor_name,
        action: row.action,
        subject_type: row.subject_type,
        subject_id: row.subject_id,
        team_id: row.team_id.map(TeamId),
        before: row.before,
        after: row.after,
        request_id: row.request_id,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use serde_json::json;

    use super::super::testing::{NOW, on_both};
    use super::*;

    fn entry(subject_id: Uuid, at: DateTime<Utc>, team_id: Option<TeamId>) -> AuditEntry {
        AuditEntry {
            id: AuditEntryId::generate(),
            at,
            actor_key_id: None,
            actor_name: "时钟".into(),
            action: "update".into(),
            subject_type: "agent".into(),
            subject_id,
            team_id,
            before: None,
            after: Some(json!({ "name": "小王" })),
            request_id: Some("r-1".into()),
        }
    }

    on_both! {
        entries_read_back_by_subject_time_and_team(store) {
            let (subject, team) = (Uuid::now_v7(), TeamId::generate());
            let first = entry(subject, NOW, Some(team));
            let second = entry(subject, NOW + Duration::hours(1), None);
            let other = entry(Uuid::now_v7(), NOW, None);
            for entry in [&first, &second, &other] {
                insert(&store, entry).await.unwrap();
            }
            let all = AuditFilter { scope: &Scope::Everything, subject_id: Some(subject), from: None, until: None };
            assert_eq!(list(&store, &all, Page::ALL).await.unwrap().items, [first.clone(), second.clone()]);
            let late = AuditFilter { from: Some(NOW + Duration::minutes(1)), ..all };
            assert_eq!(list(&store, &late, Page::ALL).await.unwrap().items, [second]);
            let early = AuditFilter { until: Some(NOW + Duration::minutes(1)), ..all };
            assert_eq!(list(&store, &early, Page::ALL).await.unwrap().items, std::slice::from_ref(&first));
            let own = Scope::Teams([team].into());
            let own = AuditFilter { scope: &own, subject_id: None, ..all };
            assert_eq!(list(&store, &own, Page::ALL).await.unwrap().items, [first]);
        }
    }
}

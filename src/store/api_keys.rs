//! Keys to the API. Only the hash of a key is stored.

use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::api_keys;
use super::row::{Reader, word};
use super::{Db, StoreError, Tx};
use crate::domain::access::Role;
use crate::domain::ids::{AgentId, ApiKeyId, TeamId};

/// How exact `last_used_at` is: a write for every request would make SQLite's one writer the bottleneck.
const LAST_USED_STEP: Duration = Duration::minutes(1);

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// Display name.
    pub name: String,
    /// SHA-256 of the key, in hexadecimal digits; unique.
    pub token_hash: String,
    /// What it is used as.
    pub role: Role,
    /// The team whose subtree it reaches; `None` for the whole organisation.
    pub team_id: Option<TeamId>,
    /// The agent a key of role `agent` belongs to.
    pub agent_id: Option<AgentId>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From when on it is not accepted; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// Whether it is accepted at `now`.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Stores a new key.
///
/// # Errors
/// [`StoreError::Conflict`] on its hash, [`StoreError::UnknownReference`].
pub async fn insert(db: &impl Db, key: &ApiKey) -> Result<(), StoreError> {
    api_keys::Entity::insert(row(key).into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Stores the first key of an empty database; `false` when there is one already. Of two processes that start together one
/// wins.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert_first(tx: &Tx, key: &ApiKey) -> Result<bool, StoreError> {
    tx.lock("api_keys").await?;
    let is_empty = api_keys::Entity::find().count(&tx.executor()).await? == 0;
    if is_empty {
        insert(tx, key).await?;
    }
    Ok(is_empty)
}

/// Reads a key, valid or not.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    api_keys::Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Finds a key, valid or not, by its hash.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn find_by_hash(db: &impl Db, token_hash: &str) -> Result<Option<ApiKey>, StoreError> {
    let query = api_keys::Entity::find().filter(Expr::col("token_hash").eq(token_hash));
    query.one(&db.executor()).await?.map(parse).transpose()
}

/// Lists all keys, valid or not.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, page: Page) -> Result<Listed<ApiKey>, StoreError> {
    let (rows, has_more) = page_rows(db, api_keys::Entity::find(), page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// Revokes a key; one that is revoked keeps its first date.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn revoke(db: &impl Db, id: ApiKeyId, now: DateTime<Utc>) -> Result<ApiKey, StoreError> {
    let query = api_keys::Entity::update_many()
        .col_expr(api_keys::Column::RevokedAt, Expr::value(stored(now)))
        .filter(Expr::col("id").eq(id.0).and(Expr::col("revoked_at").is_null()));
    query.exec(&db.executor()).await?;
    get(db, id).await?.ok_or(StoreError::NotFound { kind: "API key", id: id.0 })
}

/// Notes that a key was used, at most once a minute.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn note_use(db: &impl Db, key: &ApiKey, now: DateTime<Utc>) -> Result<(), StoreError> {
    if key.last_used_at.is_some_and(|last| now - last < LAST_USED_STEP) {
        return Ok(());
    }
    let query = api_keys::Entity::update_many()
        .col_expr(api_keys::Column::LastUsedAt, Expr::value(stored(now)))
        .filter(Expr::col("id").eq(key.id.0));
    query.exec(&db.executor()).await?;
    Ok(())
}

fn row(key: &ApiKey) -> api_keys::Model {
    api_keys::Model {
        id: key.id.0,
        name: key.name.clone(),
        token_hash: key.token_hash.clone(),
        role: word(&key.role),
        team_id: key.team_id.map(|team| team.0),
        agent_id: key.agent_id.map(|agent| agent.0),
        created_at: stored(key.created_at),
        expires_at: key.expires_at.map(stored),
        revoked_at: key.revoked_at.map(stored),
        last_used_at: key.last_used_at.map(stored),
    }
}

fn parse(row: api_keys::Model) -> Result<ApiKey, StoreError> {
    let reader = Reader::new("api_keys", row.id);
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        name: row.name,
        token_hash: row.token_hash,
        role: reader.word("role", row.role)?,
        team_id: row.team_id.map(TeamId),
        agent_id: row.agent_id.map(AgentId),
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        last_used_at: row.last_used_at,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, on_both};
    use super::*;

    fn key(hash: &str) -> ApiKey {
        ApiKey {
            id: ApiKeyId::generate(),
            name: "主管".into(),
            token_hash: hash.into(),
            role: Role::Supervisor,
            team_id: None,
            agent_id: None,
            created_at: NOW,
            expires_at: Some(NOW + Duration::days(1)),
            revoked_at: None,
            last_used_at: None,
        }
    }

    on_both! {
        a_key_is_found_by_its_hash_and_can_be_revoked_once(store) {
            let key = key("a1");
            insert(&store, &key).await.unwrap();
            assert_eq!(find_by_hash(&store, "a1").await.unwrap(), Some(key.clone()));
            assert_eq!(find_by_hash(&store, "a2").await.unwrap(), None);
            assert!(key.is_valid(NOW) && !key.is_valid(NOW + Duration::days(1)));
            let revoked = revoke(&store, key.id, NOW).await.unwrap();
            assert!(!revoked.is_valid(NOW));
            assert_eq!(revoke(&store, key.id, NOW + Duration::days(2)).await.unwrap(), revoked);
            assert!(matches!(revoke(&store, ApiKeyId::generate(), NOW).await, Err(StoreError::NotFound { .. })));
        }

        the_same_hash_twice_is_a_conflict(store) {
            insert(&store, &key("a1")).await.unwrap();
            let fault = insert(&store, &key("a1")).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "api_keys", field: "token" }), "{fault}");
        }

        only_the_first_start_makes_a_first_key(store) {
            for (hash, is_first) in [("a1", true), ("a2", false)] {
                let tx = store.begin().await.unwrap();
                assert_eq!(insert_first(&tx, &key(hash)).await.unwrap(), is_first);
                tx.commit().await.unwrap();
            }
            assert_eq!(list(&store, Page::ALL).await.unwrap().items.len(), 1);
        }

        use_is_noted_once_a_minute(store) {
            let first = key("a1");
            insert(&store, &first).await.unwrap();
            note_use(&store, &first, NOW).await.unwrap();
            let used = get(&store, first.id).await.unwrap().unwrap();
            note_use(&store, &used, NOW + Duration::seconds(59)).await.unwrap();
            assert_eq!(get(&store, first.id).await.unwrap().unwrap().last_used_at, Some(NOW));
            note_use(&store, &used, NOW + Duration::seconds(60)).await.unwrap();
            assert_eq!(get(&store, first.id).await.unwrap().unwrap().last_used_at, Some(NOW + Duration::seconds(60)));
        }
    }
}

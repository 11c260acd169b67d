//! Calendar addresses: whoever has one reads the agent's published shifts. Only the hash of a token is stored.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::editable::stored;
use super::entities::calendar_tokens;
use super::{Db, StoreError};
use crate::domain::ids::AgentId;

/// A calendar address as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarToken {
    /// Identity; not the token.
    pub id: Uuid,
    /// Whose shifts.
    pub agent_id: AgentId,
    /// SHA-256 of the token, in hexadecimal digits; unique.
    pub token_hash: String,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Stores a new token.
///
/// # Errors
/// [`StoreError::Conflict`] on its hash, [`StoreError::UnknownReference`].
pub async fn insert(db: &impl Db, token: &CalendarToken) -> Result<(), StoreError> {
    let row = calendar_tokens::Model {
        id: token.id,
        agent_id: token.agent_id.0,
        token_hash: token.token_hash.clone(),
        created_at: stored(token.created_at),
        revoked_at: token.revoked_at.map(stored),
    };
    calendar_tokens::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Finds a token, unless it is revoked, by its hash.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn find_by_hash(db: &impl Db, token_hash: &str) -> Result<Option<CalendarToken>, StoreError> {
    let query =
        calendar_tokens::Entity::find().filter(Expr::col("token_hash").eq(token_hash).and(Expr::col("revoked_at").is_null()));
    Ok(query.one(&db.executor()).await?.map(parse))
}

/// Lists the tokens of an agent, revoked ones included, oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, agent_id: AgentId) -> Result<Vec<CalendarToken>, StoreError> {
    let query =
        calendar_tokens::Entity::find().filter(Expr::col("agent_id").eq(agent_id.0)).order_by_asc(calendar_tokens::Column::Id);
    Ok(query.all(&db.executor()).await?.into_iter().map(parse).collect())
}

/// Revokes every token of an agent; says how many.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn revoke_all(db: &impl Db, agent_id: AgentId, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let query = calendar_tokens::Entity::update_many()
        .col_expr(calendar_tokens::Column::RevokedAt, Expr::value(stored(now)))
        .filter(Expr::col("agent_id").eq(agent_id.0).and(Expr::col("revoked_at").is_null()));
    Ok(query.exec(&db.executor()).await?.rows_affected)
}

fn parse(row: calendar_tokens::Model) -> CalendarToken {
    CalendarToken {
        id: row.id,
        agent_id: AgentId(row.agent_id),
        token_hash: row.token_hash,
        created_at: row.created_at,
        revoked_at: row.revoked_at,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_revoked_token_is_found_no_more(store) {
            let agent_id = testing::desk(&store).await.agent.id;
            let token =
                CalendarToken { id: Uuid::now_v7(), agent_id, token_hash: "c1".into(), created_at: NOW, revoked_at: None };
            insert(&store, &token).await.unwrap();
            assert_eq!(find_by_hash(&store, "c1").await.unwrap(), Some(token.clone()));
            assert_eq!(revoke_all(&store, agent_id, NOW).await.unwrap(), 1);
            assert_eq!(revoke_all(&store, agent_id, NOW).await.unwrap(), 0);
            assert_eq!(find_by_hash(&store, "c1").await.unwrap(), None);
            let revoked = CalendarToken { revoked_at: Some(NOW), ..token };
            assert_eq!(list(&store, agent_id).await.unwrap(), [revoked]);
        }
    }
}

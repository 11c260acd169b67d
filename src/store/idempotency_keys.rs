//! Answers already given under an idempotency key.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult};

use super::editable::stored;
use super::entities::idempotency_keys::{self, Column};
use super::row::Reader;
use super::{Db, StoreError};
use crate::domain::ids::ApiKeyId;

/// A request that is to be carried out once: the key it came with, and by whose API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once<'a> {
    /// Whose.
    pub actor_key_id: ApiKeyId,
    /// The idempotency key.
    pub key: &'a str,
    /// A hash of method, path and body.
    pub request_hash: &'a str,
}

/// An answer as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// Status code.
    pub status: u16,
    /// Headers worth repeating, as name and value.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It is new, and now noted: carry it out, then [`finish`] or [`forget`] it.
    New,
    /// It is being carried out.
    InProgress,
    /// It was carried out: repeat the answer.
    Done(StoredResponse),
    /// The key came with another request before.
    OtherRequest,
}

/// Notes a request, or says what is known of it. One that was begun before `stale_before` and never finished, because the
/// process died, counts as new.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn begin(db: &impl Db, once: Once<'_>, now: DateTime<Utc>, stale_before: DateTime<Utc>) -> Result<Attempt, StoreError> {
    let unfinished = Expr::col("response_status").is_null().and(Expr::col("created_at").lt(stored(stale_before)));
    idempotency_keys::Entity::delete_many().filter(same(once)).filter(unfinished).exec(&db.executor()).await?;
    let row = idempotency_keys::Model {
        actor_key_id: once.actor_key_id.0,
        key: once.key.to_owned(),
        request_hash: once.request_hash.to_owned(),
        response_status: None,
        response_headers: None,
        response_body: None,
        created_at: stored(now),
    };
    let insert = idempotency_keys::Entity::insert(row.into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::ActorKeyId, Column::Key]);
    if let TryInsertResult::Inserted(1..) = insert.exec_without_returning(&db.executor()).await? {
        return Ok(Attempt::New);
    }
    let row = idempotency_keys::Entity::find().filter(same(once)).one(&db.executor()).await?;
    // Forgotten between the two statements: the caller may ask again.
    row.map_or(Ok(Attempt::InProgress), |row| parse(row, once.request_hash))
}

/// Stores the answer.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn finish(db: &impl Db, once: Once<'_>, response: &StoredResponse) -> Result<(), StoreError> {
    let query = idempotency_keys::Entity::update_many()
        .col_expr(Column::ResponseStatus, Expr::value(i32::from(response.status)))
        .col_expr(Column::ResponseHeaders, Expr::value(super::row::json(&response.headers)))
        .col_expr(Column::ResponseBody, Expr::value(response.body.clone()))
        .filter(same(once));
    query.exec(&db.executor()).await?;
    Ok(())
}

/// Forgets a request that failed for no fault of its own, so that it can be made again under the same key.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn forget(db: &impl Db, once: Once<'_>) -> Result<(), StoreError> {
    idempotency_keys::Entity::delete_many().filter(same(once)).exec(&db.executor()).await?;
    Ok(())
}

/// Forgets requests made before `before`; says how many.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn purge(db: &impl Db, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let query = idempotency_keys::Entity::delete_many().filter(Expr::col("created_at").lt(stored(before)));
    Ok(query.exec(&db.executor()).await?.rows_affected)
}

fn same(once: Once<'_>) -> SimpleExpr {
    Expr::col("actor_key_id").eq(once.actor_key_id.0).and(Expr::col("key").eq(once.key))
}

fn parse(row: idempotency_keys::Model, request_hash: &str) -> Result<Attempt, StoreError> {
    if row.request_hash != request_hash {
        return Ok(Attempt::OtherRequest);
    }
    let Some(status) = row.response_status else { return Ok(Attempt::InProgress) };
    let reader = Reader::new("idempotency_keys", row.key);
    Ok(Attempt::Done(StoredResponse {
        status: reader.whole("response_status", status.into())?,
        headers: reader.optional_json("response_headers", row.response_headers)?.unwrap_or_default(),
        body: row.response_body.unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        an_answer_is_repeated_to_the_same_request_only(store) {
            let actor_key_id = testing::api_key(&store).await;
            let once = Once { actor_key_id, key: "k-1", request_hash: "h1" };
            let again = async |once| begin(&store, once, NOW, NOW - Duration::minutes(5)).await.unwrap();
            assert_eq!(again(once).await, Attempt::New);
            assert_eq!(again(once).await, Attempt::InProgress);
            let response =
                StoredResponse { status: 202, headers: vec![("location".into(), "/runs/1".into())], body: "排班".into() };
            finish(&store, once, &response).await.unwrap();
            assert_eq!(again(once).await, Attempt::Done(response));
            assert_eq!(again(Once { request_hash: "h2", ..once }).await, Attempt::OtherRequest);
            assert_eq!(again(Once { key: "k-2", ..once }).await, Attempt::New);
            forget(&store, Once { key: "k-2", ..once }).await.unwrap();
            assert_eq!(again(Once { key: "k-2", ..once }).await, Attempt::New);
            assert_eq!(purge(&store, NOW).await.unwrap(), 0);
            assert_eq!(purge(&store, NOW + Duration::seconds(1)).await.unwrap(), 2);
        }

        a_request_whose_process_died_counts_as_new_after_a_while(store) {
            let once = Once { actor_key_id: testing::api_key(&store).await, key: "k-1", request_hash: "h1" };
            let lease = Duration::minutes(5);
            let at = async |now: DateTime<Utc>| begin(&store, once, now, now - lease).await.unwrap();
            assert_eq!(at(NOW).await, Attempt::New);
            assert_eq!(at(NOW + lease).await, Attempt::InProgress);
            assert_eq!(at(NOW + lease + Duration::seconds(1)).await, Attempt::New);
        }
    }
}

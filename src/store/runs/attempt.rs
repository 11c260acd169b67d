//! The part of a run's life in which a worker holds it.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany, Value};
use uuid::Uuid;

use super::super::connection::Executor;
use super::super::editable::stored;
use super::super::entities::runs::{self, Column};
use super::super::row::{json, word};
use super::super::{Db, Store, StoreError, Tx};
use super::parts::hold_for;
use super::{Run, finished, get, is_in, parse, settle};
use crate::domain::ids::RunId;
use crate::domain::run::{Progress, RunProblem, RunState};

/// Runs that wait for a worker, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list_queued(db: &impl Db, limit: u64) -> Result<Vec<Run>, StoreError> {
    list_where(db, is_in(RunState::Queued), limit).await
}

/// Running runs whose worker has given no sign of life since `stale_before`, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list_stale(db: &impl Db, stale_before: DateTime<Utc>, limit: u64) -> Result<Vec<Run>, StoreError> {
    list_where(db, is_stale(stale_before), limit).await
}

/// Takes a run for `owner` if it is queued, or if its worker has given no sign of life since `stale_before`. `None` when
/// another worker has it or it is final; a stale one that was to stop becomes cancelled.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn claim(
    store: &Store,
    id: RunId,
    owner: &str,
    now: DateTime<Utc>,
    stale_before: DateTime<Utc>,
) -> Result<Option<Run>, StoreError> {
    let now = stored(now);
    let tx = store.begin().await?;
    let whole = hold_for(&tx, id).await?;
    let dropped =
        finished(RunState::Cancelled, now).filter(is_stale(stale_before)).filter(Expr::col("is_cancel_requested").eq(true));
    dropped.filter(Expr::col("id").eq(id.0)).exec(&tx.executor()).await?;
    let query = runs::Entity::update_many()
        .col_expr(Column::State, Expr::value(word(&RunState::Running)))
        .col_expr(Column::Owner, Expr::value(owner))
        .col_expr(Column::Attempt, Expr::col("attempt").add(1))
        .col_expr(Column::HeartbeatAt, Expr::value(now))
        .col_expr(Column::StartedAt, Expr::value(now))
        .filter(Expr::col("id").eq(id.0))
        .filter(is_in(RunState::Queued).or(is_stale(stale_before)));
    let taken = match query.exec(&tx.executor()).await?.rows_affected {
        0 => None,
        _ => get(&tx, id).await?,
    };
    end(tx, whole, now).await?;
    Ok(taken)
}

/// A sign of life of the worker that holds the attempt; says whether the run is to stop.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn heartbeat(db: &impl Db, id: RunId, attempt: u32, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let query = runs::Entity::update_many().col_expr(Column::HeartbeatAt, Expr::value(stored(now)));
    guarded(db, query, id, attempt).await?;
    Ok(get(db, id).await?.is_some_and(|run| run.is_cancel_requested))
}

/// Stores the latest progress of the attempt.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn set_progress(db: &impl Db, id: RunId, attempt: u32, progress: &Progress) -> Result<(), StoreError> {
    let query = runs::Entity::update_many().col_expr(Column::Progress, Expr::value(json(progress)));
    guarded(db, query, id, attempt).await
}

/// Writes down why the chain of a run ends with this attempt, before that succeeds.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn set_problem(tx: &Tx, id: RunId, attempt: u32, problem: &RunProblem) -> Result<(), StoreError> {
    let query = runs::Entity::update_many().col_expr(Column::Problem, Expr::value(json(problem)));
    guarded(tx, query, id, attempt).await
}

/// Ends the attempt with the results, one for each week, that were stored in the same transaction, and the run that waits for it
/// where it was the last part: the next step of its chain is enqueued before. Drop the transaction on an error: then the result was
/// not stored either.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn finish_succeeded(tx: &Tx, id: RunId, attempt: u32, results: &[Uuid], now: DateTime<Utc>) -> Result<(), StoreError> {
    let query = finished(RunState::Succeeded, stored(now))
        .col_expr(Column::ResultId, Expr::value(results.first().copied()))
        .col_expr(Column::ResultIds, Expr::value(json(&results)));
    let whole = hold_for(tx, id).await?;
    guarded(tx, query, id, attempt).await?;
    settle_where(tx, whole, now).await
}

/// Ends the attempt with what went wrong, in a transaction of its own.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn finish_failed(
    store: &Store,
    id: RunId,
    attempt: u32,
    problem: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let query = finished(RunState::Failed, stored(now)).col_expr(Column::Problem, Expr::value(problem.clone()));
    finish(store, query, id, attempt, now).await
}

/// Ends the attempt because the run was to stop, in a transaction of its own.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn finish_cancelled(store: &Store, id: RunId, attempt: u32, now: DateTime<Utc>) -> Result<(), StoreError> {
    finish(store, finished(RunState::Cancelled, stored(now)), id, attempt, now).await
}

/// Ends the attempt, and the run that waits for it where it was the last part.
async fn finish(
    store: &Store,
    query: UpdateMany<runs::Entity>,
    id: RunId,
    attempt: u32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    let whole = hold_for(&tx, id).await?;
    guarded(&tx, query, id, attempt).await?;
    end(tx, whole, now).await
}

async fn end(tx: Tx, whole: Option<RunId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    settle_where(&tx, whole, now).await?;
    tx.commit().await
}

async fn settle_where(tx: &Tx, whole: Option<RunId>, now: DateTime<Utc>) -> Result<(), StoreError> {
    if let Some(whole) = whole {
        settle(tx, whole, now).await?;
    }
    Ok(())
}

/// Gives the run back to the queue, as a worker does that is told to shut down.
///
/// # Errors
/// [`StoreError::RunLost`].
pub async fn hand_back(db: &impl Db, id: RunId, attempt: u32) -> Result<(), StoreError> {
    let query = runs::Entity::update_many()
        .col_expr(Column::State, Expr::value(word(&RunState::Queued)))
        .col_expr(Column::Owner, Expr::value(Value::String(None)))
        .col_expr(Column::HeartbeatAt, Expr::value(Value::ChronoDateTimeUtc(None)));
    guarded(db, query, id, attempt).await
}

async fn list_where(db: &impl Db, condition: SimpleExpr, limit: u64) -> Result<Vec<Run>, StoreError> {
    let query = runs::Entity::find().filter(condition).order_by_asc(Column::Id).limit(limit);
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

fn is_stale(before: DateTime<Utc>) -> SimpleExpr {
    is_in(RunState::Running).and(Expr::col("heartbeat_at").lt(stored(before)))
}

/// Runs a change if the attempt still holds the run.
async fn guarded(db: &impl Db, query: UpdateMany<runs::Entity>, id: RunId, attempt: u32) -> Result<(), StoreError> {
    let held = Expr::col("id").eq(id.0).and(Expr::col("attempt").eq(i64::from(attempt))).and(is_in(RunState::Running));
    match query.filter(held).exec(&db.executor()).await?.rows_affected {
        0 => Err(StoreError::RunLost { run_id: id, attempt }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::super::testing::{NOW, on_both};
    use super::super::request_cancel;
    use super::super::tests::{LEASE, claimed, progress, queued, succeed};
    use super::*;

    on_both! {
        a_run_is_claimed_once_until_its_worker_is_silent_too_long(store) {
            let run = queued(&store).await;
            let first = claimed(&store, run.id, "w1", NOW).await.unwrap();
            assert_eq!((first.state, first.attempt, first.owner.as_deref()), (RunState::Running, 1, Some("w1")));
            assert_eq!(claimed(&store, run.id, "w2", NOW + LEASE).await, None);
            assert!(!heartbeat(&store, run.id, 1, NOW + LEASE).await.unwrap());
            let silent = NOW + LEASE * 2;
            assert_eq!(list_stale(&store, silent - LEASE, 10).await.unwrap(), []);
            let late = silent + Duration::seconds(1);
            assert_eq!(list_stale(&store, late - LEASE, 10).await.unwrap().len(), 1);
            let second = claimed(&store, run.id, "w2", late).await.unwrap();
            assert_eq!((second.attempt, second.owner.as_deref()), (2, Some("w2")));

            let lost = heartbeat(&store, run.id, 1, late).await.unwrap_err();
            assert!(matches!(lost, StoreError::RunLost { attempt: 1, .. }), "{lost}");
            assert!(matches!(succeed(&store, run.id, 1).await, Err(StoreError::RunLost { .. })));
            succeed(&store, run.id, 2).await.unwrap();
            assert!(matches!(succeed(&store, run.id, 2).await, Err(StoreError::RunLost { .. })));
            let done = get(&store, run.id).await.unwrap().unwrap();
            assert_eq!((done.state, done.finished_at), (RunState::Succeeded, Some(NOW)));
            assert!(done.result_id.is_some());
        }

        a_result_of_a_lost_run_is_not_stored(store) {
            let run = queued(&store).await;
            claimed(&store, run.id, "w1", NOW).await.unwrap();
            let tx = store.begin().await.unwrap();
            set_progress(&tx, run.id, 1, &progress()).await.unwrap();
            finish_succeeded(&tx, run.id, 2, &[Uuid::now_v7()], NOW).await.unwrap_err();
            drop(tx);
            assert_eq!(get(&store, run.id).await.unwrap().unwrap().progress, None);
        }

        a_run_to_be_cancelled_whose_worker_died_is_not_taken_up_again(store) {
            let run = queued(&store).await;
            claimed(&store, run.id, "w1", NOW).await.unwrap();
            request_cancel(&store, run.id, NOW).await.unwrap();
            assert_eq!(claimed(&store, run.id, "w2", NOW + LEASE * 2).await, None);
            assert_eq!(get(&store, run.id).await.unwrap().unwrap().state, RunState::Cancelled);
        }

        a_run_handed_back_waits_for_the_next_worker(store) {
            let run = queued(&store).await;
            claimed(&store, run.id, "w1", NOW).await.unwrap();
            hand_back(&store, run.id, 1).await.unwrap();
            let waiting = get(&store, run.id).await.unwrap().unwrap();
            assert_eq!((waiting.state, waiting.owner, waiting.heartbeat_at), (RunState::Queued, None, None));
            assert_eq!(claimed(&store, run.id, "w2", NOW).await.unwrap().attempt, 2);
        }
    }
}

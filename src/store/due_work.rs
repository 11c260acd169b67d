//! What the clock found due: one row per kind, team and date, so that of several processes one acts.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult};

use super::connection::Executor;
use super::editable::stored;
use super::entities::due_work::{self, Column};
use super::row::word;
use super::{Db, StoreError, Tx};
use crate::domain::ids::{RunId, TeamId};
use crate::domain::run::RunKind;

/// Takes a piece of due work, to be done by `run_id`. `false` when it was taken before; another process that takes it at
/// the same time is waited for. `due_on` is the Monday of the week to build, or the date of the night to refresh.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn take(
    tx: &Tx,
    kind: RunKind,
    team_id: TeamId,
    due_on: NaiveDate,
    run_id: RunId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = due_work::Model { kind: word(&kind), team_id: team_id.0, due_on, run_id: run_id.0, created_at: stored(now) };
    let insert = due_work::Entity::insert(row.into_active_model().reset_all()).on_conflict_do_nothing_on([
        Column::Kind,
        Column::TeamId,
        Column::DueOn,
    ]);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// Whether a piece of due work was taken, so that a tick need not begin a transaction to find out.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn is_taken(db: &impl Db, kind: RunKind, team_id: TeamId, due_on: NaiveDate) -> Result<bool, StoreError> {
    Ok(due_work::Entity::find_by_id((word(&kind), team_id.0, due_on)).one(&db.executor()).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        of_two_that_find_the_same_work_due_one_takes_it(store) {
            let team = testing::desk(&store).await.team.id;
            let take_it = || {
                let store = store.clone();
                tokio::spawn(async move {
                    let tx = store.begin().await.unwrap();
                    let is_mine = take(&tx, RunKind::Roster, team, testing::monday(), RunId::generate(), NOW).await.unwrap();
                    tx.commit().await.unwrap();
                    is_mine
                })
            };
            let (first, second) = tokio::join!(take_it(), take_it());
            let (first, second) = (first.unwrap(), second.unwrap());
            assert!(first ^ second, "{first} {second}");
            assert!(!take_it().await.unwrap());
            assert!(is_taken(&store, RunKind::Roster, team, testing::monday()).await.unwrap());
            assert!(!is_taken(&store, RunKind::Forecast, team, testing::monday()).await.unwrap());
        }
    }
}

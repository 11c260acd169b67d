//! How the tail of each team is watched, and the days on which it was.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, TryInsertResult};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::stored;
use super::entities::{tail_checks, tail_watches};
use super::row::{Reader, json};
use super::{Db, StoreError, Tx};
use crate::domain::ids::TeamId;
use crate::domain::tail_watch::TailWatch;

/// Every team's own.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn all(db: &impl Db) -> Result<BTreeMap<TeamId, TailWatch>, StoreError> {
    let rows = tail_watches::Entity::find().all(&db.executor()).await?.into_iter();
    rows.map(|row| Ok((TeamId(row.team_id), Reader::new("tail_watches", row.team_id).json("watch", row.watch)?))).collect()
}

/// Stores a team's own, in place of the one before.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn put(tx: &Tx, team_id: TeamId, watch: &TailWatch, author: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    use tail_watches::Column;
    let row = tail_watches::Model { team_id: team_id.0, watch: json(watch), author: author.to_owned(), at: stored(now) };
    let overwrite = OnConflict::column(Column::TeamId).update_columns([Column::Watch, Column::Author, Column::At]).to_owned();
    let insert = tail_watches::Entity::insert(row.into_active_model().reset_all()).on_conflict(overwrite);
    insert.exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Takes the check of a day. `false` when it was made before; another process that makes it now is waited for.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn take_check(tx: &Tx, team_id: TeamId, date: NaiveDate, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = tail_checks::Model { team_id: team_id.0, date, at: stored(now) };
    let key = [tail_checks::Column::TeamId, tail_checks::Column::Date];
    let insert = tail_checks::Entity::insert(row.into_active_model().reset_all()).on_conflict_do_nothing_on(key);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// The teams that were checked on a day.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn checked(db: &impl Db, date: NaiveDate) -> Result<BTreeSet<TeamId>, StoreError> {
    let query = tail_checks::Entity::find().select_only().column(tail_checks::Column::TeamId).filter(Expr::col("date").eq(date));
    let teams: Vec<Uuid> = query.into_tuple().all(&db.executor()).await?;
    Ok(teams.into_iter().map(TeamId).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_teams_own_replaces_the_one_before_and_a_day_is_checked_once(store) {
            let desk = testing::desk(&store).await;
            let tx = store.begin().await.unwrap();
            let off = TailWatch { is_enabled: false, ..TailWatch::default() };
            for watch in [&TailWatch::default(), &off] {
                put(&tx, desk.team.id, watch, "主管", NOW).await.unwrap();
            }
            assert!(take_check(&tx, desk.team.id, testing::monday(), NOW).await.unwrap());
            assert!(!take_check(&tx, desk.team.id, testing::monday(), NOW).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(all(&store).await.unwrap(), [(desk.team.id, off)].into());
            assert_eq!(checked(&store, testing::monday()).await.unwrap(), [desk.team.id].into());
        }
    }
}

//! Summaries as the clock built them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, TryInsertResult};
use uuid::Uuid;

use super::editable::stored;
use super::entities::summaries::{self as table, Column, Entity};
use super::row::{Reader, json, word};
use super::{Db, StoreError};
use crate::domain::ids::TeamId;
use crate::team::summary::{Summary, SummaryPeriod};

/// Stores a summary. `false` when it was built before: the first stays.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(db: &impl Db, summary: &Summary, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = table::Model {
        team_id: summary.team_id.0,
        period: word(&summary.period),
        first_date: summary.from,
        summary: json(summary),
        built_at: stored(now),
    };
    let key = [Column::TeamId, Column::Period, Column::FirstDate];
    let insert = Entity::insert(row.into_active_model().reset_all()).on_conflict_do_nothing_on(key);
    Ok(matches!(insert.exec_without_returning(&db.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// Reads one, and when it was built.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(
    db: &impl Db,
    team_id: TeamId,
    period: SummaryPeriod,
    first_date: NaiveDate,
) -> Result<Option<(Summary, DateTime<Utc>)>, StoreError> {
    let row = Entity::find_by_id((team_id.0, word(&period), first_date)).one(&db.executor()).await?;
    let parse = |row: table::Model| {
        let reader = Reader::new("summaries", format!("{} {} {}", row.team_id, row.period, row.first_date));
        Ok((reader.json("summary", row.summary)?, row.built_at))
    };
    row.map(parse).transpose()
}

/// The teams whose summary of a period was built.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn built(db: &impl Db, period: SummaryPeriod, first_date: NaiveDate) -> Result<BTreeSet<TeamId>, StoreError> {
    let of = Expr::col("period").eq(word(&period)).and(Expr::col("first_date").eq(first_date));
    let query = Entity::find().select_only().column(Column::TeamId).filter(of);
    let teams: Vec<Uuid> = query.into_tuple().all(&db.executor()).await?;
    Ok(teams.into_iter().map(TeamId).collect())
}

//! When the clock plans for a team.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::editable::{Versioned, stored};
use super::entities::team_policies;
use super::row::Reader;
use super::{Db, StoreError, scope};
use crate::domain::calendar::IntervalMinutes;
use crate::domain::ids::TeamId;

/// When the clock plans for a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPolicy {
    /// The team.
    pub team_id: TeamId,
    /// Whether the clock does anything for it.
    pub is_enabled: bool,
    /// How many days before its Monday a week is built.
    pub build_days_ahead: u32,
    /// At which wall-clock minute of that day, 0-1439.
    pub build_at_minute: u32,
    /// At which wall-clock minute of every day the forecast is refreshed, 0-1439.
    pub forecast_at_minute: u32,
    /// The step it is planned in.
    pub interval_minutes: IntervalMinutes,
}

/// Reads the policy of a team.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, team_id: TeamId) -> Result<Option<Versioned<TeamPolicy>>, StoreError> {
    team_policies::Entity::find_by_id(team_id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Stores the policy of a team that has none, with `expected_version` 0, or replaces the one at that version.
///
/// # Errors
/// [`StoreError::VersionConflict`], [`StoreError::UnknownReference`].
pub async fn put(
    db: &impl Db,
    policy: &TeamPolicy,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<TeamPolicy>, StoreError> {
    let mut row = row(policy, expected_version.wrapping_add(1), stored(now)).into_active_model().reset_all();
    let written = if expected_version == 0 {
        let insert = team_policies::Entity::insert(row).on_conflict_do_nothing_on([team_policies::Column::TeamId]);
        match insert.exec_without_returning(&db.executor()).await? {
            sea_orm::TryInsertResult::Inserted(rows) => rows,
            sea_orm::TryInsertResult::Empty | sea_orm::TryInsertResult::Conflicted => 0,
        }
    } else {
        row.not_set(team_policies::Column::CreatedAt);
        let current = Expr::col("team_id").eq(policy.team_id.0).and(Expr::col("version").eq(expected_version));
        team_policies::Entity::update_many().set(row).filter(current).exec(&db.executor()).await?.rows_affected
    };
    let id = policy.team_id.0;
    let found = get(db, policy.team_id).await?.ok_or(StoreError::NotFound { kind: "team policy", id })?;
    if written == 0 {
        let (expected, found) = (expected_version, found.version);
        return Err(StoreError::VersionConflict { kind: "team policy", id, expected, found });
    }
    Ok(found)
}

/// The policies that are enabled, of unarchived teams.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list_enabled(db: &impl Db) -> Result<Vec<TeamPolicy>, StoreError> {
    let unarchived = scope::select("id", "teams", Expr::col("archived_at").is_null());
    let query = team_policies::Entity::find()
        .filter(Expr::col("is_enabled").eq(true))
        .filter(Expr::col("team_id").in_subquery(unarchived))
        .order_by_asc(team_policies::Column::TeamId);
    query.all(&db.executor()).await?.into_iter().map(|row| Ok(parse(row)?.value)).collect()
}

fn row(policy: &TeamPolicy, version: i32, now: DateTime<Utc>) -> team_policies::Model {
    team_policies::Model {
        team_id: policy.team_id.0,
        is_enabled: policy.is_enabled,
        build_days_ahead: policy.build_days_ahead.into(),
        build_at_minute: policy.build_at_minute.into(),
        forecast_at_minute: policy.forecast_at_minute.into(),
        interval_minutes: policy.interval_minutes.get().into(),
        version,
        created_at: now,
        updated_at: now,
    }
}

fn parse(row: team_policies::Model) -> Result<Versioned<TeamPolicy>, StoreError> {
    let reader = Reader::new("team_policies", row.team_id);
    let minutes = reader.whole::<u32>("interval_minutes", row.interval_minutes)?;
    let value = TeamPolicy {
        team_id: TeamId(row.team_id),
        is_enabled: row.is_enabled,
        build_days_ahead: reader.whole("build_days_ahead", row.build_days_ahead)?,
        build_at_minute: reader.whole("build_at_minute", row.build_at_minute)?,
        forecast_at_minute: reader.whole("forecast_at_minute", row.forecast_at_minute)?,
        interval_minutes: reader.checked("interval_minutes", IntervalMinutes::new(minutes))?,
    };
    let (version, created_at, updated_at) = (row.version, row.created_at, row.updated_at);
    Ok(Versioned { value, version, created_at, updated_at, archived_at: None })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_policy_is_stored_once_and_replaced_under_its_version(store) {
            let desk = testing::desk(&store).await;
            let policy = TeamPolicy {
                team_id: desk.team.id,
                is_enabled: true,
                build_days_ahead: 7,
                build_at_minute: 600,
                forecast_at_minute: 120,
                interval_minutes: IntervalMinutes::HALF_HOUR,
            };
            let stored = put(&store, &policy, 0, NOW).await.unwrap();
            assert_eq!((&stored.value, stored.version), (&policy, 1));
            let fault = put(&store, &policy, 0, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::VersionConflict { expected: 0, found: 1, .. }), "{fault}");
            assert_eq!(list_enabled(&store).await.unwrap(), std::slice::from_ref(&policy));
            let off = TeamPolicy { is_enabled: false, ..policy };
            assert_eq!(put(&store, &off, 1, NOW).await.unwrap().version, 2);
            assert_eq!(list_enabled(&store).await.unwrap(), []);
        }
    }
}

//! Staffing requirements.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::{requirement_points, requirements};
use super::grid::StoredGrid;
use super::of_week::latest_of_week;
use super::row::{Reader, word};
use super::{Db, StoreError, Tx, WeekFilter};
use crate::domain::calendar::Interval;
use crate::domain::demand::{QueueRequirement, RequirementPoint, StaffingRequirement};
use crate::domain::ids::{ForecastId, QueueId, RequirementId, RunId, TeamId};

/// Rows of one statement: 9 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 2_000;

/// A stored requirement without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequirementHead {
    /// Identity.
    pub id: RequirementId,
    /// The run that made it.
    pub run_id: RunId,
    /// What it was sized from.
    pub forecast_id: ForecastId,
    /// Whose queues.
    pub team_id: TeamId,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

/// Stores a requirement.
///
/// # Errors
/// [`StoreError::Conflict`] when its run has one already, [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, head: &RequirementHead, requirement: &StaffingRequirement) -> Result<(), StoreError> {
    let grid = StoredGrid::of(&requirement.grid);
    let row = requirements::Model {
        id: head.id.0,
        run_id: head.run_id.0,
        forecast_id: head.forecast_id.0,
        team_id: head.team_id.0,
        week_start: head.week_start,
        interval_minutes: grid.interval_minutes,
        grid_starts_at: grid.starts_at,
        grid_len: grid.len,
        created_at: stored(head.created_at),
    };
    requirements::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&tx.executor()).await?;
    let rows: Vec<requirement_points::Model> = requirement
        .queues
        .iter()
        .flat_map(|queue| {
            requirement.grid.intervals().zip(&queue.points).map(|(at, point)| row_of(head.id, queue.queue_id, at, point))
        })
        .collect();
    for some in rows.chunks(CHUNK) {
        let rows = some.iter().map(|row| row.clone().into_active_model().reset_all());
        requirement_points::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}

fn row_of(id: RequirementId, queue_id: QueueId, at: Interval, point: &RequirementPoint) -> requirement_points::Model {
    requirement_points::Model {
        requirement_id: id.0,
        queue_id: queue_id.0,
        starts_at: at.start,
        on_seat: point.on_seat.into(),
        required: point.required.into(),
        service_level: point.service_level,
        occupancy: point.occupancy,
        is_peak: point.is_peak,
        binding: point.binding.as_ref().map(word),
    }
}

/// Reads a requirement without its figures.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn head(db: &impl Db, id: RequirementId) -> Result<Option<RequirementHead>, StoreError> {
    Ok(requirements::Entity::find_by_id(id.0).one(&db.executor()).await?.map(|row| parse_head(&row)))
}

/// Reads a requirement. A queue without a single interval is not in it.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: RequirementId) -> Result<Option<(RequirementHead, StaffingRequirement)>, StoreError> {
    let Some(row) = requirements::Entity::find_by_id(id.0).one(&db.executor()).await? else { return Ok(None) };
    let stored = StoredGrid { starts_at: row.grid_starts_at, interval_minutes: row.interval_minutes, len: row.grid_len };
    let grid = stored.parse(&Reader::new("requirements", row.id))?;
    let query = requirement_points::Entity::find()
        .filter(Expr::col("requirement_id").eq(id.0))
        .order_by_asc(requirement_points::Column::StartsAt);
    let mut points: BTreeMap<Uuid, Vec<RequirementPoint>> = BTreeMap::new();
    for point in query.all(&db.executor()).await? {
        points.entry(point.queue_id).or_default().push(parse_point(&point)?);
    }
    let queues = points.into_iter().map(|(queue_id, points)| QueueRequirement { queue_id: QueueId(queue_id), points });
    Ok(Some((parse_head(&row), StaffingRequirement { grid, queues: queues.collect() })))
}

fn parse_point(row: &requirement_points::Model) -> Result<RequirementPoint, StoreError> {
    let reader = Reader::new("requirement_points", row.requirement_id);
    Ok(RequirementPoint {
        on_seat: reader.whole("on_seat", row.on_seat)?,
        required: reader.whole("required", row.required)?,
        service_level: row.service_level,
        occupancy: row.occupancy,
        is_peak: row.is_peak,
        binding: row.binding.clone().map(|goal| reader.word("binding", goal)).transpose()?,
    })
}

/// The latest requirement of a team's week.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn latest(db: &impl Db, team_id: TeamId, week_start: NaiveDate) -> Result<Option<RequirementHead>, StoreError> {
    let query = latest_of_week::<requirements::Entity>(team_id, week_start);
    Ok(query.one(&db.executor()).await?.map(|row| parse_head(&row)))
}

/// Lists requirements without their figures, oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, filter: &WeekFilter<'_>, page: Page) -> Result<Listed<RequirementHead>, StoreError> {
    let (rows, has_more) = page_rows(db, filter.rows::<requirements::Entity>(), page).await?;
    Ok(Listed { items: rows.iter().map(parse_head).collect(), has_more })
}

fn parse_head(row: &requirements::Model) -> RequirementHead {
    RequirementHead {
        id: RequirementId(row.id),
        run_id: RunId(row.run_id),
        forecast_id: ForecastId(row.forecast_id),
        team_id: TeamId(row.team_id),
        week_start: row.week_start,
        created_at: row.created_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::forecasts::{self, ForecastHead};
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::access::Scope;
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::DemandForecast;
    use crate::domain::run::RunKind;
    use crate::domain::service::BindingGoal;

    on_both! {
        a_requirement_reads_back_point_by_point(store) {
            let desk = testing::desk(&store).await;
            let week = PlanningWeek::new(testing::monday(), desk.site.zone).unwrap();
            let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
            let forecast = ForecastHead {
                id: ForecastId::generate(),
                run_id: testing::run(&store, &desk, RunKind::Forecast).await,
                team_id: desk.team.id,
                week_start: testing::monday(),
                created_at: NOW,
            };
            let head = RequirementHead {
                id: RequirementId::generate(),
                run_id: testing::run(&store, &desk, RunKind::Staffing).await,
                forecast_id: forecast.id,
                team_id: desk.team.id,
                week_start: testing::monday(),
                created_at: NOW,
            };
            let points = (0..340).map(|step| RequirementPoint {
                on_seat: step,
                required: step + 1,
                service_level: (step % 2 == 0).then_some(f64::from(step) / 340.0),
                occupancy: None,
                is_peak: step % 3 == 0,
                binding: (step % 4 == 0).then_some(BindingGoal::MaxOccupancy),
            });
            let queues = vec![QueueRequirement { queue_id: desk.queue.id, points: points.collect() }];
            let requirement = StaffingRequirement { grid, queues };
            let tx = store.begin().await.unwrap();
            forecasts::insert(&tx, &forecast, &DemandForecast { grid, queues: Vec::new(), totals: Vec::new() }).await.unwrap();
            insert(&tx, &head, &requirement).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(get(&store, head.id).await.unwrap(), Some((head, requirement)));
            assert_eq!(self::head(&store, head.id).await.unwrap(), Some(head));
            assert_eq!(latest(&store, desk.team.id, testing::monday()).await.unwrap(), Some(head));
            let filter = WeekFilter { scope: &Scope::Everything, team_id: Some(desk.team.id), week_start: None };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, [head]);
        }
    }
}

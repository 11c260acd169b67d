//! Forecasts with their backtests.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::{forecast_points, forecast_queues, forecast_totals, forecasts};
use super::grid::StoredGrid;
use super::of_week::latest_of_week;
use super::row::{Reader, json};
use super::{Db, StoreError, Tx, WeekFilter, scope};
use crate::domain::access::Scope;
use crate::domain::demand::{DemandForecast, ForecastPoint, QueueForecast, TotalForecast, TotalOf};
use crate::domain::ids::{ForecastId, QueueId, RunId, ShopId, TeamId};

/// Rows of one statement: 10 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 2_000;

/// A stored forecast without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForecastHead {
    /// Identity.
    pub id: ForecastId,
    /// The run that made it.
    pub run_id: RunId,
    /// Whose queues.
    pub team_id: TeamId,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

/// Stores a forecast.
///
/// # Errors
/// [`StoreError::Conflict`] when its run has one already, [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, head: &ForecastHead, forecast: &DemandForecast) -> Result<(), StoreError> {
    let grid = StoredGrid::of(&forecast.grid);
    let row = forecasts::Model {
        id: head.id.0,
        run_id: head.run_id.0,
        team_id: head.team_id.0,
        week_start: head.week_start,
        interval_minutes: grid.interval_minutes,
        grid_starts_at: grid.starts_at,
        grid_len: grid.len,
        created_at: stored(head.created_at),
    };
    forecasts::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&tx.executor()).await?;
    for queue in &forecast.queues {
        insert_queue(tx, head.id, forecast, queue).await?;
    }
    for total in &forecast.totals {
        insert_total(tx, head.id, total).await?;
    }
    Ok(())
}

async fn insert_queue(tx: &Tx, id: ForecastId, forecast: &DemandForecast, queue: &QueueForecast) -> Result<(), StoreError> {
    let (forecast_id, queue_id) = (id.0, queue.queue_id.0);
    let row = forecast_queues::Model {
        forecast_id,
        queue_id,
        backtest: queue.backtest.as_ref().map(json),
        faults: Some(json(&queue.faults)),
        borrowed_from: queue.borrowed_from.map(|from| from.0),
    };
    forecast_queues::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&tx.executor()).await?;
    let points: Vec<(DateTime<Utc>, &ForecastPoint)> =
        forecast.grid.intervals().map(|interval| interval.start).zip(&queue.points).collect();
    for some in points.chunks(CHUNK) {
        let rows = some
            .iter()
            .map(|(starts_at, point)| row_of(forecast_id, queue_id, *starts_at, point).into_active_model().reset_all());
        forecast_points::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}

fn row_of(forecast_id: Uuid, queue_id: Uuid, starts_at: DateTime<Utc>, point: &ForecastPoint) -> forecast_points::Model {
    let ForecastPoint { expected, p05, p10, p50, p90, p95, aht_secs } = *point;
    let (p05, p50, p95) = (Some(p05), Some(p50), Some(p95));
    forecast_points::Model { forecast_id, queue_id, starts_at, expected, p05, p10, p50, p90, p95, aht_secs }
}

/// A point stored before there were further quantiles takes the nearest one that it has.
fn parse_point(row: &forecast_points::Model) -> ForecastPoint {
    let forecast_points::Model { expected, p05, p10, p50, p90, p95, aht_secs, .. } = *row;
    let (p05, p50, p95) = (p05.unwrap_or(p10), p50.unwrap_or(expected), p95.unwrap_or(p90));
    ForecastPoint { expected, p05, p10, p50, p90, p95, aht_secs }
}

async fn insert_total(tx: &Tx, id: ForecastId, total: &TotalForecast) -> Result<(), StoreError> {
    let (kind, of_id) = match total.of {
        TotalOf::Shop(shop) => ("shop", shop.0),
        TotalOf::Team(team) => ("team", team.0),
    };
    let row = forecast_totals::Model { forecast_id: id.0, kind: kind.to_owned(), of_id, points: json(&total.points) };
    forecast_totals::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

async fn totals(db: &impl Db, id: ForecastId) -> Result<Vec<TotalForecast>, StoreError> {
    let query = forecast_totals::Entity::find()
        .filter(Expr::col("forecast_id").eq(id.0))
        .order_by_asc(forecast_totals::Column::Kind)
        .order_by_asc(forecast_totals::Column::OfId);
    let parse = |row: forecast_totals::Model| {
        let reader = Reader::new("forecast_totals", row.of_id);
        let of = if row.kind == "shop" { TotalOf::Shop(ShopId(row.of_id)) } else { TotalOf::Team(TeamId(row.of_id)) };
        Ok(TotalForecast { of, points: reader.json("points", row.points)? })
    };
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// Reads a forecast without its figures.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn head(db: &impl Db, id: ForecastId) -> Result<Option<ForecastHead>, StoreError> {
    Ok(forecasts::Entity::find_by_id(id.0).one(&db.executor()).await?.map(|row| parse_head(&row)))
}

/// Reads a forecast.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: ForecastId) -> Result<Option<(ForecastHead, DemandForecast)>, StoreError> {
    let Some(row) = forecasts::Entity::find_by_id(id.0).one(&db.executor()).await? else { return Ok(None) };
    let stored = StoredGrid { starts_at: row.grid_starts_at, interval_minutes: row.interval_minutes, len: row.grid_len };
    let grid = stored.parse(&Reader::new("forecasts", row.id))?;
    let of_forecast = || Expr::col("forecast_id").eq(id.0);
    let query = forecast_points::Entity::find().filter(of_forecast()).order_by_asc(forecast_points::Column::StartsAt);
    let mut points: BTreeMap<Uuid, Vec<ForecastPoint>> = BTreeMap::new();
    for point in query.all(&db.executor()).await? {
        points.entry(point.queue_id).or_default().push(parse_point(&point));
    }
    let query = forecast_queues::Entity::find().filter(of_forecast()).order_by_asc(forecast_queues::Column::QueueId);
    let mut queues = Vec::new();
    for queue in query.all(&db.executor()).await? {
        let reader = Reader::new("forecast_queues", queue.queue_id);
        queues.push(QueueForecast {
            queue_id: QueueId(queue.queue_id),
            points: points.remove(&queue.queue_id).unwrap_or_default(),
            backtest: reader.optional_json("backtest", queue.backtest)?,
            faults: reader.optional_json("faults", queue.faults)?.unwrap_or_default(),
            borrowed_from: queue.borrowed_from.map(QueueId),
        });
    }
    Ok(Some((parse_head(&row), DemandForecast { grid, queues, totals: totals(db, id).await? })))
}

/// The latest forecast of a team's week.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn latest(db: &impl Db, team_id: TeamId, week_start: NaiveDate) -> Result<Option<ForecastHead>, StoreError> {
    let query = latest_of_week::<forecasts::Entity>(team_id, week_start);
    Ok(query.one(&db.executor()).await?.map(|row| parse_head(&row)))
}

/// The latest forecast of each team's week from `from` to `until`, both included, by week.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn latest_between(
    db: &impl Db,
    scope: &Scope,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<ForecastHead>, StoreError> {
    let query = forecasts::Entity::find()
        .filter(scope::team_within("team_id", scope))
        .filter(Expr::col("week_start").between(from, until))
        .order_by_asc(forecasts::Column::CreatedAt)
        .order_by_asc(forecasts::Column::Id);
    let heads = query.all(&db.executor()).await?.iter().map(parse_head).collect::<Vec<_>>();
    let latest: BTreeMap<_, _> = heads.into_iter().map(|head| ((head.week_start, head.team_id), head)).collect();
    Ok(latest.into_values().collect())
}

/// Lists forecasts without their figures, oldest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, filter: &WeekFilter<'_>, page: Page) -> Result<Listed<ForecastHead>, StoreError> {
    let (rows, has_more) = page_rows(db, filter.rows::<forecasts::Entity>(), page).await?;
    Ok(Listed { items: rows.iter().map(parse_head).collect(), has_more })
}

fn parse_head(row: &forecasts::Model) -> ForecastHead {
    ForecastHead {
        id: ForecastId(row.id),
        run_id: RunId(row.run_id),
        team_id: TeamId(row.team_id),
        week_start: row.week_start,
        created_at: row.created_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::calendar::{Interval, IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{Backtest, ForecastModel, ModelScore};
    use crate::domain::history::{FaultKind, FaultTreatment, HistoryFault};
    use crate::domain::run::RunKind;

    on_both! {
        a_forecast_reads_back_point_by_point_and_once_per_run(store) {
            let desk = testing::desk(&store).await;
            let week = PlanningWeek::new(testing::monday(), desk.site.zone).unwrap();
            let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
            let at = |step: usize| step as f64 / 4.0;
            let point = |step| ForecastPoint {
                expected: at(step),
                p05: at(step) / 4.0,
                p10: at(step) / 2.0,
                p50: at(step) * 0.75,
                p90: at(step) * 2.0,
                p95: at(step) * 4.0,
                aht_secs: Some(240.0 + at(step)),
            };
            let points: Vec<_> = (0..grid.len()).map(point).collect();
            let backtest = Backtest {
                weeks: 4,
                wape: 0.25,
                wape_last_week: 0.75,
                wape_mean4: 0.5,
                wape_median6: 0.5,
                p10_p90_share: 0.75,
                inquiries: 1000.0,
                models: vec![ModelScore { model: ForecastModel::DayTotal, wape: 0.25, weight: 1.0 }],
            };
            let span = Interval { start: NOW - Duration::days(9), end: NOW - Duration::days(8) };
            let (kind, treatment) = (FaultKind::Outage, FaultTreatment::LeftOut);
            let queue = QueueForecast {
                queue_id: desk.queue.id,
                points: points.clone(),
                backtest: Some(backtest),
                faults: vec![HistoryFault { kind, span, found: 1.0, usual: 90.0, treatment }],
                borrowed_from: Some(desk.queue.id),
            };
            let totals = vec![TotalForecast { of: TotalOf::Shop(desk.shop.id), points }];
            let forecast = DemandForecast { grid, queues: vec![queue], totals };
            let head = ForecastHead {
                id: ForecastId::generate(),
                run_id: testing::run(&store, &desk, RunKind::Forecast).await,
                team_id: desk.team.id,
                week_start: testing::monday(),
                created_at: NOW,
            };
            let tx = store.begin().await.unwrap();
            insert(&tx, &head, &forecast).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(get(&store, head.id).await.unwrap(), Some((head, forecast.clone())));
            assert_eq!(self::head(&store, head.id).await.unwrap(), Some(head));
            assert_eq!(get(&store, ForecastId::generate()).await.unwrap(), None);
            assert_eq!(latest(&store, desk.team.id, testing::monday()).await.unwrap(), Some(head));
            let scope = Scope::Teams([desk.team.id].into());
            let filter = WeekFilter { scope: &scope, team_id: Some(desk.team.id), week_start: Some(testing::monday()) };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, [head]);

            let later = ForecastHead {
                id: ForecastId::generate(),
                run_id: testing::run(&store, &desk, RunKind::Staffing).await,
                created_at: NOW + Duration::hours(1),
                ..head
            };
            let tx = store.begin().await.unwrap();
            insert(&tx, &later, &forecast).await.unwrap();
            tx.commit().await.unwrap();
            let monday = testing::monday();
            assert_eq!(latest_between(&store, &scope, monday, monday).await.unwrap(), [later]);
            assert_eq!(latest_between(&store, &scope, monday.succ_opt().unwrap(), monday).await.unwrap(), []);

            let tx = store.begin().await.unwrap();
            let twin = ForecastHead { id: ForecastId::generate(), ..head };
            let fault = insert(&tx, &twin, &forecast).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "forecasts", field: "run_id" }), "{fault}");
        }
    }
}

//! Forecast against actual, by queue and by how many days ahead the forecast was made.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use super::ServiceError;
use super::plan::TeamPlan;
use crate::domain::access::{Actor, Scope};
use crate::domain::accuracy::{ForecastAccuracy, HORIZON_DAYS, Judged, is_ahead};
use crate::domain::adjustment::adjusted;
use crate::domain::calendar::{Interval, local_of, midnight, monday_of};
use crate::domain::demand::{ForecastPoint, VolumeRecord};
use crate::domain::ids::{QueueId, TeamId};
use crate::store::forecasts;
use crate::store::{Page, Store, WeekFilter, adjustments, volumes};

/// The longest stretch that is judged at once.
const MOST_DAYS: i64 = 92;

/// What forecasts said, by queue, horizon and interval: the model's point and the adjusted figure.
type Said = BTreeMap<(QueueId, u32), BTreeMap<(DateTime<Utc>, DateTime<Utc>), (ForecastPoint, f64)>>;

/// Judges the forecasts of a team's queues from one local date to another, both included; of the current day what is recorded
/// by now.
///
/// # Errors
/// [`ServiceError::NotFound`] for a team out of reach, [`ServiceError::Invalid`] for dates that do not fit.
pub async fn judge(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<Vec<ForecastAccuracy>, ServiceError> {
    let not_found = || ServiceError::NotFound { what: "team", id: team_id.to_string() };
    let plan = TeamPlan::load(store, team_id).await?.filter(|_| actor.scope.reaches(team_id)).ok_or_else(not_found)?;
    if until < from || (until - from).num_days() >= MOST_DAYS {
        let detail = format!("must not be before from, {from}, and at most {MOST_DAYS} days are judged at once");
        return Err(ServiceError::field("/until", detail));
    }
    let zone = plan.site.zone;
    let span = Interval { start: midnight(zone, from), end: midnight(zone, until + Days::new(1)) };
    let mut said = Said::new();
    for monday in monday_of(from).iter_weeks().take_while(|monday| *monday <= until) {
        gather(store, team_id, monday, span, &mut said).await?;
    }
    let queue_ids: Vec<_> = plan.queues.iter().map(|served| served.queue.id).collect();
    let records = volumes::history(store, &queue_ids, span.start - Duration::days(1), span.end).await?;
    let figures = said.into_iter().map(|((queue_id, horizon), intervals)| {
        let recorded = Recorded::of(&records, queue_id, zone);
        let judged: Vec<_> = intervals
            .into_iter()
            .filter_map(|((start, end), (point, adjusted))| {
                let actual = recorded.inquiries(Interval { start, end })?;
                let is_inside = (point.p10..=point.p90).contains(&actual);
                Some(Judged { actual, expected: point.expected, adjusted, is_inside })
            })
            .collect();
        ForecastAccuracy::of(queue_id, horizon, &judged)
    });
    Ok(figures.collect())
}

/// Adds what the latest forecasts of the week that were far enough ahead said of each interval within the span.
async fn gather(store: &Store, team_id: TeamId, monday: NaiveDate, span: Interval, said: &mut Said) -> Result<(), ServiceError> {
    let filter = WeekFilter { scope: &Scope::Everything, team_id: Some(team_id), week_start: Some(monday) };
    let heads = forecasts::list(store, &filter, Page::ALL).await?.items;
    let mut step = None;
    // The newest first: an older one speaks only where none that is newer was far enough ahead.
    for head in heads.into_iter().rev() {
        let Some((_, forecast)) = forecasts::get(store, head.id).await? else { continue };
        if *step.get_or_insert(forecast.grid.step()) != forecast.grid.step() {
            continue;
        }
        let queue_ids: Vec<_> = forecast.queues.iter().map(|queue| queue.queue_id).collect();
        let by_hand = adjusted(&forecast, &adjustments::of_queues(store, &queue_ids).await?);
        let week_end = forecast.grid.interval(0).start + Duration::days(7);
        let of_week = |interval: &Interval| interval.start < week_end && span.contains(interval.start);
        for (queue, changed) in forecast.queues.iter().zip(&by_hand.queues) {
            let points = forecast.grid.intervals().zip(queue.points.iter().zip(&changed.points));
            for (interval, (point, changed)) in points.filter(|(interval, _)| of_week(interval)) {
                for horizon in HORIZON_DAYS.into_iter().filter(|days| is_ahead(head.created_at, interval.start, *days)) {
                    let of_queue = said.entry((queue.queue_id, horizon)).or_default();
                    of_queue.entry((interval.start, interval.end)).or_insert((*point, changed.expected));
                }
            }
        }
        let is_oldest_needed = is_ahead(head.created_at, forecast.grid.interval(0).start, HORIZON_DAYS[2]);
        if is_oldest_needed {
            break;
        }
    }
    Ok(())
}

/// The rows of one queue.
struct Recorded<'a> {
    records: &'a [VolumeRecord],
    dates: BTreeSet<NaiveDate>,
    until: Option<DateTime<Utc>>,
    zone: Tz,
}

impl<'a> Recorded<'a> {
    fn of(records: &'a [VolumeRecord], queue_id: QueueId, zone: Tz) -> Self {
        let from = records.partition_point(|record| record.queue_id < queue_id);
        let len = records[from..].partition_point(|record| record.queue_id == queue_id);
        let records = &records[from..from + len];
        let dates = records.iter().map(|record| local_of(zone, record.starts_at).date()).collect();
        let until = records.iter().map(|record| record.starts_at + Duration::minutes(i64::from(record.minutes))).max();
        Self { records, dates, until, zone }
    }

    /// Inquiries of an interval; `None` where nobody looked: on a day without rows, and after the last row.
    fn inquiries(&self, interval: Interval) -> Option<f64> {
        let is_seen = self.dates.contains(&local_of(self.zone, interval.start).date()) && self.until? >= interval.end;
        let end = |record: &VolumeRecord| record.starts_at + Duration::minutes(i64::from(record.minutes));
        // No row is longer than a day.
        let first = self.records.partition_point(|record| record.starts_at < interval.start - Duration::days(1));
        let near = self.records[first..].iter().take_while(|record| record.starts_at < interval.end);
        let share = |record: &VolumeRecord| {
            let shared = Interval { start: record.starts_at, end: end(record) }.shared_minutes(&interval);
            record.inquiries * shared as f64 / f64::from(record.minutes.max(1))
        };
        is_seen.then(|| near.map(share).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::adjustment::{Adjustment, Change};
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{DemandForecast, QueueForecast};
    use crate::domain::ids::{AdjustmentId, ForecastId};
    use crate::domain::run::RunKind;
    use crate::store::forecasts::ForecastHead;
    use crate::store::testing::{self, Desk, NOW, on_both};

    /// 09:00 to 09:30 on Tuesday in Shanghai.
    fn tuesday() -> Interval {
        let start = "2026-11-24T01:00:00Z".parse().unwrap();
        Interval { start, end: start + Duration::minutes(30) }
    }

    /// Stores a forecast of the week that expects inquiries on Tuesday at nine and none else.
    async fn forecast(store: &Store, desk: &Desk, kind: RunKind, created_at: DateTime<Utc>, expected: f64) {
        let grid =
            PlanningWeek::new(testing::monday(), desk.site.zone).unwrap().grid(IntervalMinutes::HALF_HOUR, Duration::zero());
        let mut points = vec![ForecastPoint::certain(0.0); grid.len()];
        points[grid.index_of(tuesday().start).unwrap()] = ForecastPoint::certain(expected);
        let forecast = DemandForecast { grid, queues: vec![QueueForecast::bare(desk.queue.id, points)], totals: vec![] };
        let run_id = testing::run(store, desk, kind).await;
        let (id, week_start) = (ForecastId::generate(), testing::monday());
        let head = ForecastHead { id, run_id, team_id: desk.team.id, week_start, created_at };
        let tx = store.begin().await.unwrap();
        forecasts::insert(&tx, &head, &forecast).await.unwrap();
        tx.commit().await.unwrap();
    }

    on_both! {
        each_horizon_is_judged_by_the_newest_forecast_that_was_far_enough_ahead(store) {
            let desk = testing::desk(&store).await;
            forecast(&store, &desk, RunKind::Forecast, NOW - Duration::days(30), 10.0).await;
            forecast(&store, &desk, RunKind::Staffing, NOW, 16.0).await;
            let (id, author, reason) = (AdjustmentId::generate(), "主管".to_owned(), "直播".to_owned());
            let change = Change::Scale { factor: 1.25 };
            let adjustment = Adjustment { id, queue_id: desk.queue.id, span: tuesday(), change, reason, author };
            adjustments::insert(&store, &adjustment, NOW).await.unwrap();
            let record = VolumeRecord { queue_id: desk.queue.id, starts_at: tuesday().start, minutes: 30, inquiries: 20.0, aht_secs: None };
            let tx = store.begin().await.unwrap();
            volumes::upsert(&tx, &[record]).await.unwrap();
            tx.commit().await.unwrap();

            let week = (testing::monday(), testing::monday() + Days::new(6));
            let found = judge(&store, &Actor::service("test"), desk.team.id, week).await.unwrap();
            let figures: Vec<_> = found.iter().map(|one| (one.horizon_days, one.expected, one.wape, one.wape_adjusted)).collect();
            let (near, far) = ((16.0, Some(0.2), Some(0.0)), (10.0, Some(0.5), Some(0.375)));
            assert_eq!(figures, [(1, near.0, near.1, near.2), (7, far.0, far.1, far.2), (28, far.0, far.1, far.2)]);
            // Midnight to half past nine on Tuesday: nobody has looked at the rest of the week yet.
            assert_eq!(found[0].intervals, 19);
        }
    }
}

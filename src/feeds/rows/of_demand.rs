//! Rows of forecasts and of inquiry history.

use std::collections::BTreeMap;

use chrono::Duration;
use chrono_tz::Tz;

use super::{ForecastRow, VolumeRow, at};
use crate::domain::demand::{DemandForecast, VolumeRecord};
use crate::domain::ids::{QueueId, TeamId};

/// Where rows belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Display name of the site.
    pub site: String,
    /// The team.
    pub team_id: TeamId,
    /// Its display name.
    pub team: String,
    /// The zone in which times are shown.
    pub zone: Tz,
}

/// One row per queue and interval; `name_of` gives a queue's display name.
pub fn forecast_rows(forecast: &DemandForecast, place: &Place, name_of: impl Fn(QueueId) -> String) -> Vec<ForecastRow> {
    let mut rows = Vec::new();
    for queue in &forecast.queues {
        let name = name_of(queue.queue_id);
        rows.extend(forecast.grid.intervals().zip(&queue.points).map(|(interval, point)| ForecastRow {
            site: place.site.clone(),
            team_id: place.team_id,
            team: place.team.clone(),
            queue_id: queue.queue_id,
            queue: name.clone(),
            starts_at: at(place.zone, interval.start),
            ends_at: at(place.zone, interval.end),
            expected: point.expected,
            p10: point.p10,
            p90: point.p90,
        }));
    }
    rows
}

/// Rows of several forecasts with one row for each queue and interval: a forecast runs on into the week after, and there
/// that week's own, which comes later, is the one that counts.
pub fn latest_forecasts(rows: impl IntoIterator<Item = ForecastRow>) -> Vec<ForecastRow> {
    let latest: BTreeMap<_, _> = rows.into_iter().map(|row| ((row.queue.clone(), row.queue_id, row.starts_at), row)).collect();
    latest.into_values().collect()
}

/// The row of one record.
pub fn volume_row(record: &VolumeRecord, place: &Place, queue: &str) -> VolumeRow {
    VolumeRow {
        site: place.site.clone(),
        team_id: place.team_id,
        team: place.team.clone(),
        queue_id: record.queue_id,
        queue: queue.to_owned(),
        starts_at: at(place.zone, record.starts_at),
        ends_at: at(place.zone, record.starts_at + Duration::minutes(i64::from(record.minutes))),
        inquiries: record.inquiries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{ForecastPoint, QueueForecast};

    #[test]
    fn the_week_that_owns_an_interval_forecasts_it() {
        let place = Place { site: "杭州".into(), team_id: TeamId::generate(), team: "一组".into(), zone: Tz::Asia__Shanghai };
        let queue_id = QueueId::generate();
        let rows = |monday: &str, expected: f64| {
            let week = PlanningWeek::new(monday.parse().unwrap(), place.zone).unwrap();
            let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
            let points = vec![ForecastPoint { p10: 0.0, p90: 9.0, ..ForecastPoint::certain(expected) }; grid.len()];
            let queues = vec![QueueForecast::bare(queue_id, points)];
            forecast_rows(&DemandForecast { grid, queues, totals: vec![] }, &place, |_| "售前".into())
        };
        let both = latest_forecasts(rows("2026-11-23", 1.0).into_iter().chain(rows("2026-11-30", 2.0)));
        assert_eq!(both.len(), (14 * 24 + 2) * 2);
        assert_eq!((both[7 * 48 - 1].expected, both[7 * 48].expected), (1.0, 2.0));
        assert_eq!(both[7 * 48].starts_at.to_rfc3339(), "2026-11-30T00:00:00+08:00");
    }
}

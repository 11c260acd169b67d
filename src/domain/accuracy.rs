//! Forecast against actual.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::ids::QueueId;

/// Days ahead that forecasts are judged at.
pub const HORIZON_DAYS: [u32; 3] = [1, 7, 28];

/// What forecasts made at least so many days ahead missed in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ForecastAccuracy {
    /// The queue.
    pub queue_id: QueueId,
    /// Days from the forecast to the interval, at least.
    pub horizon_days: u32,
    /// Intervals that had both a forecast of that age and a recorded volume.
    pub intervals: u32,
    /// Inquiries that arrived in those.
    pub actual: f64,
    /// Inquiries that the model expected in those.
    pub expected: f64,
    /// Σ|expected − actual| / Σ actual; `None` where nothing arrived.
    pub wape: Option<f64>,
    /// The same with adjustments made.
    pub wape_adjusted: Option<f64>,
    /// Share of intervals within P10-P90; `None` without intervals.
    pub p10_p90_share: Option<f64>,
}

/// A judged interval: what arrived against what was expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// What arrived.
    pub actual: f64,
    /// What the model expected.
    pub expected: f64,
    /// What was expected with adjustments made.
    pub adjusted: f64,
    /// Whether it lay within P10-P90.
    pub is_inside: bool,
}

/// Whether a forecast made at `made` was so many days ahead of an interval.
pub fn is_ahead(made: DateTime<Utc>, starts_at: DateTime<Utc>, horizon_days: u32) -> bool {
    starts_at - made >= Duration::days(i64::from(horizon_days))
}

impl ForecastAccuracy {
    /// The figures of some intervals.
    pub fn of(queue_id: QueueId, horizon_days: u32, intervals: &[Judged]) -> Self {
        let sum = |value: fn(&Judged) -> f64| intervals.iter().map(value).sum::<f64>();
        let actual = sum(|judged| judged.actual);
        let share = |error: f64| (actual > 0.0).then(|| error / actual);
        let inside = intervals.iter().filter(|judged| judged.is_inside).count();
        Self {
            queue_id,
            horizon_days,
            intervals: u32::try_from(intervals.len()).unwrap_or(u32::MAX),
            actual,
            expected: sum(|judged| judged.expected),
            wape: share(sum(|judged| (judged.expected - judged.actual).abs())),
            wape_adjusted: share(sum(|judged| (judged.adjusted - judged.actual).abs())),
            p10_p90_share: (!intervals.is_empty()).then(|| inside as f64 / intervals.len() as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_summed_before_they_are_divided() {
        let judged = |actual, expected, adjusted, is_inside| Judged { actual, expected, adjusted, is_inside };
        let intervals = [judged(100.0, 90.0, 100.0, true), judged(0.0, 5.0, 5.0, true), judged(50.0, 80.0, 60.0, false)];
        let found = ForecastAccuracy::of(QueueId(uuid::Uuid::nil()), 7, &intervals);
        assert_eq!((found.wape, found.wape_adjusted), (Some(0.3), Some(0.1)));
        assert_eq!((found.actual, found.expected, found.intervals), (150.0, 175.0, 3));
        assert_eq!(found.p10_p90_share, Some(2.0 / 3.0));
        let nothing = ForecastAccuracy::of(QueueId(uuid::Uuid::nil()), 1, &[]);
        assert_eq!((nothing.wape, nothing.p10_p90_share), (None, None));
    }

    #[test]
    fn a_forecast_is_a_day_ahead_of_what_begins_a_day_later() {
        let made: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().unwrap();
        assert!(is_ahead(made, "2026-11-23T09:00:00Z".parse().unwrap(), 1));
        assert!(!is_ahead(made, "2026-11-23T08:30:00Z".parse().unwrap(), 1));
    }
}

//! Changes of a forecast by hand: kept apart from the model's figure, with an author and a reason.

use serde::{Deserialize, Serialize};

use super::calendar::{Interval, IntervalGrid};
use super::demand::{DemandForecast, ForecastPoint};
use super::fault::Faults;
use super::ids::{AdjustmentId, QueueId};

/// What a change does to the inquiries expected in its window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Change {
    /// So many in the whole window, spread as the model has them.
    Set {
        /// How many.
        inquiries: f64,
    },
    /// So many more, or fewer where negative, over the whole window, spread likewise; never below none.
    Add {
        /// How many.
        inquiries: f64,
    },
    /// So many times as many: 1.2 for a fifth more.
    Scale {
        /// The factor.
        factor: f64,
    },
}

/// A change of a queue's forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Identity.
    pub id: AdjustmentId,
    /// The queue.
    pub queue_id: QueueId,
    /// When it holds.
    pub span: Interval,
    /// What it does.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Who made or last changed it.
    pub author: String,
}

/// The longest window, in minutes: four weeks.
const LONGEST: i64 = 28 * 24 * 60;

impl Adjustment {
    /// Adds what is wrong with the window, the change and the reason.
    pub fn check(&self, faults: &mut Faults) {
        let minutes = self.span.minutes();
        faults.expect((1..=LONGEST).contains(&minutes), "/ends_at", "must be after starts_at, by four weeks at most");
        match self.change {
            Change::Set { inquiries } => {
                faults.expect(
                    (0.0..=1e6).contains(&inquiries),
                    "/change/inquiries",
                    format!("must be 0 to 1000000, got {inquiries}"),
                );
            }
            Change::Add { inquiries } => {
                let fits = (-1e6..=1e6).contains(&inquiries);
                faults.expect(fits, "/change/inquiries", format!("must be -1000000 to 1000000, got {inquiries}"));
            }
            Change::Scale { factor } => {
                let detail = format!("must be 0 to 20 (1.2 is a fifth more), got {factor}");
                faults.expect((0.0..=20.0).contains(&factor), "/change/factor", detail);
            }
        }
        let said = self.reason.trim().chars().count();
        faults.expect((1..=500).contains(&said), "/reason", "must say why, in 1 to 500 characters");
    }

    /// Changes the points of its queue.
    fn apply(&self, grid: &IntervalGrid, points: &mut [ForecastPoint]) {
        let step = f64::from(grid.step().get());
        let share = |index: usize| grid.interval(index).shared_minutes(&self.span) as f64 / step;
        let range = grid.overlapping(self.span);
        let inside: f64 = range.clone().map(|index| points[index].expected * share(index)).sum();
        let shares: f64 = range.clone().map(share).sum();
        // A window that reaches beyond the grid has only its part in here.
        let part = shares * step / (self.span.minutes() as f64).max(1.0);
        let wanted = match self.change {
            Change::Set { inquiries } => inquiries * part,
            Change::Add { inquiries } => (inside + inquiries * part).max(0.0),
            Change::Scale { factor } => inside * factor,
        };
        for index in range.filter(|index| share(*index) > 0.0) {
            let share = share(index);
            let point = &mut points[index];
            // Where the model expects nothing there is no shape to follow: evenly, then.
            let own = if inside > 0.0 { point.expected * share * wanted / inside } else { wanted * share / shares };
            *point = point.with_expected(point.expected * (1.0 - share) + own);
        }
    }
}

/// The forecast with the adjustments made, in their order.
pub fn adjusted(forecast: &DemandForecast, adjustments: &[Adjustment]) -> DemandForecast {
    let mut adjusted = forecast.clone();
    for queue in &mut adjusted.queues {
        for adjustment in adjustments.iter().filter(|adjustment| adjustment.queue_id == queue.queue_id) {
            adjustment.apply(&forecast.grid, &mut queue.points);
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::super::calendar::IntervalMinutes;
    use super::super::demand::QueueForecast;
    use super::*;

    fn queue_id() -> QueueId {
        QueueId(uuid::Uuid::nil())
    }

    /// Four half hours from midnight.
    fn expected(figures: [f64; 4], from_minutes: i64, minutes: i64, change: Change) -> Vec<f64> {
        let start = DateTime::UNIX_EPOCH;
        let at = |minutes| start + Duration::minutes(minutes);
        let grid = IntervalGrid::covering(Interval { start, end: at(120) }, IntervalMinutes::HALF_HOUR);
        let queue = QueueForecast::bare(queue_id(), figures.map(ForecastPoint::certain).to_vec());
        let forecast = DemandForecast { grid, queues: vec![queue], totals: Vec::new() };
        let span = Interval { start: at(from_minutes), end: at(from_minutes + minutes) };
        let (id, author) = (AdjustmentId(uuid::Uuid::nil()), "主管".to_owned());
        let adjustment = Adjustment { id, queue_id: queue_id(), span, change, reason: "直播".into(), author };
        adjusted(&forecast, &[adjustment]).queues[0].points.iter().map(|point| point.expected).collect()
    }

    #[test]
    fn a_window_is_set_added_to_and_scaled_in_the_models_shape() {
        let figures = [10.0, 20.0, 30.0, 40.0];
        assert_eq!(expected(figures, 30, 60, Change::Scale { factor: 1.5 }), [10.0, 30.0, 45.0, 40.0]);
        assert_eq!(expected(figures, 30, 60, Change::Set { inquiries: 100.0 }), [10.0, 40.0, 60.0, 40.0]);
        assert_eq!(expected(figures, 30, 60, Change::Add { inquiries: 25.0 }), [10.0, 30.0, 45.0, 40.0]);
        assert_eq!(expected(figures, 30, 60, Change::Add { inquiries: -80.0 }), [10.0, 0.0, 0.0, 40.0]);
    }

    #[test]
    fn a_window_that_cuts_a_step_changes_only_its_share() {
        assert_eq!(expected([10.0, 20.0, 30.0, 40.0], 15, 30, Change::Scale { factor: 2.0 }), [15.0, 30.0, 30.0, 40.0]);
        // Half of the window lies beyond the grid, and so does half of what it adds.
        assert_eq!(expected([10.0, 20.0, 30.0, 40.0], 90, 60, Change::Add { inquiries: 20.0 }), [10.0, 20.0, 30.0, 50.0]);
    }

    #[test]
    fn where_nothing_is_expected_a_figure_is_spread_evenly() {
        assert_eq!(expected([0.0; 4], 0, 60, Change::Set { inquiries: 30.0 }), [15.0, 15.0, 0.0, 0.0]);
    }
}

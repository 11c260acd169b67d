//! Volumes, forecasts and staffing requirements.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::{IntervalGrid, IntervalMinutes};
use super::fault::Faults;
use super::history::HistoryFault;
use super::ids::{BorrowedProfileId, QueueId, ShopId, TeamId};
use super::service::BindingGoal;

/// Inquiries that arrived in `[starts_at, starts_at + minutes)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VolumeRecord {
    /// The queue they waited in.
    pub queue_id: QueueId,
    /// Start of the recorded interval.
    pub starts_at: DateTime<Utc>,
    /// Length of the recorded interval; need not be a planning step.
    pub minutes: u32,
    /// How many.
    pub inquiries: f64,
    /// Average handling time of those, in seconds; `None` where the source does not say.
    pub aht_secs: Option<f64>,
}

/// Expected inquiries of one interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ForecastPoint {
    /// The mean.
    pub expected: f64,
    /// One time in twenty it is less.
    pub p05: f64,
    /// One time in ten it is less.
    pub p10: f64,
    /// As often less as more.
    pub p50: f64,
    /// One time in ten it is more.
    pub p90: f64,
    /// One time in twenty it is more.
    pub p95: f64,
    /// Expected handling time, in seconds; `None` where history does not record it.
    pub aht_secs: Option<f64>,
}

impl ForecastPoint {
    /// A figure that nothing is uncertain about.
    pub fn certain(expected: f64) -> Self {
        Self { expected, p05: expected, p10: expected, p50: expected, p90: expected, p95: expected, aht_secs: None }
    }

    /// The point with another expected figure: its quantiles keep their proportion to it.
    pub fn with_expected(&self, expected: f64) -> Self {
        if self.expected <= 0.0 {
            return Self { aht_secs: self.aht_secs, ..Self::certain(expected) };
        }
        let [p05, p10, p50, p90, p95] =
            [self.p05, self.p10, self.p50, self.p90, self.p95].map(|quantile| quantile * (expected / self.expected));
        Self { expected, p05, p10, p50, p90, p95, aht_secs: self.aht_secs }
    }
}

/// Expected inquiries of one queue, a point per step of the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueForecast {
    /// The queue.
    pub queue_id: QueueId,
    /// One point per step.
    pub points: Vec<ForecastPoint>,
    /// What a rolling backtest on the same history gave; `None` where there was too little to hold any back.
    pub backtest: Option<Backtest>,
    /// What is wrong with the history, and what was done about it.
    pub faults: Vec<HistoryFault>,
    /// The queue whose profile was borrowed, for one without a history of its own.
    pub borrowed_from: Option<QueueId>,
}

impl QueueForecast {
    /// A forecast of which only the figures are known.
    pub fn bare(queue_id: QueueId, points: Vec<ForecastPoint>) -> Self {
        Self { queue_id, points, backtest: None, faults: Vec::new(), borrowed_from: None }
    }
}

/// What forecasts are added up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum TotalOf {
    /// The queues of a shop.
    Shop(ShopId),
    /// The queues of a team.
    Team(TeamId),
}

/// Expected inquiries of several queues together, a point per step of the grid. Expected volumes add up; quantiles do not, and
/// come from what the sum missed on held-back weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TotalForecast {
    /// What was added up.
    pub of: TotalOf,
    /// One point per step.
    pub points: Vec<ForecastPoint>,
}

/// A planned figure of one day that drives volume: orders, visits or sales, in any one unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlanFigure {
    /// The local date.
    pub date: NaiveDate,
    /// What is planned for it, or was reached on it.
    pub figure: f64,
}

/// What a queue without history is forecast from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BorrowedProfile {
    /// Identity.
    pub id: BorrowedProfileId,
    /// The new queue.
    pub queue_id: QueueId,
    /// The queue whose week it is expected to look like.
    pub from: QueueId,
    /// Inquiries expected in an ordinary week.
    pub weekly_inquiries: f64,
}

impl BorrowedProfile {
    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        faults.expect(self.from != self.queue_id, "/from_queue_id", "must be another queue than the one that borrows");
        let weekly = self.weekly_inquiries;
        let fits = weekly > 0.0 && weekly <= 10_000_000.0;
        faults.expect(fits, "/weekly_inquiries", format!("must be above 0 and at most 10000000, got {weekly}"));
    }
}

/// The ways to forecast that compete for a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastModel {
    /// The same weekday of the last week.
    LastWeek,
    /// The mean of the last four same weekdays.
    MeanOfFour,
    /// The median of the last six same weekdays.
    MedianOfSix,
    /// Weekday profile × smoothed weekly level.
    ProfileLevel,
    /// Day total by exponential smoothing × intraday profile.
    DayTotal,
    /// Day total by MSTL and automatic exponential smoothing × intraday profile.
    MstlEts,
    /// Ridge regression of day totals on the calendar × intraday profile.
    Regression,
}

/// How one model did on the held-back weeks, and how much it says in the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ModelScore {
    /// Which.
    pub model: ForecastModel,
    /// Its error on the held-back weeks.
    pub wape: f64,
    /// Its share in the forecast, 0-1; the shares of all models add up to 1.
    pub weight: f64,
}

/// Forecast errors on held-back weeks. WAPE = Σ|forecast − actual| / Σ actual.
///
/// The first three figures of others are a spreadsheet's: they see the history as it is, holidays and all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Weeks held back, one after the other.
    pub weeks: u32,
    /// Of the forecast: models weighted by what each week's past knew of them.
    pub wape: f64,
    /// Of the same weekday of the week before.
    #[serde(default)]
    pub wape_last_week: f64,
    /// Of the mean of the last four same weekdays, the yardstick.
    pub wape_mean4: f64,
    /// Of the median of the last six same weekdays.
    #[serde(default)]
    pub wape_median6: f64,
    /// Share of actuals within P10-P90; 0.8 is right.
    pub p10_p90_share: f64,
    /// Inquiries in the held-back weeks: the weight when queues are summed.
    pub inquiries: f64,
    /// The models that competed, the best first.
    #[serde(default)]
    pub models: Vec<ModelScore>,
}

/// A forecast of some queues on one grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemandForecast {
    /// The steps.
    pub grid: IntervalGrid,
    /// By queue.
    pub queues: Vec<QueueForecast>,
    /// Of shops and teams.
    pub totals: Vec<TotalForecast>,
}

/// Staff that one queue needs in one interval, and the service it is expected to give.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RequirementPoint {
    /// Heads on seat that meet the service goal, the occupancy cap and minimum cover.
    pub on_seat: u32,
    /// Heads to roster so that after shrinkage that many are on seat.
    pub required: u32,
    /// Expected share answered within the threshold; `None` where no inquiry is expected.
    pub service_level: Option<f64>,
    /// Expected busy share of on-seat time; `None` without anyone on seat.
    pub occupancy: Option<f64>,
    /// Whether a peak window holds: its gaps are priced higher.
    pub is_peak: bool,
    /// What decides the heads on seat: the goal that one head fewer would miss; `None` where nobody is needed.
    pub binding: Option<BindingGoal>,
}

/// Staff that one queue needs, a point per step of the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueueRequirement {
    /// The queue.
    pub queue_id: QueueId,
    /// One point per step.
    pub points: Vec<RequirementPoint>,
}

/// Staff that some queues need on one grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffingRequirement {
    /// The steps.
    pub grid: IntervalGrid,
    /// By queue.
    pub queues: Vec<QueueRequirement>,
}

impl StaffingRequirement {
    /// The planning step.
    pub fn step(&self) -> IntervalMinutes {
        self.grid.step()
    }

    /// Agent-minutes required over all queues.
    pub fn agent_minutes(&self) -> f64 {
        let heads: u64 = self.queues.iter().flat_map(|queue| &queue.points).map(|point| u64::from(point.required)).sum();
        heads as f64 * f64::from(self.step().get())
    }
}

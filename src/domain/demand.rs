//! Volumes, forecasts and staffing requirements.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::{IntervalGrid, IntervalMinutes};
use super::ids::QueueId;
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
}

/// Expected inquiries of one interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ForecastPoint {
    /// The mean.
    pub expected: f64,
    /// One time in ten it is less.
    pub p10: f64,
    /// One time in ten it is more.
    pub p90: f64,
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
}

/// Forecast errors on held-back weeks. WAPE = Σ|forecast − actual| / Σ actual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Weeks held back, one after the other.
    pub weeks: u32,
    /// Of the model.
    pub wape: f64,
    /// Of the mean of the last four same weekdays, the yardstick.
    pub wape_mean4: f64,
    /// Share of actuals within P10-P90; 0.8 is right.
    pub p10_p90_share: f64,
    /// Inquiries in the held-back weeks: the weight when queues are summed.
    pub inquiries: f64,
}

/// A forecast of some queues on one grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemandForecast {
    /// The steps.
    pub grid: IntervalGrid,
    /// By queue.
    pub queues: Vec<QueueForecast>,
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

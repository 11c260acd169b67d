//! Runs: stored attempts to forecast, size or build.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Inquiry history → forecast.
    Forecast,
    /// Forecast → staffing requirement.
    Staffing,
    /// Staffing requirement → draft roster.
    Roster,
}

/// How far a run is. The last three are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// Its result is stored.
    Succeeded,
    /// Its problem is stored.
    Failed,
    /// Stopped on request; nothing is stored.
    Cancelled,
}

impl RunState {
    /// Whether the run can change no more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// What a run is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reading its inputs.
    Loading,
    /// Fitting and backtesting a forecast.
    Forecasting,
    /// Sizing intervals.
    Sizing,
    /// Looking for a first roster.
    Constructing,
    /// Improving the roster and its bound.
    Solving,
    /// Checking the roster against every rule.
    Checking,
    /// Storing the result.
    Storing,
}

/// A run's progress, as it is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is busy with.
    pub phase: Phase,
    /// Cost of the best roster so far.
    pub best_cost: Option<f64>,
    /// No roster costs less than this.
    pub bound: Option<f64>,
    /// Seconds since the run began.
    pub seconds: f64,
    /// When this was true.
    pub at: DateTime<Utc>,
}

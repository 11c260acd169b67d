//! Runs: stored attempts to forecast, size or build.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::IntervalMinutes;
use super::ids::{ForecastId, RequirementId, RosterId, RunId};
use super::rotation::RotationChoice;

/// What a run does, in the order in which one builds on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Waits for the runs of its teams, which are planned apart; no worker has it.
    Waiting,
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
    /// Waiting for the runs of its teams.
    Waiting,
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

/// What a run is asked to do beyond its kind, team and week. What is absent is taken from the latest of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunParams {
    /// The planning step of a forecast; what builds on it keeps it.
    pub interval_minutes: IntervalMinutes,
    /// How many weeks are planned together.
    pub weeks: u32,
    /// Whether each team directly below is planned by a run of its own.
    pub teams_apart: bool,
    /// The last step of the chain forecast → staffing → roster: each that succeeds starts the next until this one.
    pub through: Option<RunKind>,
    /// The forecast to size.
    pub forecast_id: Option<ForecastId>,
    /// The requirement to build for.
    pub requirement_id: Option<RequirementId>,
    /// The roster whose pinned assignments the new one keeps; of several weeks, with those that were planned with it.
    pub keep_pins_of: Option<RosterId>,
    /// The roster that the new one changes as little as possible.
    pub least_change_from: Option<RosterId>,
    /// How the team's rotation is used; as it was adopted if absent.
    pub rotation: Option<RotationChoice>,
    /// Seconds a build may take.
    pub time_limit_secs: Option<u32>,
    /// A build stops once (cost − bound) / cost is at most this.
    pub gap: Option<f64>,
}

impl Default for RunParams {
    fn default() -> Self {
        Self {
            interval_minutes: IntervalMinutes::HALF_HOUR,
            weeks: 1,
            teams_apart: false,
            through: None,
            forecast_id: None,
            requirement_id: None,
            keep_pins_of: None,
            least_change_from: None,
            rotation: None,
            time_limit_secs: None,
            gap: None,
        }
    }
}

impl RunKind {
    /// The step after this one in a chain that is to go on through `through`; `None` where it ends.
    pub fn next_of_chain(self, through: Option<Self>) -> Option<Self> {
        match self {
            _ if through.is_none_or(|last| last == self) => None,
            Self::Forecast => Some(Self::Staffing),
            Self::Staffing => Some(Self::Roster),
            Self::Roster => None,
        }
    }

    /// The step that such a chain ends with when it begins here.
    pub fn last_of_chain(self, through: Option<Self>) -> Self {
        self.next_of_chain(through).map_or(self, |next| next.last_of_chain(through))
    }
}

/// Why a run failed: what its user is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunProblem {
    /// Which problem: `/problems/<slug>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// What is wrong and what to do.
    pub detail: String,
}

impl RunProblem {
    /// A problem by its slug.
    pub fn new(slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self { kind: format!("/problems/{slug}"), title: title.to_owned(), detail: detail.into() }
    }

    /// Why a chain ends before its last step: another run of the next one is under way.
    pub fn step_under_way(step: RunKind, active: RunId) -> Self {
        let step = match step {
            RunKind::Forecast => "forecast",
            RunKind::Staffing => "staffing",
            RunKind::Roster => "roster",
        };
        let detail = format!(
            "its next step was under way already: {step} run {active} of the same team and week, which may have begun with older \
             figures; wait for that run or cancel it, then start a {step} run again"
        );
        Self::new("run-already-active", "Run already active", detail)
    }
}

//! Alerts: something that went wrong, with its cause and its owner, until it is verified gone.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::figure::DailyWindow;
use super::ids::{AgentId, AlertId, ShopId, TeamId};

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A figure of a team.
    Figure,
    /// A shop's standing against a rule of its platform.
    Compliance,
    /// Gaps of published rosters.
    Coverage,
    /// Agents on shift of whom nothing was recorded.
    MissingRegisters,
}

impl AlertKind {
    /// Whether silence means that it is over: a date that has passed has no gap any more, a month that has ended no outlook. A
    /// figure without data has not become better.
    pub fn lapses(self) -> bool {
        self != Self::Figure
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// To be dealt with today.
    Warning,
    /// To be dealt with at once: quiet hours do not hold it back.
    Critical,
}

/// On which side of its edge a value is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadSide {
    /// Larger is bad.
    Above,
    /// Smaller is bad.
    Below,
}

/// When an alert opens, and when it is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Short name, unique.
    pub code: String,
    /// What is watched.
    pub kind: AlertKind,
    /// How much it matters.
    pub severity: Severity,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// For a figure, which: one that is shipped.
    #[serde(default)]
    pub figure: Option<String>,
    /// For a figure, over how many days up to today, 1-92.
    #[serde(default)]
    pub days: Option<u32>,
    /// For a figure, the least that must have been counted, so that noise opens nothing.
    #[serde(default)]
    pub min_counted: f64,
    /// On which side a value is bad.
    pub bad_side: BadSide,
    /// Beyond this edge an alert opens.
    pub open_at: f64,
    /// Not until it is back at this edge does a check count as clear; between the two nothing changes.
    pub clear_at: f64,
    /// So many clear checks in a row end it, 1-100.
    pub clear_checks: u32,
    /// When nothing opens, by the clocks of the site; an end before its start is on the next day.
    #[serde(default)]
    pub quiet: Option<DailyWindow>,
    /// Whether it is watched at all.
    pub is_enabled: bool,
    /// Who answers for its alerts; absent for the leader of each team.
    #[serde(default)]
    pub owner_id: Option<AgentId>,
}

impl AlertRule {
    /// Whether the value opens an alert.
    pub fn is_bad(&self, value: f64) -> bool {
        match self.bad_side {
            BadSide::Above => value > self.open_at,
            BadSide::Below => value < self.open_at,
        }
    }

    /// Whether the value counts as clear.
    pub fn is_clear(&self, value: f64) -> bool {
        match self.bad_side {
            BadSide::Above => value <= self.clear_at,
            BadSide::Below => value >= self.clear_at,
        }
    }

    /// Whether one value is worse than the other.
    pub fn is_worse(&self, value: f64, other: f64) -> bool {
        match self.bad_side {
            BadSide::Above => value > other,
            BadSide::Below => value < other,
        }
    }

    /// Whether nothing opens at that minute after local midnight.
    pub fn is_quiet_at(&self, minute: u32) -> bool {
        self.severity != Severity::Critical
            && self.quiet.is_some_and(|DailyWindow { start_minute, end_minute }| match start_minute <= end_minute {
                true => (start_minute..end_minute).contains(&minute),
                false => minute >= start_minute || minute < end_minute,
            })
    }

    /// Adds what is wrong with what users may change.
    pub fn check(&self, faults: &mut Faults) {
        faults.expect(self.open_at.is_finite() && self.clear_at.is_finite(), "/open_at", "edges must be plain numbers");
        let is_outside = match self.bad_side {
            BadSide::Above => self.clear_at <= self.open_at,
            BadSide::Below => self.clear_at >= self.open_at,
        };
        let detail = format!("must not be on the bad side of open_at, {}: an alert would end where it opens", self.open_at);
        faults.expect(is_outside, "/clear_at", detail);
        faults.expect((1..=100).contains(&self.clear_checks), "/clear_checks", "must be 1 to 100");
        faults.expect(self.min_counted >= 0.0 && self.min_counted.is_finite(), "/min_counted", "must be 0 or more");
        if let Some(DailyWindow { start_minute, end_minute }) = self.quiet {
            let fits = start_minute < 1440 && end_minute <= 1440 && start_minute != end_minute;
            faults.expect(fits, "/quiet", "must be two different minutes after midnight, 0-1439 and 0-1440");
        }
    }
}

/// How far an alert has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has taken it up.
    Open,
    /// Somebody has.
    Acknowledged,
    /// It is dealt with, somebody or the watch says.
    Resolved,
    /// It is gone: the watch saw it, or somebody answers for it.
    Verified,
}

impl AlertState {
    /// As the wire has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
            Self::Verified => "verified",
        }
    }
}

/// Who took a step, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Display name; `clock` for the watch.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said.
    pub note: String,
}

/// What was seen wrong, or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// What it is about, within its rule: one subject has one alert at a time.
    pub subject: String,
    /// The team it concerns: decides who may see it.
    pub team_id: TeamId,
    /// The shop, where it is about one.
    pub shop_id: Option<ShopId>,
    /// Who answers for it: the team's leader, where it has one.
    pub owner_id: Option<AgentId>,
    /// Minute after midnight at the site.
    pub local_minute: u32,
    /// The value that is held against the edges.
    pub value: f64,
    /// The cause in words, in Chinese.
    pub cause_zh: String,
    /// The cause in words, in English.
    pub cause_en: String,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Identity.
    pub id: AlertId,
    /// The rule that opened it.
    pub rule_code: String,
    /// What is watched.
    pub kind: AlertKind,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub subject: String,
    /// The team it concerns.
    pub team_id: TeamId,
    /// The shop, where it is about one.
    pub shop_id: Option<ShopId>,
    /// Who answers for it.
    pub owner_id: Option<AgentId>,
    /// The cause in words, in Chinese.
    pub cause_zh: String,
    /// The cause in words, in English.
    pub cause_en: String,
    /// The value last seen.
    pub value: f64,
    /// The worst value seen.
    pub worst: f64,
    /// The edge it went beyond.
    pub open_at: f64,
    /// How far it has come.
    pub state: AlertState,
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// When it was last seen bad.
    pub last_bad_at: DateTime<Utc>,
    /// How many checks saw it bad.
    pub occurrences: u32,
    /// How often it came back after it was said to be dealt with.
    pub reopened: u32,
    /// Clear checks in a row.
    pub clear_checks: u32,
    /// Who took it up.
    pub acknowledged: Option<Mark>,
    /// Who said it is dealt with.
    pub resolved: Option<Mark>,
    /// Who saw it gone.
    pub verified: Option<Mark>,
}

//! Platform rules: what a platform asks of a shop's service, as dated data with a source.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::figure::{ClockStart, DailyWindow, Direction, FigureUnit};
use super::ids::ComplianceRuleId;
use super::organisation::Platform;

/// A share in whole ten-thousandths, so that limits are met or missed exactly: 0.06 has no exact binary fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Target(u32);

/// The number is no target.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("must be a share from 0 to 1 with at most four decimals, such as 0.8 for 80 %, got {0}")]
pub struct TargetError(pub f64);

impl Target {
    /// Parts of a whole.
    pub const WHOLE: i64 = 10_000;

    /// Checks the range and that nothing would be rounded away.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn new(share: f64) -> Result<Self, TargetError> {
        let parts = share * Self::WHOLE as f64;
        let is_whole = (parts - parts.round()).abs() < 1e-6;
        if (0.0..=1.0).contains(&share) && is_whole { Ok(Self(parts.round() as u32)) } else { Err(TargetError(share)) }
    }

    /// The share, 0-1.
    pub fn get(self) -> f64 {
        f64::from(self.0) / Self::WHOLE as f64
    }

    /// How many ten-thousandths.
    pub fn parts(self) -> i64 {
        self.0.into()
    }
}

impl TryFrom<f64> for Target {
    type Error = TargetError;

    fn try_from(share: f64) -> Result<Self, TargetError> {
        Self::new(share)
    }
}

impl From<Target> for f64 {
    fn from(target: Target) -> Self {
        target.get()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", f64::from(self.0) / 100.0)
    }
}

/// The stretch of days over which a platform judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompliancePeriod {
    /// From the first of the month to its last day.
    CalendarMonth,
    /// Today and the 29 days before.
    Last30Days,
}

/// A platform's rule as written in the data file. Fields that only say how the platform counts are there to be read: the
/// counts come from the platform's own export, and are not counted again here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplianceRule {
    /// Short name, unique: `kuaishou_good_review_rate`.
    pub code: String,
    /// Whose rule.
    pub platforms: Vec<Platform>,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// The shipped figure whose sums it is judged by; its own code where it counts by itself.
    pub figure: String,
    /// What it counts, where no figure does: an expression over measures.
    #[serde(default)]
    pub numerator: Option<String>,
    /// And of what.
    #[serde(default)]
    pub denominator: Option<String>,
    /// What is counted.
    pub unit: FigureUnit,
    /// When the clock starts, for speed.
    #[serde(default)]
    pub clock_start: Option<ClockStart>,
    /// In how many seconds.
    #[serde(default)]
    pub limit_secs: Option<u32>,
    /// The part of the day that is judged; absent for all day.
    #[serde(default)]
    pub window: Option<DailyWindow>,
    /// Whether answers of a robot do not count.
    #[serde(default)]
    pub human_only: bool,
    /// The most one wait counts for, seconds.
    #[serde(default)]
    pub cap_secs: Option<u32>,
    /// What the platform counts that one might not expect.
    #[serde(default)]
    pub inclusions: Vec<String>,
    /// What it leaves out.
    #[serde(default)]
    pub exclusions: Vec<String>,
    /// Which way is better.
    pub direction: Direction,
    /// The limit; absent where no public source names one.
    #[serde(default)]
    pub target: Option<Target>,
    /// Over which days.
    pub period: CompliancePeriod,
    /// The first day it holds, where known.
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    /// The last day it holds; absent while it does.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// Where it was read.
    pub source: String,
    /// What else is worth knowing.
    #[serde(default)]
    pub note: String,
    /// Whether nobody has checked it against the platform's own text yet.
    pub needs_confirmation: bool,
}

impl ComplianceRule {
    /// Whether it holds on a date.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.effective_from.is_none_or(|from| from <= date) && self.effective_to.is_none_or(|to| date <= to)
    }
}

/// A rule that users entered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnRule {
    /// Identity.
    pub id: ComplianceRuleId,
    /// The rule.
    pub rule: ComplianceRule,
}

impl OwnRule {
    /// Whether both hold on some day for the same code.
    pub fn rivals(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, next: &Self| {
            one.rule.effective_to.is_some_and(|to| next.rule.effective_from.is_some_and(|from| to < from))
        };
        self.id != other.id && self.rule.code == other.rule.code && !ends_before(self, other) && !ends_before(other, self)
    }
}

/// A user's word on a rule: it holds, with this limit. The latest one counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Which rule.
    pub code: String,
    /// The limit as it is now; `None` where the platform names none.
    pub target: Option<Target>,
    /// Where it was read.
    pub source: String,
    /// What else is worth knowing.
    pub note: String,
    /// Who said so.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A rule with what a user made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInForce {
    /// The rule, with the limit and source of the confirmation where there is one.
    pub rule: ComplianceRule,
    /// The latest confirmation.
    pub confirmation: Option<Confirmation>,
}

impl RuleInForce {
    /// Lays the latest confirmation of a rule over it.
    pub fn of(mut rule: ComplianceRule, confirmation: Option<Confirmation>) -> Self {
        if let Some(confirmation) = &confirmation {
            rule.target = confirmation.target;
            rule.source.clone_from(&confirmation.source);
            rule.needs_confirmation = false;
        }
        Self { rule, confirmation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_share_of_whole_ten_thousandths() {
        assert_eq!(Target::new(0.06).unwrap().parts(), 600);
        assert_eq!(Target::new(0.9999).unwrap().get(), 0.9999);
        for share in [80.0, -0.1, 0.123_456, f64::NAN] {
            assert!(Target::new(share).is_err(), "{share}");
        }
        assert_eq!(serde_json::to_string(&Target::new(0.8).unwrap()).unwrap(), "0.8");
        assert_eq!(Target::new(0.06).unwrap().to_string(), "6 %");
    }
}

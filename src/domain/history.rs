//! What is wrong with a queue's history, and what its owner says about that.

use serde::{Deserialize, Serialize};

use super::calendar::Interval;
use super::fault::Faults;
use super::ids::{HistoryOverruleId, QueueId};

/// What a stretch of history suffers from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// No rows where the weeks around it have them.
    Gap,
    /// Rows that say next to nothing where the weeks around them are busy.
    Outage,
    /// Rows that overlap, so that inquiries were counted twice.
    Duplicate,
    /// Far more than the weeks around it, once.
    Surge,
}

/// What the forecast did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultTreatment {
    /// The stretch was left out of what the forecast learns from.
    LeftOut,
    /// Overlapping rows count at the rate that they have on average.
    Averaged,
    /// It was kept as it is, because an overrule says that it is right.
    Kept,
}

/// A stretch of history that is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HistoryFault {
    /// What it suffers from.
    pub kind: FaultKind,
    /// From when to when.
    pub span: Interval,
    /// Inquiries that its rows say.
    pub found: f64,
    /// Inquiries that the weeks around it would suggest.
    pub usual: f64,
    /// What the forecast did about it.
    pub treatment: FaultTreatment,
}

/// What is to be done with a stretch of history, whatever the forecast finds in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is right as it is.
    Keep,
    /// It says nothing about the weeks to come.
    LeaveOut,
}

/// A user's word on a stretch of a queue's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryOverrule {
    /// Identity.
    pub id: HistoryOverruleId,
    /// The queue.
    pub queue_id: QueueId,
    /// From when to when.
    pub span: Interval,
    /// What is to be done with it.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who said so, or changed it last.
    pub author: String,
}

impl HistoryOverrule {
    /// Adds what is wrong with it.
    pub fn check(&self, faults: &mut Faults) {
        let minutes = self.span.minutes();
        faults.expect((1..=LONGEST).contains(&minutes), "/ends_at", "must be after starts_at, by two years at most");
        let said = self.reason.trim().chars().count();
        faults.expect((1..=500).contains(&said), "/reason", "must say why, in 1 to 500 characters");
    }
}

/// The longest stretch, in minutes: two years.
const LONGEST: i64 = 731 * 24 * 60;

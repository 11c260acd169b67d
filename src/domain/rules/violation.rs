//! The rules by name, how binding they are, and how a breach is told.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{AgentId, QueueId};

/// Every rule by name. `solver/MODEL.md` formulates each under the same label; `checker/` has its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleId {
    /// At most one shift a day.
    OneShiftPerDay,
    /// The assignment is a template of the site on a date of the week, to a known agent and queue.
    KnownShift,
    /// The agent can serve the queue.
    Skill,
    /// The agent is employed on the date.
    Employment,
    /// The shift lies within the agent's availability.
    Availability,
    /// No shift overlaps leave.
    Leave,
    /// Paid minutes stay within what the contract allows.
    WeeklyHours,
    /// Not more days in a row than allowed, those before the week included; nor fewer, worked or off.
    ConsecutiveDays,
    /// The week keeps its rest days.
    WeeklyRest,
    /// Enough time between the end of one shift and the start of the next.
    MinimumRest,
    /// On consecutive days the start of work differs by no more than allowed.
    StableStart,
    /// On consecutive days work does not start earlier than the day before by more than allowed.
    ForwardRotation,
    /// Not more late shifts in the week than allowed.
    LateShifts,
    /// Not more weekends with a shift, of those planned together, than allowed.
    Weekends,
    /// Not more shifts of one template than allowed.
    ShiftsOfKind,
    /// Every break of a shift is at one of the places that its window has.
    BreakWindow,
    /// No shift is longer than labour law allows.
    DailyHours,
    /// Who is protected works no nights and no overtime.
    Protection,
    /// Overtime stays within what the month has left.
    Overtime,
    /// A pinned assignment stays as it is.
    Pin,
    /// Heads required inside a peak window are there.
    PeakCoverage,
    /// Heads required are there.
    Coverage,
    /// Of those on shift on a queue, not too many are on a break at once.
    BreakShare,
    /// A leader is on duty where asked.
    LeaderOnDuty,
    /// Of a group, enough agents work on each day.
    GroupOnDuty,
    /// Of a group, no two work the same shift of a day.
    Apart,
    /// The agents of a group work the shifts of its first.
    Together,
    /// Nobody of a group works a shift without one of its mentors.
    MentorOnDuty,
    /// Paid minutes reach the contract's minimum.
    MinimumHours,
    /// Late shifts are spread evenly over full-time agents.
    LateSpread,
    /// Weekend days worked are spread evenly over full-time agents.
    WeekendSpread,
    /// Hours that are paid at a premium are few.
    Premium,
    /// What an agent works on a day is what the roster to stay close to says.
    LeastChange,
    /// What an agent works on a day is what the team's rotation gives.
    Rotation,
    /// A wish is honoured.
    Wish,
    /// No more heads than required.
    Overcover,
}

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Never broken by the solver; an edit that breaks it is refused.
    Hard,
    /// Priced by the solver; an edit that breaks it is warned of.
    Soft,
}

impl RuleId {
    /// Its label, as on the wire and in MODEL.md.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneShiftPerDay => "one-shift-per-day",
            Self::KnownShift => "known-shift",
            Self::Skill => "skill",
            Self::Employment => "employment",
            Self::Availability => "availability",
            Self::Leave => "leave",
            Self::WeeklyHours => "weekly-hours",
            Self::ConsecutiveDays => "consecutive-days",
            Self::WeeklyRest => "weekly-rest",
            Self::MinimumRest => "minimum-rest",
            Self::StableStart => "stable-start",
            Self::ForwardRotation => "forward-rotation",
            Self::LateShifts => "late-shifts",
            Self::Weekends => "weekends",
            Self::ShiftsOfKind => "shifts-of-kind",
            Self::BreakWindow => "break-window",
            Self::DailyHours => "daily-hours",
            Self::Protection => "protection",
            Self::Overtime => "overtime",
            Self::Pin => "pin",
            Self::PeakCoverage => "peak-coverage",
            Self::Coverage => "coverage",
            Self::BreakShare => "break-share",
            Self::LeaderOnDuty => "leader-on-duty",
            Self::GroupOnDuty => "group-on-duty",
            Self::Apart => "apart",
            Self::Together => "together",
            Self::MentorOnDuty => "mentor-on-duty",
            Self::MinimumHours => "minimum-hours",
            Self::LateSpread => "late-spread",
            Self::WeekendSpread => "weekend-spread",
            Self::Premium => "premium",
            Self::LeastChange => "least-change",
            Self::Rotation => "rotation",
            Self::Wish => "wish",
            Self::Overcover => "overcover",
        }
    }

    /// How binding the rule is.
    pub fn severity(self) -> Severity {
        match self {
            Self::OneShiftPerDay
            | Self::KnownShift
            | Self::Skill
            | Self::Employment
            | Self::Availability
            | Self::Leave
            | Self::WeeklyHours
            | Self::ConsecutiveDays
            | Self::WeeklyRest
            | Self::MinimumRest
            | Self::StableStart
            | Self::ForwardRotation
            | Self::LateShifts
            | Self::Weekends
            | Self::ShiftsOfKind
            | Self::BreakWindow
            | Self::DailyHours
            | Self::Protection
            | Self::Overtime
            | Self::Pin => Severity::Hard,
            Self::PeakCoverage
            | Self::Coverage
            | Self::BreakShare
            | Self::LeaderOnDuty
            | Self::GroupOnDuty
            | Self::Apart
            | Self::Together
            | Self::MentorOnDuty
            | Self::MinimumHours
            | Self::LateSpread
            | Self::WeekendSpread
            | Self::Premium
            | Self::LeastChange
            | Self::Rotation
            | Self::Wish
            | Self::Overcover => Severity::Soft,
        }
    }
}

/// A rule that a roster breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Which rule.
    pub rule: RuleId,
    /// Hard or soft.
    pub severity: Severity,
    /// Whose, where it concerns one agent.
    pub agent_id: Option<AgentId>,
    /// On which queue, where it concerns one queue.
    pub queue_id: Option<QueueId>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What was found, in the rule's unit (minutes, days, shifts).
    pub figure: f64,
    /// What is allowed, in the same unit.
    pub limit: f64,
    /// What is wrong, in words: names the agent and the date.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_what_the_wire_carries() {
        assert_eq!(serde_json::to_value(RuleId::OneShiftPerDay).unwrap(), RuleId::OneShiftPerDay.as_str());
        assert_eq!(serde_json::to_value(RuleId::Overcover).unwrap(), RuleId::Overcover.as_str());
    }
}

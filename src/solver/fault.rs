//! What can go wrong before and during a solve.

use std::time::Duration;

use chrono::NaiveDate;

use super::problem::AgentSpec;
use crate::domain::ids::AgentId;
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::RuleId;

/// Inputs that no roster can satisfy, or that are no roster problem at all. All faults at once.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the hard rules and pins cannot hold together: {}", list(.faults))]
pub struct ProblemError {
    /// What is wrong, in the order it was found.
    pub faults: Vec<ProblemFault>,
}

/// One fault of a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemFault {
    /// The hard rule that cannot hold; `None` for a malformed problem.
    pub rule: Option<RuleId>,
    /// For whom.
    pub agent_id: Option<AgentId>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What is wrong and what to do, in words.
    pub detail: String,
}

fn list(faults: &[ProblemFault]) -> String {
    faults.iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join("; ")
}

impl ProblemFault {
    /// The problem itself is malformed.
    pub(super) fn of_problem(what: &str) -> Self {
        Self { rule: None, agent_id: None, date: None, detail: what.to_owned() }
    }

    /// A pin names an agent, shift, date or queue that the week does not have.
    pub(super) fn unknown_pin(input: &PlanningInput, pin: &Assignment) -> Self {
        let name = input.agent(pin.agent_id).map_or_else(|| pin.agent_id.to_string(), |agent| agent.name.clone());
        let detail =
            format!("{name} on {}: the pin names an agent, shift, date or queue the week does not have; unpin it", pin.date);
        Self { rule: Some(RuleId::KnownShift), agent_id: Some(pin.agent_id), date: Some(pin.date), detail }
    }

    /// An agent's pins break a rule.
    pub(super) fn of_pin(agent: &AgentSpec, rule: RuleId, date: NaiveDate) -> Self {
        let what = match rule {
            RuleId::OneShiftPerDay => "another pin falls on the same day",
            RuleId::Skill => "the pin is on a queue the agent has no skill for",
            RuleId::Employment => "the pin is outside the employment",
            RuleId::Availability => "the pin is outside the availability",
            RuleId::Leave => "the pin overlaps leave",
            RuleId::WeeklyHours => "with it the pins exceed the contract's weekly maximum",
            RuleId::ConsecutiveDays => "with it the pins make too many days in a row, or leave no room for enough",
            RuleId::WeeklyRest => "with it the pins leave too few rest days",
            RuleId::MinimumRest => "the pin leaves too little rest beside another",
            RuleId::StableStart => "the pin starts at another time of day than the shift beside it allows",
            RuleId::ForwardRotation => "the pin starts earlier by the clock than the shift of the day before allows",
            RuleId::LateShifts => "with it the pins make too many late shifts",
            RuleId::Weekends => "with it the pins fall on too many weekends",
            RuleId::ShiftsOfKind => "with it the pins make too many shifts of one template",
            _ => "the pin names something unknown",
        };
        let detail = format!("{} on {date}: {what}; unpin it or change what forbids it", agent.name);
        Self { rule: Some(rule), agent_id: Some(agent.id), date: Some(date), detail }
    }
}

/// Why a solve gave no roster.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// The limit passed before a first roster stood.
    #[error("no roster within {} s; raise the time limit", .limit.as_secs_f64())]
    NoRosterInTime {
        /// The limit given.
        limit: Duration,
    },
    /// Stopped on request.
    #[error("the run was cancelled")]
    Cancelled,
}

//! What can go wrong before and during a solve.

use std::time::Duration;

use chrono::NaiveDate;

use super::explain::Contradiction;
use super::problem::RosterProblem;
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
    /// When, where it concerns a date; the last of several.
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

    /// A pin has its breaks where the shift may have none.
    pub(super) fn misplaced_breaks(input: &PlanningInput, pin: &Assignment) -> Self {
        let name = input.agent(pin.agent_id).map_or_else(|| pin.agent_id.to_string(), |agent| agent.name.clone());
        let detail =
            format!("{name} on {}: the pin has a break outside the window that the shift has for it; move it or unpin", pin.date);
        Self { rule: Some(RuleId::BreakWindow), agent_id: Some(pin.agent_id), date: Some(pin.date), detail }
    }

    /// An agent's pins break a rule.
    pub(super) fn of_pins(problem: &RosterProblem, contradiction: &Contradiction) -> Self {
        Self {
            rule: Some(contradiction.rule),
            agent_id: Some(problem.agents[contradiction.agent].id),
            date: contradiction.dates(problem).last().copied(),
            detail: contradiction.sentence(problem),
        }
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

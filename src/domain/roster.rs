//! Rosters: all assignments of one team's planning week.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, AssignmentId, QueueId, ShiftTemplateId};
use super::rules::RuleId;

/// A roster's life: draft → published → archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterStatus {
    /// May be edited; seen by planners only.
    Draft,
    /// What the team works by; never edited, only replaced.
    Published,
    /// Replaced or dropped; kept for the record.
    Archived,
}

/// One agent on one shift, on one queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Identity; stays with the assignment through edits and re-opened drafts, so that calendars can follow it.
    pub id: AssignmentId,
    /// Who.
    pub agent_id: AgentId,
    /// The local date the shift begins on.
    pub date: NaiveDate,
    /// Which shift.
    pub shift_template_id: ShiftTemplateId,
    /// On which queue for the whole shift.
    pub queue_id: QueueId,
    /// Where each break of the shift is put, in elapsed minutes from its start.
    pub break_offsets: Vec<u32>,
    /// Whether a new build must keep it.
    pub is_pinned: bool,
}

/// Cost of a roster by soft rule; only rules that cost something are listed, dearest first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RuleCost {
    /// Which rule.
    pub rule: RuleId,
    /// In the unit of the team's cost weights.
    pub cost: f64,
}

impl RuleCost {
    /// Adds up by rule; rules that come to nothing are left out, the dearest comes first.
    pub fn summed(costs: impl Iterator<Item = (RuleId, f64)>) -> Vec<Self> {
        let mut by_rule: BTreeMap<RuleId, f64> = BTreeMap::new();
        costs.for_each(|(rule, cost)| *by_rule.entry(rule).or_default() += cost);
        let mut summed: Vec<Self> =
            by_rule.into_iter().filter(|(_, cost)| cost.abs() > 1e-9).map(|(rule, cost)| Self { rule, cost }).collect();
        summed.sort_by(|left, right| right.cost.total_cmp(&left.cost));
        summed
    }
}

/// What a build states about the roster it made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterScore {
    /// Total price of broken soft rules.
    pub cost: f64,
    /// No roster costs less than this.
    pub bound: f64,
    /// (cost − bound) / cost; 0 when proven optimal.
    pub gap: f64,
    /// The cost by rule.
    pub by_rule: Vec<RuleCost>,
    /// Seconds the solver ran.
    pub seconds: f64,
}

/// Something that the inputs ask for and no roster can give. The rest of the team gets its roster all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The rule that stands in the way.
    pub rule: RuleId,
    /// Whose, where it concerns one agent.
    pub agent_id: Option<AgentId>,
    /// On which queue, where it concerns one queue.
    pub queue_id: Option<QueueId>,
    /// When, where it concerns one date.
    pub date: Option<NaiveDate>,
    /// What is wrong and what to do, in words.
    pub detail: String,
}

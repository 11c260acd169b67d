//! Proposals for the figures that planning reckons with, read from what was counted: a planner accepts or refuses each.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::alert::Mark;
use super::cause::Evidence;
use super::ids::{AgentId, PlanningProposalId, QueueId, TeamId};
use super::service::Turns;

/// Which figure it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// An agent's proficiency on a queue.
    Proficiency,
    /// The handling time of a queue's chats, held alone, with the work of its turns.
    HandlingTime,
    /// Chats that an agent of a queue holds at once.
    ChatsAtOnce,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has decided.
    Open,
    /// It is in force since.
    Accepted,
    /// It is not wanted.
    Refused,
    /// Later figures say otherwise, or the value was changed by hand.
    Withdrawn,
}

/// What the work on a reply was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaceBasis {
    /// Reply times, and how many chats were held meanwhile.
    ReplyWork,
    /// Reply times alone: all are taken to hold as many chats as the queue allows.
    ReplyTimes,
}

/// Whether quality allows a proficiency above 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualityGate {
    /// Enough was counted, and nothing of it is weak.
    Passed,
    /// A figure of quality is weaker than the others' by more than chance.
    Weak,
    /// Too little was counted to say.
    Unproven,
}

/// An agent's pace beside the team's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PaceAgainstTeam {
    /// Agents of the team whose pace on the queue was read.
    pub agents: u32,
    /// Seconds of the team's work on a reply, in the same parts of the week.
    pub reply_work_secs: f64,
    /// The team's work by the agent's.
    pub speed: f64,
    /// How much of that counts, 0-1: the rest is the team's mean.
    pub weight: f64,
    /// What is left of the speed: the proposal before quality, limits and rounding.
    pub shrunk_speed: f64,
    /// What quality says.
    pub quality: QualityGate,
}

/// What a proposal was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProposalEvidence {
    /// First local date.
    pub from: NaiveDate,
    /// Last one.
    pub until: NaiveDate,
    /// What the work on a reply was read from; `None` where it was not.
    pub basis: Option<PaceBasis>,
    /// Agents' days with any of it.
    pub days: u32,
    /// Chats counted.
    pub chats: f64,
    /// Replies counted.
    pub replies: f64,
    /// Seconds to a reply, on average.
    pub average_reply_secs: Option<f64>,
    /// Seconds of work on a reply.
    pub reply_work_secs: Option<f64>,
    /// Chats held at once, on average.
    pub chats_at_once: Option<f64>,
    /// Chats held at once in the busiest twentieth of the time on seat, at least.
    pub busiest_chats_at_once: Option<f64>,
    /// For a proficiency, the team's pace.
    pub team: Option<PaceAgainstTeam>,
    /// For a proficiency, figures of quality against the others of the team.
    pub quality: Vec<Evidence>,
}

/// A figure for planning that was measured, and is not yet in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanningProposal {
    /// Identity.
    pub id: PlanningProposalId,
    /// The agent's team, or the queue's: decides who may see it.
    pub team_id: TeamId,
    /// Which figure.
    pub kind: ProposalKind,
    /// Whose; `None` for a figure of the queue.
    pub agent_id: Option<AgentId>,
    /// On which queue.
    pub queue_id: QueueId,
    /// The figure in force when it was made: a proficiency, seconds, or chats.
    pub present: f64,
    /// The figure proposed.
    pub proposed: f64,
    /// With a handling time, the work of a turn.
    pub turns: Option<Turns>,
    /// What it was read from.
    pub evidence: ProposalEvidence,
    /// How far it has come.
    pub state: ProposalState,
    /// Who decided.
    pub decided: Option<Mark>,
}

impl PlanningProposal {
    /// What it is about: a subject has one open proposal.
    pub fn subject(&self) -> (ProposalKind, QueueId, Option<AgentId>) {
        (self.kind, self.queue_id, self.agent_id)
    }

    /// Whether it proposes what a refused one of the same subject did, from days of which some are the same.
    pub fn repeats(&self, refused: &Self) -> bool {
        refused.state == ProposalState::Refused
            && self.subject() == refused.subject()
            && self.proposed == refused.proposed
            && self.evidence.from <= refused.evidence.until
    }
}

//! Causes: why an agent's figure is weak, and what is done about it until the figure says it is over.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::alert::Mark;
use super::ids::{AgentId, CauseId, TeamId};

/// What kind of cause it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseClass {
    /// Does not know the products, the common questions or the flow: 知识.
    Knowledge,
    /// Knows, and cannot do it well yet: sales sense, answering, warmth: 能力.
    Ability,
    /// Could, and does not: idle, away from the post, brushing customers off: 态度.
    Attitude,
}

/// How far a cause has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseState {
    /// Read off the figures; nobody has looked at it.
    Proposed,
    /// A leader confirmed or changed its class, and actions run.
    Confirmed,
    /// A check found the figure weak no longer.
    Closed,
}

/// A figure that speaks for or against a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Short name of the figure.
    pub figure: String,
    /// The agent's value.
    pub value: f64,
    /// What was counted of the agent.
    pub of: f64,
    /// The value of the others in the team.
    pub others: f64,
    /// Whether the agent's is weaker by more than chance.
    pub is_weak: bool,
}

/// Something to be done about a cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CauseAction {
    /// Short name of the action.
    pub code: String,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// Who does it: the agent, or whoever leads them.
    pub owner_id: AgentId,
    /// Until when.
    pub due_on: NaiveDate,
    /// Who said it is done: that alone ends nothing.
    pub done: Option<Mark>,
}

/// The figure read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CauseCheck {
    /// On which local date.
    pub on: NaiveDate,
    /// What it said; `None` where too little was counted to say anything.
    pub found: Option<Evidence>,
}

/// Why an agent's figure is weak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// Identity.
    pub id: CauseId,
    /// Whose figure.
    pub agent_id: AgentId,
    /// The agent's team.
    pub team_id: TeamId,
    /// Which figure.
    pub figure: String,
    /// First local date it was read over.
    pub from: NaiveDate,
    /// Last one.
    pub until: NaiveDate,
    /// What the rule table makes of it.
    pub proposed_class: CauseClass,
    /// The class that counts: the leader's, once there is one.
    pub class: CauseClass,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
    /// The figures that led there.
    pub evidence: Vec<Evidence>,
    /// How far it has come.
    pub state: CauseState,
    /// Who decided on the class.
    pub decided: Option<Mark>,
    /// What is done about it.
    pub actions: Vec<CauseAction>,
    /// When the figure is read again; `None` before a leader decided, and once it is closed.
    pub check_on: Option<NaiveDate>,
    /// The times it was read again.
    pub checks: Vec<CauseCheck>,
}

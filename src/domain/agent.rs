//! Agents: the people who answer chats.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, QueueId, TeamId};
use super::organisation::WeeklyWindow;
use super::quantity::Proficiency;

/// What an agent is employed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// 客服主管
    Supervisor,
    /// 组长
    TeamLeader,
    /// 售前客服
    PresaleAgent,
    /// 售后客服
    AftersaleAgent,
    /// 技术支持
    TechnicalSupport,
}

impl Post {
    /// Whether the post counts as a leader on duty.
    pub fn leads(self) -> bool {
        matches!(self, Self::Supervisor | Self::TeamLeader)
    }
}

/// How much an agent works in a week. Paid minutes: shift length less unpaid breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Paid minutes that the agent is owed; missing ones are priced. Leave reduces it day by day.
    pub min_weekly_minutes: u32,
    /// Paid minutes that are never exceeded.
    pub max_weekly_minutes: u32,
    /// Whether the agent counts in the even spread of late and weekend shifts.
    pub is_full_time: bool,
}

/// A queue that an agent can serve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// The queue.
    pub queue_id: QueueId,
    /// How much of a fully trained agent's work: a 0.7 agent covers 0.7.
    pub proficiency: Proficiency,
}

/// A person who answers chats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// Identity.
    pub id: AgentId,
    /// The team the agent belongs to.
    pub team_id: TeamId,
    /// Staff number, unique: imports find an agent by it.
    pub staff_number: String,
    /// Display name.
    pub name: String,
    /// What the agent is employed as.
    pub post: Post,
    /// Weekly working time.
    pub contract: Contract,
    /// Queues the agent can serve.
    pub skills: Vec<Skill>,
    /// First day of employment.
    pub employed_from: NaiveDate,
    /// Last day of employment, if known.
    pub employed_until: Option<NaiveDate>,
    /// When the agent can work; empty means at any time. A shift must lie within one window.
    pub availability: Vec<WeeklyWindow>,
}

impl Agent {
    /// Proficiency on a queue; `None` without the skill.
    pub fn proficiency(&self, queue_id: QueueId) -> Option<Proficiency> {
        self.skills.iter().find(|skill| skill.queue_id == queue_id).map(|skill| skill.proficiency)
    }

    /// Whether the agent is employed on `date`.
    pub fn is_employed_on(&self, date: NaiveDate) -> bool {
        self.employed_from <= date && self.employed_until.is_none_or(|last| date <= last)
    }
}

//! How the chats of a queue run, and what service is asked of it beyond the first answer.

use serde::{Deserialize, Serialize};

use super::quantity::{QuantityError, ServiceGoal};

/// The work of one turn of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Turns {
    /// Mean seconds of an agent's work on one reply.
    pub reply_secs: f64,
    /// Mean seconds from a reply to the customer's next question.
    pub think_secs: f64,
}

impl Turns {
    /// The least and the most of either, in seconds.
    pub const RANGE: std::ops::RangeInclusive<f64> = 0.5..=36_000.0;

    /// What is taken where nothing was measured: a third of a chat is the agent's own work, 20 s of a minute.
    ///
    /// `aht_secs` is the handling time of a chat held alone; a shorter one is a single turn.
    pub fn usual(aht_secs: f64) -> Self {
        let turn = aht_secs.min(60.0);
        Self { reply_secs: turn / 3.0, think_secs: turn * 2.0 / 3.0 }
    }

    /// Checks the range.
    ///
    /// # Errors
    /// [`QuantityError`] for the first figure outside it.
    pub fn new(reply_secs: f64, think_secs: f64) -> Result<Self, QuantityError> {
        for (name, value) in [("reply_secs", reply_secs), ("think_secs", think_secs)] {
            if !Self::RANGE.contains(&value) {
                return Err(QuantityError { name, range: "between 0.5 and 36000", value });
            }
        }
        Ok(Self { reply_secs, think_secs })
    }
}

/// What platforms count beyond the first answer. Each is asked only where it is given.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyGoals {
    /// Share of chats whose first reply is there in time, waiting included: 30秒应答率.
    pub first_reply: Option<ServiceGoal>,
    /// Share of all questions that are replied to in time, waiting included: 3分钟回复率.
    pub replies: Option<ServiceGoal>,
    /// Mean seconds from a question to its reply, at most: 平均响应时长.
    pub average_reply_secs: Option<f64>,
    /// Share of chats that leave unanswered, at most.
    pub max_abandonment: Option<f64>,
}

/// What decides how many are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingGoal {
    /// The share taken up in time.
    ServiceGoal,
    /// The share whose first reply is there in time.
    FirstReply,
    /// The share of questions replied to in time.
    Replies,
    /// The mean time to a reply.
    AverageReply,
    /// The share that leaves unanswered.
    Abandonment,
    /// The most of on-seat time that may be busy.
    MaxOccupancy,
    /// Minimum cover of the queue or of a peak window.
    MinAgents,
}

/// How the chats of a queue run, and what is asked beyond its service goal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceSettings {
    /// What platforms count beyond the first answer.
    pub goals: ReplyGoals,
    /// Mean seconds a customer waits for an agent before leaving; `None` for as long as it takes.
    pub patience_secs: Option<f64>,
    /// The work of a turn; `None` takes the usual.
    pub turns: Option<Turns>,
    /// Handling times in seconds as measured with 1, 2, 3 … chats at once; empty takes them from the turns.
    pub aht_by_chats: Vec<f64>,
    /// Shrinkage by cause, beside the queue's own figure.
    pub absences: ShrinkageCauses,
}

/// Shares of paid time away from the seat, by cause, each 0 or more and all of them below 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShrinkageCauses {
    /// Breaks that no shift template plans.
    pub breaks: f64,
    /// Training while present.
    pub training: f64,
    /// Meetings and talks while present.
    pub meetings: f64,
    /// Whole shifts lost to sickness.
    pub sickness: f64,
    /// Whole shifts lost to leave, booked or not.
    pub leave: f64,
}

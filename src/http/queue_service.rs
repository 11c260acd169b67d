//! How the chats of a queue run, and what is asked beyond its service goal, on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queues::ServiceGoalView;
use crate::domain::fault::Faults;
use crate::domain::quantity::{Concurrency, ServiceGoal, ServiceLevel};
use crate::domain::service::{ReplyGoals, ServiceSettings, ShrinkageCauses, Turns};

/// More waiting than a day is no goal, and no patience.
pub(super) const MAX_SECS: u32 = 24 * 60 * 60;

/// How the chats of a queue run, and what is asked beyond its service goal. What is absent is not asked, or has its usual
/// value.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "first_reply": { "target": 0.8, "threshold_secs": 60 }, "replies": { "target": 0.9, "threshold_secs": 180 },
    "average_reply_secs": 60, "max_abandonment": 0.05, "patience_secs": 120, "turns": { "reply_secs": 20, "think_secs": 40 },
    "aht_by_chats": [], "shrinkage_causes": { "training": 0.03, "meetings": 0.02, "sickness": 0.03, "leave": 0.05 } }))]
pub struct QueueServiceView {
    /// Share of chats whose first reply is there in time, waiting included (30秒应答率).
    pub first_reply: Option<ServiceGoalView>,
    /// Share of all questions replied to in time, waiting included (3分钟回复率).
    pub replies: Option<ServiceGoalView>,
    /// Mean seconds from a question to its reply, at most (平均响应时长).
    pub average_reply_secs: Option<f64>,
    /// Share of chats that leave unanswered, at most; needs `patience_secs`.
    pub max_abandonment: Option<f64>,
    /// Mean seconds a customer waits for an agent before leaving; `null` for as long as it takes.
    pub patience_secs: Option<f64>,
    /// The work of one turn; `null` takes 20 s of reply and 40 s of thinking, or thirds of a shorter chat.
    pub turns: Option<TurnsView>,
    /// Handling times in seconds as measured with 1, 2, 3 … chats at once, the first being `aht_secs`. Empty: computed from
    /// the turns.
    pub aht_by_chats: Vec<f64>,
    /// Paid time away from the seat by cause, beside `shrinkage`.
    pub shrinkage_causes: ShrinkageCausesView,
}

/// The work of one turn of a chat.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnsView {
    /// Mean seconds of work on a reply, 0.5 to 36000.
    pub reply_secs: f64,
    /// Mean seconds from a reply to the customer's next question, 0.5 to 36000.
    pub think_secs: f64,
}

/// Shares of paid time, each 0 or more, together below 0.95. Leave that is booked is taken off `leave` when a week is sized.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShrinkageCausesView {
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

impl From<&ServiceSettings> for QueueServiceView {
    fn from(settings: &ServiceSettings) -> Self {
        let goal = |goal: ServiceGoal| ServiceGoalView { target: goal.target.get(), threshold_secs: goal.threshold_secs };
        let ReplyGoals { first_reply, replies, average_reply_secs, max_abandonment } = settings.goals;
        let ShrinkageCauses { breaks, training, meetings, sickness, leave } = settings.absences;
        Self {
            first_reply: first_reply.map(goal),
            replies: replies.map(goal),
            average_reply_secs,
            max_abandonment,
            patience_secs: settings.patience_secs,
            turns: settings.turns.map(|turns| TurnsView { reply_secs: turns.reply_secs, think_secs: turns.think_secs }),
            aht_by_chats: settings.aht_by_chats.clone(),
            shrinkage_causes: ShrinkageCausesView { breaks, training, meetings, sickness, leave },
        }
    }
}

impl QueueServiceView {
    /// Checks every figure by itself; whether they go together is for the staffing model to say.
    pub(super) fn into_settings(self, faults: &mut Faults) -> Option<ServiceSettings> {
        let before = faults.count();
        let first_reply = self.first_reply.map(|goal| goal.checked("/service/first_reply", faults));
        let replies = self.replies.map(|goal| goal.checked("/service/replies", faults));
        let day = 1.0..=f64::from(MAX_SECS);
        for (name, secs) in [("average_reply_secs", self.average_reply_secs), ("patience_secs", self.patience_secs)] {
            let detail = format!("must be between 1 and {MAX_SECS}");
            faults.expect(secs.is_none_or(|secs| day.contains(&secs)), format!("/service/{name}"), detail);
        }
        let is_share = self.max_abandonment.is_none_or(|share| share > 0.0 && share < 1.0);
        faults.expect(is_share, "/service/max_abandonment", "must be above 0 and below 1");
        let turns = self.turns.map(|turns| faults.take("/service/turns", Turns::new(turns.reply_secs, turns.think_secs)));
        let most = usize::from(Concurrency::MAX);
        let are_times = self.aht_by_chats.len() <= most && self.aht_by_chats.iter().all(|secs| day.contains(secs));
        let detail = format!("must be at most {most} figures between 1 and {MAX_SECS}");
        faults.expect(are_times, "/service/aht_by_chats", detail);
        let absences = self.shrinkage_causes.checked(faults);
        (faults.count() == before).then_some(())?;
        Some(ServiceSettings {
            goals: ReplyGoals {
                first_reply: first_reply.flatten(),
                replies: replies.flatten(),
                average_reply_secs: self.average_reply_secs,
                max_abandonment: self.max_abandonment,
            },
            patience_secs: self.patience_secs,
            turns: turns.flatten(),
            aht_by_chats: self.aht_by_chats,
            absences,
        })
    }
}

impl ServiceGoalView {
    /// The goal, or its faults below `pointer`.
    pub(super) fn checked(self, pointer: &str, faults: &mut Faults) -> Option<ServiceGoal> {
        let target = faults.take(format!("{pointer}/target"), ServiceLevel::new(self.target));
        let secs = self.threshold_secs;
        let is_goal = (1..=MAX_SECS).contains(&secs);
        faults.expect(is_goal, format!("{pointer}/threshold_secs"), format!("must be between 1 and {MAX_SECS}, got {secs}"));
        target.map(|target| ServiceGoal { target, threshold_secs: secs })
    }
}

impl ShrinkageCausesView {
    fn checked(self, faults: &mut Faults) -> ShrinkageCauses {
        let Self { breaks, training, meetings, sickness, leave } = self;
        let shares =
            [("breaks", breaks), ("training", training), ("meetings", meetings), ("sickness", sickness), ("leave", leave)];
        for (name, share) in shares {
            faults.expect(share >= 0.0, format!("/service/shrinkage_causes/{name}"), format!("must be 0 or more, got {share}"));
        }
        let all: f64 = shares.iter().map(|(_, share)| share).sum();
        let detail = format!("must add up to less than 0.95 of paid time, got {all}; give shares, not percent");
        faults.expect(all < 0.95, "/service/shrinkage_causes", detail);
        ShrinkageCauses { breaks, training, meetings, sickness, leave }
    }
}

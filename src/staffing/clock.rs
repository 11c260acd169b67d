//! A limit on reply times, prepared once so that many numbers of agents can be judged by it.

use super::chat::Steady;
use super::turn::TurnLayer;

/// Nodes of the integral over the first reply's own time, for chats that waited before.
const NODES: usize = 20;

/// A limit of some seconds.
#[derive(Debug, Clone)]
pub(super) struct ReplyClock {
    pub(super) secs: f64,
    /// P(reply within the limit) by chats held, from 1.
    within: Vec<f64>,
    /// For chats that waited: what is left of the limit after the reply, and the probability of such a reply.
    after_wait: Vec<(f64, f64)>,
}

impl ReplyClock {
    pub(super) fn new(turns: &TurnLayer, slots: usize, secs: f64) -> Self {
        let within = (1..=slots).map(|chats| turns.replied_within(chats, secs)).collect();
        // Beyond this no reply takes that long: equal strips up to the limit itself would miss short replies.
        let work = turns.reply_work_secs(slots);
        let longest = secs.min(work * (slots as f64 + 8.0 * (slots as f64).sqrt() + 12.0));
        let strip = longest / NODES as f64;
        let share = |from: f64| turns.replied_within(slots, from + strip) - turns.replied_within(slots, from);
        let strips = (0..NODES).map(|index| index as f64 * strip);
        let after_wait = strips.map(|from| (secs - from - 0.5 * strip, share(from))).collect();
        Self { secs, within, after_wait }
    }

    /// Share of all arrivals that wait and have a first reply within the limit.
    fn waited(&self, steady: &Steady) -> f64 {
        self.after_wait.iter().map(|(left, share)| share * steady.queue.answered_within(*left)).sum()
    }

    /// Share of chats whose first reply is within the limit; those that leave have none.
    pub(super) fn first_reply(&self, steady: &Steady, turns: &TurnLayer) -> f64 {
        let answered = 1.0 - steady.abandonment();
        self.questions_in_time(steady, turns, answered).clamp(0.0, 1.0)
    }

    /// Share of questions replied to within the limit, the first ones of those who leave among them.
    pub(super) fn replies(&self, steady: &Steady, turns: &TurnLayer) -> f64 {
        let left = steady.abandonment();
        let questions = (1.0 - left) * turns.turns();
        (self.questions_in_time(steady, turns, questions) / (questions + left)).clamp(0.0, 1.0)
    }

    /// Of `questions` per arrival, its first among them, those replied to within the limit.
    ///
    /// Agents are asked by the chats they hold as often as they reply with that many. That holds for first questions alone too,
    /// whoever is given the chats: as often as an agent comes to hold k chats, one of its k ends.
    fn questions_in_time(&self, steady: &Steady, turns: &TurnLayer, questions: f64) -> f64 {
        let work = steady.work(turns);
        if work <= 0.0 {
            return 0.0;
        }
        let held = 1..=steady.slots;
        let in_time: f64 = held.map(|chats| steady.agents_at[chats] * turns.factor(chats) * self.within[chats - 1]).sum();
        // The first question of whoever waited finds a full agent, and its clock runs in the queue too.
        let waited = (steady.queue.total() - steady.abandonment()).max(0.0);
        questions * in_time / work - waited * self.within[steady.slots - 1] + self.waited(steady)
    }
}

//! What agents did in some time: the sums that their pace is read from.

use super::figure_day::DayRegisters;
use super::measure::Measure;

/// Sums over registers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Workload {
    /// Chats received.
    pub chats: f64,
    /// Questions replied to.
    pub answers: f64,
    /// Seconds that those waited for their replies.
    pub reply_secs: f64,
    /// How long the chats lasted, in seconds.
    pub chat_secs: f64,
    /// How long all chats lasted that the agents held in this time, those of other queues included.
    pub held_secs: f64,
    /// Time on seat, in seconds.
    pub online_secs: f64,
}

impl Workload {
    /// What one register counted; a measure that it lacks is 0. All chats held are its own.
    pub fn of(registers: &DayRegisters, place: usize) -> Self {
        let count = |measure| registers.count(place, measure).unwrap_or(0) as f64;
        let secs = |measure| count(measure) / 1000.0;
        let chat_secs = secs(Measure::SessionMillis);
        Self {
            chats: count(Measure::Sessions),
            answers: count(Measure::AnsweredTurns),
            reply_secs: secs(Measure::ReplyMillis),
            chat_secs,
            held_secs: chat_secs,
            online_secs: secs(Measure::OnlineMillis),
        }
    }

    /// Whether replies were timed.
    pub fn has_replies(&self) -> bool {
        self.answers > 0.0 && self.reply_secs > 0.0
    }

    /// Whether the time on seat and in chats was recorded too.
    pub fn has_chats_at_once(&self) -> bool {
        self.has_replies() && self.chat_secs > 0.0 && self.online_secs > 0.0
    }

    /// Chats held at once, on average over the time on seat.
    pub fn chats_at_once(&self) -> f64 {
        self.held_secs / self.online_secs
    }
}

impl std::ops::AddAssign for Workload {
    fn add_assign(&mut self, other: Self) {
        self.chats += other.chats;
        self.answers += other.answers;
        self.reply_secs += other.reply_secs;
        self.chat_secs += other.chat_secs;
        self.held_secs += other.held_secs;
        self.online_secs += other.online_secs;
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure_day::Register;
    use super::*;

    #[test]
    fn a_register_is_read_in_seconds_and_says_what_it_lacks() {
        let starts_at = "2026-11-22T08:00:00Z".parse().unwrap();
        let counts = [(Measure::AnsweredTurns, 40), (Measure::ReplyMillis, 800_000)].into_iter().collect();
        let replies = Register { starts_at, minutes: 120, counts };
        let counts = [
            (Measure::AnsweredTurns, 40),
            (Measure::ReplyMillis, 800_000),
            (Measure::SessionMillis, 9_000_000),
            (Measure::OnlineMillis, 7_200_000),
        ];
        let whole =
            Register { starts_at: starts_at + chrono::Duration::hours(2), minutes: 120, counts: counts.into_iter().collect() };
        let day: DayRegisters = [replies, whole].into_iter().collect();
        let (replies, whole) = (Workload::of(&day, 0), Workload::of(&day, 1));
        assert_eq!((replies.has_replies(), replies.has_chats_at_once()), (true, false));
        assert_eq!((whole.has_chats_at_once(), whole.reply_secs, whole.chats_at_once()), (true, 800.0, 1.25));
        let mut sum = replies;
        sum += whole;
        assert_eq!((sum.answers, sum.chats_at_once()), (80.0, 1.25));
    }
}

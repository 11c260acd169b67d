//! Who is on shift and has not been recorded for two hours.
//!
//! Only of teams that record within the day: where the platform's export comes once a day, nobody is missing at noon.

use chrono::{DateTime, Duration, Utc};

use crate::domain::calendar::Interval;
use crate::domain::ids::AgentId;

/// A register of so many minutes at most is one of several in a day.
pub const WITHIN_THE_DAY: u32 = 240;
/// How often agents are recorded.
const EVERY: Duration = Duration::hours(2);
/// How long a register may take to arrive.
const GRACE: Duration = Duration::minutes(30);

/// An agent who is on a published shift now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnShift {
    /// Who.
    pub agent_id: AgentId,
    /// From start to end.
    pub span: Interval,
    /// End of the latest register; `None` without any.
    pub recorded_until: Option<DateTime<Utc>>,
}

/// An agent of whom a register is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub agent_id: AgentId,
    /// Since when nothing was recorded: the end of the latest register, or the start of the shift.
    pub since: DateTime<Utc>,
}

/// The agents on shift at `now` of whom nothing was recorded for two hours, with half an hour for it to arrive.
pub fn absent(on_shift: &[OnShift], now: DateTime<Utc>) -> Vec<Absence> {
    let missing = on_shift.iter().filter(|one| one.span.contains(now)).filter_map(|one| {
        let since = one.recorded_until.map_or(one.span.start, |until| until.max(one.span.start));
        (now - since > EVERY + GRACE).then_some(Absence { agent_id: one.agent_id, since })
    });
    missing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_not_recorded_for_two_hours_and_a_half_is_missing() {
        let at = |text: &str| format!("2026-11-23T{text}:00Z").parse::<DateTime<Utc>>().unwrap();
        let one = |recorded: Option<&str>| OnShift {
            agent_id: AgentId(uuid::Uuid::nil()),
            span: Interval { start: at("08:00"), end: at("17:00") },
            recorded_until: recorded.map(at),
        };
        let since = |recorded, now: &str| absent(&[one(recorded)], at(now)).first().map(|absence| absence.since);
        assert_eq!(since(None, "10:30"), None);
        assert_eq!(since(None, "10:31"), Some(at("08:00")));
        // What was recorded of an earlier shift says nothing of this one.
        assert_eq!(since(Some("02:00"), "10:31"), Some(at("08:00")));
        assert_eq!(since(Some("10:00"), "12:30"), None);
        assert_eq!(since(Some("10:00"), "12:31"), Some(at("10:00")));
        assert_eq!(since(None, "17:00"), None);
    }
}

//! `stable-start` (hard): on consecutive working days the clock time of the start differs by no more than allowed.

use crate::domain::rules::RosterRules;

/// Whether a start at the second minute of the day may not follow one at the first.
pub(super) fn bars(rules: &RosterRules, first: u32, second: u32) -> bool {
    rules.max_start_change_minutes.is_some_and(|most| first.abs_diff(second) > most)
}

//! `forward-rotation` (hard): on consecutive working days no shift starts earlier by the clock than the day before by more
//! than allowed.

use crate::domain::rules::RosterRules;

/// Whether a start at the second minute of the day may not follow one at the first.
pub(super) fn bars(rules: &RosterRules, first: u32, second: u32) -> bool {
    rules.max_earlier_start_minutes.is_some_and(|most| second + most < first)
}

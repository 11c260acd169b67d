//! What a rotation must keep: shifts, agents needed by weekday, block lengths, forbidden successions.

use serde::{Deserialize, Serialize};

use crate::domain::calendar::DAY_MINUTES;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::rotation::check_mark;
pub use crate::domain::rotation::{BlockLength, ForbiddenSuccession, LONGEST_BLOCK, MOST_AGENTS, MOST_SHIFTS, WEEK_DAYS};

/// The most days in a row where a rule is given up.
pub(super) const NO_LIMIT: u32 = u32::MAX;

/// Weekdays as they are named in sentences.
pub(super) const DAY_NAMES: [&str; WEEK_DAYS] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A shift that the rotation gives out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationShift {
    /// Short mark, for example `早` or `N`.
    pub name: String,
    /// Wall-clock start, minutes after midnight, 0-1439.
    pub start_minute: u32,
    /// Elapsed length, 1-1440 minutes.
    pub length_minutes: u32,
    /// Days in a row on this shift.
    pub block: BlockLength,
    /// Agents needed on each weekday, Monday first; met exactly.
    pub agents: [u32; WEEK_DAYS],
}

/// All that a rotation must keep, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationRules {
    /// Agents who walk through the rotation: as many as it has weeks.
    pub agents: u32,
    /// The shifts.
    pub shifts: Vec<RotationShift>,
    /// Working days in a row, whatever the shift.
    pub work: BlockLength,
    /// Days off in a row.
    pub off: BlockLength,
    /// What may not follow.
    pub forbidden: Vec<ForbiddenSuccession>,
}

/// Rules that make sense one by one. Whether a rotation keeps them all is for [`design`](super::design) to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationProblem {
    rules: RotationRules,
}

impl RotationProblem {
    /// Checks the rules.
    ///
    /// # Errors
    /// All faults, as pointers into `rules`.
    pub fn new(rules: RotationRules) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let agents_fit = (1..=MOST_AGENTS).contains(&rules.agents);
        faults.expect(agents_fit, "/agents", format!("must be 1 to {MOST_AGENTS}, got {}", rules.agents));
        let shifts_fit = (1..=MOST_SHIFTS).contains(&rules.shifts.len());
        faults.expect(shifts_fit, "/shifts", format!("must be 1 to {MOST_SHIFTS} shifts, got {}", rules.shifts.len()));
        for (index, shift) in rules.shifts.iter().enumerate() {
            let is_new = rules.shifts[..index].iter().all(|other| other.name != shift.name);
            check_shift(&mut faults, index, shift, is_new);
        }
        rules.work.check(&mut faults, "/work");
        rules.off.check(&mut faults, "/off");
        for (index, pair) in rules.forbidden.iter().enumerate() {
            let known = pair.before.max(pair.after) < rules.shifts.len();
            let detail = format!("names shifts {} and {}; there are {}, from 0", pair.before, pair.after, rules.shifts.len());
            faults.expect(known, format!("/forbidden/{index}"), detail);
        }
        faults.into_result(Some(Self { rules }))
    }

    /// The same with other rules, which may go beyond what a user can ask for.
    pub(super) fn with(rules: RotationRules) -> Self {
        Self { rules }
    }

    /// The rules.
    pub fn rules(&self) -> &RotationRules {
        &self.rules
    }

    /// Agents, and weeks of the rotation.
    pub fn agents(&self) -> u32 {
        self.rules.agents
    }

    /// The shifts.
    pub fn shifts(&self) -> &[RotationShift] {
        &self.rules.shifts
    }

    /// Whether `after` may not follow `before` on the next day.
    pub(super) fn forbids_next(&self, before: usize, after: usize) -> bool {
        self.rules.forbidden.contains(&ForbiddenSuccession { before, after, with_day_off: false })
    }

    /// Whether `after` may not follow `before` with exactly one day off between.
    pub(super) fn forbids_after_day_off(&self, before: usize, after: usize) -> bool {
        self.rules.forbidden.contains(&ForbiddenSuccession { before, after, with_day_off: true })
    }

    /// Agents needed on a weekday.
    pub(super) fn at_work(&self, day: usize) -> u32 {
        self.rules.shifts.iter().map(|shift| shift.agents[day]).sum()
    }
}

fn check_shift(faults: &mut Faults, index: usize, shift: &RotationShift, is_new: bool) {
    let at = |field: &str| format!("/shifts/{index}/{field}");
    check_mark(faults, &at("name"), &shift.name);
    faults.expect(is_new, at("name"), format!("{} names two shifts; give each its own name", shift.name));
    faults.expect(shift.start_minute < DAY_MINUTES, at("start_minute"), "must be below 1440");
    faults.expect((1..=DAY_MINUTES).contains(&shift.length_minutes), at("length_minutes"), "must be 1 to 1440");
    shift.block.check(faults, &at("block"));
    for (day, &agents) in shift.agents.iter().enumerate() {
        let detail = format!("must be at most {MOST_AGENTS}, got {agents}");
        faults.expect(agents <= MOST_AGENTS, at(&format!("agents/{day}")), detail);
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{rules, shift};
    use super::*;

    #[test]
    fn every_fault_is_told_at_once() {
        let mut bad =
            rules(0, vec![shift("-", 24, (3, 2), [0; 7]), shift("早", 6, (1, 5), [1, 2, 3, 4, 5, 6, 1001])], (5, 4), (1, 29));
        bad.forbidden.push(ForbiddenSuccession { before: 0, after: 2, with_day_off: false });
        let faults = RotationProblem::new(bad).unwrap_err();
        let pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        let expected = [
            "#/agents",
            "#/shifts/0/name",
            "#/shifts/0/start_minute",
            "#/shifts/0/block",
            "#/shifts/1/agents/6",
            "#/work",
            "#/off",
            "#/forbidden/0",
        ];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn two_shifts_of_one_name_are_refused() {
        let twins = rules(2, vec![shift("早", 6, (1, 5), [0; 7]), shift("早", 9, (1, 5), [0; 7])], (1, 5), (1, 2));
        let faults = RotationProblem::new(twins).unwrap_err();
        assert_eq!(faults[0].detail, "早 names two shifts; give each its own name");
    }
}

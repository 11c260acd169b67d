//! One agent's week, and the hard rules it must keep.

use serde::{Deserialize, Serialize};

use super::problem::{DAYS, RosterProblem};
use crate::domain::rules::RuleId;

/// A shift served on a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duty {
    /// Index of the shift.
    pub shift: usize,
    /// Index of the queue.
    pub queue: usize,
}

/// What one agent does on each day of the week. That a day holds one duty at most is the rule `one-shift-per-day`.
pub type Line = [Option<Duty>; DAYS];

impl RosterProblem {
    /// Every hard rule that the line breaks, with the day where it concerns one.
    pub(super) fn breaches(&self, agent: usize, line: &Line) -> Vec<(RuleId, Option<usize>)> {
        let spec = &self.agents[agent];
        let mut breaches = Vec::new();
        let mut ended = None;
        let (mut paid, mut days, mut late, mut run, mut longest) = (0, 0, 0, spec.run_before, 0);
        for (day, duty) in line.iter().enumerate() {
            let Some(duty) = duty else {
                run = 0;
                continue;
            };
            let shift = &self.shifts[duty.shift];
            if let Some(rule) = spec.blocked[duty.shift] {
                breaches.push((rule, Some(day)));
            }
            if spec.proficiency(duty.queue).is_none() {
                breaches.push((RuleId::Skill, Some(day)));
            }
            if ended.is_some_and(|ended| shift.start - ended < self.limits.min_rest) {
                breaches.push((RuleId::MinimumRest, Some(day)));
            }
            ended = ended.max(Some(shift.end));
            run += 1;
            longest = longest.max(run);
            paid += shift.paid;
            days += 1;
            late += u32::from(shift.is_late);
        }
        let limits = &self.limits;
        for (is_broken, rule) in [
            (paid > spec.max_minutes, RuleId::WeeklyHours),
            (longest > limits.max_consecutive_days, RuleId::ConsecutiveDays),
            (days > limits.max_days, RuleId::WeeklyRest),
            (late > limits.max_late_shifts, RuleId::LateShifts),
        ] {
            if is_broken {
                breaches.push((rule, None));
            }
        }
        breaches
    }

    /// Whether the line keeps every hard rule.
    pub(super) fn keeps_rules(&self, agent: usize, line: &Line) -> bool {
        // No allocation when nothing is broken: the search asks this a million times a second.
        self.breaches(agent, line).is_empty()
    }
}

//! One agent's week, and the hard rules it must keep.

pub(super) mod cheapest;
pub(super) mod contract;
pub(super) mod graph;
pub(super) mod resource;
pub(super) mod succession;

use serde::{Deserialize, Serialize};

use super::problem::{RosterProblem, ShiftSpec, WEEK};
use crate::domain::rules::RuleId;

/// A shift served on a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duty {
    /// Index of the shift.
    pub shift: usize,
    /// Index of the queue.
    pub queue: usize,
}

/// What one agent does on each day of the horizon. That a day holds one duty at most is the rule `one-shift-per-day`.
pub type Line = Vec<Option<Duty>>;

impl RosterProblem {
    /// Every hard rule that the line breaks, with the day where it concerns one.
    pub(super) fn breaches(&self, agent: usize, line: &[Option<Duty>]) -> Vec<(RuleId, Option<usize>)> {
        let spec = &self.agents[agent];
        let mut breaches = Vec::new();
        let limits = &spec.limits;
        let (mut ended, mut paid, mut run, mut longest) = (None, 0, spec.run_before, 0);
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
            if ended.is_some_and(|ended| shift.start - ended < limits.min_rest) {
                breaches.push((RuleId::MinimumRest, Some(day)));
            }
            ended = ended.max(Some(shift.end));
            run += 1;
            longest = longest.max(run);
            paid += shift.paid;
        }
        let most_in_a_week = |is_counted: fn(&ShiftSpec) -> bool| {
            let counted = |duty: &&Duty| is_counted(&self.shifts[duty.shift]);
            line.chunks(WEEK).map(|week| week.iter().flatten().filter(counted).count() as u32).max().unwrap_or(0)
        };
        for (is_broken, rule) in [
            (paid > limits.max_minutes, RuleId::WeeklyHours),
            (longest > limits.max_consecutive_days, RuleId::ConsecutiveDays),
            (most_in_a_week(|_| true) > limits.max_days, RuleId::WeeklyRest),
            (most_in_a_week(|shift| shift.is_late) > limits.max_late_shifts, RuleId::LateShifts),
        ] {
            if is_broken {
                breaches.push((rule, None));
            }
        }
        breaches
    }
}

//! The hard rules that a line breaks.

use super::Duty;
use crate::domain::rules::RuleId;
use crate::solver::problem::{Limits, RosterProblem, ShiftSpec, WEEK};

/// A rule, and the day where it concerns one.
pub(in crate::solver) type Breach = (RuleId, Option<usize>);

impl RosterProblem {
    /// Every hard rule that the line breaks.
    pub(in crate::solver) fn breaches(&self, agent: usize, line: &[Option<Duty>]) -> Vec<Breach> {
        let mut breaches = self.excesses(agent, line);
        breaches.extend(self.broken_rows(agent, line));
        if self.paid(line) < self.agents[agent].limits.min_minutes {
            breaches.push((RuleId::WeeklyHours, None));
        }
        breaches
    }

    /// Every hard rule that the line breaks and that more work on its free days cannot mend.
    pub(in crate::solver) fn excesses(&self, agent: usize, line: &[Option<Duty>]) -> Vec<Breach> {
        let spec = &self.agents[agent];
        let limits = &spec.limits;
        let (mut breaches, mut ended, mut last, mut run, mut longest) = (Vec::new(), None, None, spec.run_before, 0);
        for (day, duty) in line.iter().enumerate() {
            let Some(duty) = duty else {
                (run, last) = (0, None);
                continue;
            };
            let shift = &self.shifts[duty.shift];
            if let Some(rule) = spec.blocked[duty.shift] {
                breaches.push((rule, Some(day)));
            }
            if spec.proficiency(duty.queue).is_none() {
                breaches.push((RuleId::Skill, Some(day)));
            }
            let barring = last.into_iter().flat_map(|last| self.barring(last, shift.kind));
            breaches.extend(barring.map(|rule| (rule, Some(day))));
            if ended.is_some_and(|ended| shift.start - ended < limits.min_rest) {
                breaches.push((RuleId::MinimumRest, Some(day)));
            }
            (ended, last) = (ended.max(Some(shift.end)), Some(shift.kind));
            run += 1;
            longest = longest.max(if day + 1 == line.len() { run + spec.run_after } else { run });
        }
        if longest > limits.max_consecutive_days {
            breaches.push((RuleId::ConsecutiveDays, None));
        }
        breaches.extend(self.exceeded_counts(limits, line).map(|rule| (rule, None)));
        breaches
    }

    /// The rules that count shifts, weekends or minutes and find too many.
    fn exceeded_counts(&self, limits: &Limits, line: &[Option<Duty>]) -> impl Iterator<Item = RuleId> + use<> {
        let shifts = |days: &[Option<Duty>], is_counted: &dyn Fn(&ShiftSpec) -> bool| {
            days.iter().flatten().filter(|duty| is_counted(&self.shifts[duty.shift])).count() as u32
        };
        let in_a_week =
            |is_counted: &dyn Fn(&ShiftSpec) -> bool| line.chunks(WEEK).map(|week| shifts(week, is_counted)).max().unwrap_or(0);
        let weekends = line.chunks(WEEK).filter(|week| week.iter().skip(5).any(Option::is_some)).count() as u32;
        let has_too_many = |(kind, most): (&usize, &u32)| shifts(line, &|shift| shift.kind == *kind) > *most;
        [
            (self.paid(line) > limits.max_minutes, RuleId::WeeklyHours),
            (in_a_week(&|_| true) > limits.max_days, RuleId::WeeklyRest),
            (in_a_week(&|shift| shift.is_late) > limits.max_late_shifts, RuleId::LateShifts),
            (limits.max_weekends.is_some_and(|most| weekends > most), RuleId::Weekends),
            (limits.max_of_kind.iter().any(has_too_many), RuleId::ShiftsOfKind),
            (limits.overtime.is_exceeded(line), RuleId::Overtime),
        ]
        .into_iter()
        .filter_map(|(is_broken, rule)| is_broken.then_some(rule))
    }

    /// Rows of days, worked or off, that end too soon. What touches the first or the last day may.
    fn broken_rows(&self, agent: usize, line: &[Option<Duty>]) -> Vec<Breach> {
        let limits = &self.agents[agent].limits;
        let mut breaches = Vec::new();
        let mut first = 0;
        for row in line.chunk_by(|day, next| day.is_some() == next.is_some()) {
            let least = if row[0].is_some() { limits.min_consecutive_days } else { limits.min_consecutive_days_off };
            if first > 0 && first + row.len() < line.len() && row.len() < least as usize {
                breaches.push((RuleId::ConsecutiveDays, Some(first)));
            }
            first += row.len();
        }
        breaches
    }

    /// Whether the line keeps every hard rule.
    #[cfg(test)]
    pub(in crate::solver) fn keeps_rules(&self, agent: usize, line: &[Option<Duty>]) -> bool {
        self.breaches(agent, line).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::problem::{ProblemParts, Succession};
    use crate::solver::sparse::shop::shop;

    fn rules(line: &str, limits: impl Fn(&mut Limits)) -> Vec<RuleId> {
        let mut parts = ProblemParts::from(shop(1, 14, 1));
        let plain = Limits { min_rest: 0, max_of_kind: [(0, 14), (1, 14)].into(), ..parts.agents[0].limits.clone() };
        parts.successions = vec![Succession { first: 1, second: 0, rule: RuleId::ForwardRotation }];
        parts.agents[0].limits = Limits {
            max_consecutive_days: 14,
            min_consecutive_days: 1,
            min_consecutive_days_off: 1,
            min_minutes: 0,
            max_minutes: u32::MAX,
            max_weekends: None,
            ..plain
        };
        limits(&mut parts.agents[0].limits);
        parts.agents[0].blocked.fill(None);
        let problem = RosterProblem::try_from(parts).unwrap();
        let shift = |day: usize, kind: usize| Some(Duty::new(day * 2 + kind, 0));
        let line: Vec<Option<Duty>> = line
            .bytes()
            .enumerate()
            .map(|(day, duty)| match duty {
                b'.' => None,
                duty => shift(day, usize::from(duty == b'L')),
            })
            .collect();
        problem.breaches(0, &line).into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn each_rule_over_the_horizon_is_named() {
        assert_eq!(rules("EE..LL...EE...", |_| ()), []);
        assert_eq!(rules("EE..LE...EE...", |_| ()), [RuleId::ForwardRotation]);
        assert_eq!(rules(".E..LL...EE...", |limits| limits.min_consecutive_days = 2), [RuleId::ConsecutiveDays]);
        assert_eq!(rules("E..EE..EE....E", |limits| limits.min_consecutive_days = 2), []);
        assert_eq!(rules("E.EE..EE....E.", |limits| limits.min_consecutive_days_off = 2), [RuleId::ConsecutiveDays]);
        assert_eq!(rules(".....EE.....EE", |limits| limits.max_weekends = Some(1)), [RuleId::Weekends]);
        assert_eq!(rules(".....EE.E.....", |limits| limits.max_weekends = Some(1)), []);
        assert_eq!(rules("LL............", |limits| limits.max_of_kind = [(1, 1)].into()), [RuleId::ShiftsOfKind]);
        assert_eq!(rules("EE............", |limits| limits.min_minutes = 1441), [RuleId::WeeklyHours]);
    }
}

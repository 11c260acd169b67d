//! `one-shift-per-day`: at most one shift a day.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for date in line.dates() {
            let shifts = line.worked.iter().filter(|worked| worked.assignment.date == date).count();
            if shifts > 1 {
                let what = format!("{shifts} shifts on one day, at most 1 is allowed");
                violations.push(line.breach(RuleId::OneShiftPerDay, Some(date), (shifts as f64, 1.0), what));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn two_shifts_on_one_day_are_named() {
        let mut case = Case::new();
        case.input.rules.min_rest_minutes = 0;
        case.input.shift_templates[0].length_minutes = 240;
        case.input.shift_templates[0].breaks.clear();
        let mut roster = vec![case.assign(0, 0, 0, 0)];
        case.fitted_to(&roster).passes(&roster);
        roster.push(case.assign(0, 0, 1, 0));
        case.fitted_to(&roster).breaks(&roster, RuleId::OneShiftPerDay);
    }
}

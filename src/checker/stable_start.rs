//! `stable-start`: on consecutive days the clock time of the start differs by no more than allowed, the Sunday before the week
//! included.

use super::facts::{Facts, hours};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let Some(most) = facts.input.rules.max_start_change_minutes.map(f64::from) else { return Vec::new() };
    let mut violations = Vec::new();
    for line in &facts.lines {
        for [(_, first), (date, second)] in line.starts_on_consecutive_days(facts) {
            let change = (f64::from(first) - f64::from(second)).abs();
            if change > most {
                let what =
                    format!("starts {} off the start of the day before, at most {} is allowed", hours(change), hours(most));
                violations.push(line.breach(RuleId::StableStart, Some(date), (change, most), what));
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
    fn a_start_eight_hours_later_is_named_and_one_after_a_day_off_is_not() {
        let mut case = Case::new();
        case.input.rules.max_start_change_minutes = Some(479);
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(0, 2, 1, 0), case.assign(0, 3, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 0, 0), case.assign(0, 1, 1, 0)];
        let violation = case.fitted_to(&mutated).breaks(&mutated, RuleId::StableStart);
        assert_eq!((violation.figure, violation.limit), (480.0, 479.0));
        case.input.rules.max_start_change_minutes = Some(480);
        case.fitted_to(&mutated).passes(&mutated);
    }

    #[test]
    fn the_monday_after_counts() {
        let mut case = Case::new();
        case.input.rules.max_start_change_minutes = Some(60);
        let roster = vec![case.assign(0, 6, 0, 0)];
        (7..9).for_each(|day| case.add_coming(0, day, 0));
        case.fitted_to(&roster).passes(&roster);
        case.add_coming(1, 7, 1);
        case.add_coming(0, 9, 1);
        case.fitted_to(&roster).passes(&roster);
        case.input.ahead.remove(0);
        case.add_coming(0, 7, 1);
        case.fitted_to(&roster).breaks(&roster, RuleId::StableStart);
    }

    #[test]
    fn the_sunday_before_counts() {
        let mut case = Case::new();
        case.input.rules.max_start_change_minutes = Some(60);
        let roster = vec![case.assign(0, 0, 1, 0)];
        case.add_history(0, 2);
        case.fitted_to(&roster).passes(&roster);
        case.add_history(0, 1);
        case.fitted_to(&roster).breaks(&roster, RuleId::StableStart);
    }
}

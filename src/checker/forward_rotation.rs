//! `forward-rotation`: on consecutive days no shift starts earlier by the clock than the day before by more than allowed, the
//! Sunday before the week included.

use super::facts::{Facts, hours};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let Some(most) = facts.input.rules.max_earlier_start_minutes.map(f64::from) else { return Vec::new() };
    let mut violations = Vec::new();
    for line in &facts.lines {
        for [(_, first), (date, second)] in line.starts_on_consecutive_days(facts) {
            let earlier = f64::from(first) - f64::from(second);
            if earlier > most {
                let what = format!("starts {} earlier than the day before, at most {} is allowed", hours(earlier), hours(most));
                violations.push(line.breach(RuleId::ForwardRotation, Some(date), (earlier, most), what));
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
    fn an_earlier_start_is_named_and_a_later_one_is_not() {
        let mut case = Case::new();
        (case.input.rules.max_earlier_start_minutes, case.input.rules.min_rest_minutes) = (Some(0), 0);
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(0, 1, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 1, 0), case.assign(0, 1, 0, 0)];
        let violation = case.fitted_to(&mutated).breaks(&mutated, RuleId::ForwardRotation);
        assert_eq!((violation.figure, violation.limit), (480.0, 0.0));
        case.input.rules.max_earlier_start_minutes = Some(480);
        case.fitted_to(&mutated).passes(&mutated);
    }
}

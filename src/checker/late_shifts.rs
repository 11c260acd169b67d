//! `late-shifts`: not more late shifts in the week than allowed.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let most = facts.input.rules.max_late_shifts as usize;
    let mut violations = Vec::new();
    for line in &facts.lines {
        let late = line.worked.iter().filter(|worked| facts.input.is_late(worked.template)).count();
        if late > most {
            let what = format!("{late} late shifts in the week, at most {most} are allowed");
            violations.push(line.breach(RuleId::LateShifts, None, (late as f64, most as f64), what));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn one_late_shift_too_many_is_named() {
        let mut case = Case::new();
        let roster: Vec<_> = (0..3).map(|day| case.assign(0, day, 1, 0)).collect();
        case.input.rules.max_late_shifts = 3;
        case.fitted_to(&roster).passes(&roster);
        case.input.rules.max_late_shifts = 2;
        case.fitted_to(&roster).breaks(&roster, RuleId::LateShifts);
    }
}

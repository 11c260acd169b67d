//! `weekly-rest`: the week keeps its days without a shift.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let least = facts.input.rules.min_rest_days as usize;
    let mut violations = Vec::new();
    for line in &facts.lines {
        let free = 7 - line.dates().len();
        if free < least {
            let what = format!("{free} days without a shift in the week, at least {least} must be free");
            violations.push(line.breach(RuleId::WeeklyRest, None, (free as f64, least as f64), what));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_week_without_its_rest_day_is_named() {
        let mut case = Case::new();
        case.input.rules.max_consecutive_days = 14;
        case.input.agents[0].contract.max_weekly_minutes = 7 * 480;
        let mut roster: Vec<_> = (0..6).map(|day| case.assign(0, day, 0, 0)).collect();
        case.fitted_to(&roster).passes(&roster);
        roster.push(case.assign(0, 6, 0, 0));
        case.fitted_to(&roster).breaks(&roster, RuleId::WeeklyRest);
    }
}

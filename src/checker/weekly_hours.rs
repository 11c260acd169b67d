//! `weekly-hours`: paid minutes of the week stay within the contract's maximum.

use super::facts::{Facts, hours};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        let contract = line.agent.contract.max_weekly_minutes;
        let average = facts.input.terms(line.agent.id).and_then(|(_, terms)| terms.max_week_minutes);
        let (by, most) = match average.filter(|average| *average < contract) {
            Some(average) => ("the average over weeks", average),
            None => ("the contract", contract),
        };
        let (paid, most) = (line.paid_minutes(), f64::from(most));
        if paid > most {
            let what = format!("{} of paid work in the week, {by} allows {}", hours(paid), hours(most));
            violations.push(line.breach(RuleId::WeeklyHours, None, (paid, most), what));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_minute_above_the_contract_is_named() {
        let mut case = Case::new();
        let roster: Vec<_> = (0..5).map(|day| case.assign(0, day, 0, 0)).collect();
        case.input.agents[0].contract.max_weekly_minutes = 5 * 480;
        case.fitted_to(&roster).passes(&roster);
        case.input.agents[0].contract.max_weekly_minutes -= 1;
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::WeeklyHours);
        assert_eq!((violation.figure, violation.limit), (2400.0, 2399.0));
    }
}

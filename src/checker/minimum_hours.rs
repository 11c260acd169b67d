//! `minimum-hours`: paid minutes reach the contract's minimum, less what leave takes.

use super::facts::{Facts, hours};
use crate::domain::rules::{CostWeights, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        let (paid, owed) = (line.paid_minutes(), facts.owed_minutes(line.agent));
        if paid < owed {
            let what = format!("{} of paid work in the week, {} are owed", hours(paid), hours(owed));
            violations.push(line.breach(RuleId::MinimumHours, None, (paid, owed), what));
        }
    }
    violations
}

/// The price of the missing hours.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let missing = facts.lines.iter().map(|line| (facts.owed_minutes(line.agent) - line.paid_minutes()).max(0.0));
    missing.sum::<f64>() / 60.0 * weights.missing_hour
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::RuleId;

    #[test]
    fn missing_hours_are_named_and_priced() {
        let mut case = Case::new();
        case.input.agents[0].contract.min_weekly_minutes = 960;
        let mut roster = vec![case.assign(0, 0, 0, 0), case.assign(0, 1, 0, 0)];
        case.fitted_to(&roster).passes(&roster);
        roster.pop();
        let case = case.fitted_to(&roster);
        case.breaks(&roster, RuleId::MinimumHours);
        assert_eq!(price(&case.input, &roster).total, 80.0);
    }

    #[test]
    fn a_day_of_leave_takes_a_fifth() {
        let mut case = Case::new();
        case.input.agents[0].contract.min_weekly_minutes = 2400;
        let roster: Vec<_> = (0..4).map(|day| case.assign(0, day, 0, 0)).collect();
        case.fitted_to(&roster).breaks(&roster, RuleId::MinimumHours);
        case.add_leave(0, 5, 9 * 60, 17 * 60);
        case.fitted_to(&roster).passes(&roster);
    }
}

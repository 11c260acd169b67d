//! `group-on-duty`: on each day enough agents of a group work. Who is not rostered this week is left out, and asked for by
//! nobody.

use chrono::NaiveDate;

use super::facts::Facts;
use crate::domain::rules::{AgentGroup, CostWeights, GroupKind, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let short = short_days(facts);
    let violation = |(group, date, count, least): (&AgentGroup, NaiveDate, usize, usize)| Violation {
        rule: RuleId::GroupOnDuty,
        severity: RuleId::GroupOnDuty.severity(),
        agent_id: None,
        queue_id: None,
        date: Some(date),
        figure: count as f64,
        limit: least as f64,
        detail: format!("{date}: {count} of group {} work, {least} are asked for", group.name),
    };
    short.into_iter().map(violation).collect()
}

/// Groups and days with too few at work, how many there are, and how many there should be.
fn short_days<'a>(facts: &'a Facts) -> Vec<(&'a AgentGroup, NaiveDate, usize, usize)> {
    let mut short = Vec::new();
    for group in facts.groups(GroupKind::OnDuty) {
        let lines = facts.lines_of(&group.agent_ids);
        let least = lines.len().min(group.min_agents as usize);
        for date in facts.input.week.dates() {
            let count = lines.iter().filter(|line| line.dates().contains(&date)).count();
            if count < least {
                short.push((group, date, count, least));
            }
        }
    }
    short
}

/// The price of the agents missing.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let missing: usize = short_days(facts).into_iter().map(|(_, _, count, least)| least - count).sum();
    missing as f64 * weights.group_gap_day
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::{GroupKind, RuleId};

    #[test]
    fn a_day_on_which_both_are_off_is_named_and_priced() {
        let mut case = Case::new();
        case.add_group(GroupKind::OnDuty, &[0, 1], &[]);
        case.input.rules.max_consecutive_days = 14;
        let mut roster: Vec<_> = (0..7).map(|day| case.assign(usize::from(day > 2), day, 0, 0)).collect();
        case.fitted_to(&roster).passes(&roster);
        roster.pop();
        let case = case.fitted_to(&roster);
        let violation = case.breaks(&roster, RuleId::GroupOnDuty);
        assert_eq!((violation.figure, violation.limit, violation.date), (0.0, 1.0, Some(case.date(6))));
        assert_eq!(price(&case.input, &roster).total, 30.0);
    }
}

//! `apart`: no two agents of a group work the same shift of a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::facts::Facts;
use crate::domain::rules::{AgentGroup, CostWeights, GroupKind, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let shared = shared_shifts(facts);
    let violation = |(group, date, count): (&AgentGroup, NaiveDate, usize)| Violation {
        rule: RuleId::Apart,
        severity: RuleId::Apart.severity(),
        agent_id: None,
        queue_id: None,
        date: Some(date),
        figure: count as f64,
        limit: 1.0,
        detail: format!("{date}: {count} of group {} work the same shift, to be kept apart", group.name),
    };
    shared.into_iter().map(violation).collect()
}

/// Groups with the dates of shifts that several of them work, and how many do.
fn shared_shifts<'a>(facts: &'a Facts) -> Vec<(&'a AgentGroup, NaiveDate, usize)> {
    let mut shared = Vec::new();
    for group in facts.groups(GroupKind::Apart) {
        let mut counts = BTreeMap::new();
        let shifts = facts.lines_of(&group.agent_ids).into_iter().flat_map(|line| line.shifts());
        shifts.for_each(|shift| *counts.entry(shift).or_insert(0) += 1);
        shared.extend(counts.into_iter().filter(|(_, count)| *count > 1).map(|((date, _), count)| (group, date, count)));
    }
    shared
}

/// The price of every agent beyond the first.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    let beyond: usize = shared_shifts(facts).into_iter().map(|(_, _, count)| count - 1).sum();
    beyond as f64 * weights.company
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::{GroupKind, RuleId};

    #[test]
    fn two_on_one_shift_are_named_and_priced_and_on_two_they_are_not() {
        let mut case = Case::new();
        case.add_group(GroupKind::Apart, &[0, 1], &[]);
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 1, 0), case.assign(1, 1, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 0, 1)];
        let case = case.fitted_to(&mutated);
        case.breaks(&mutated, RuleId::Apart);
        assert_eq!(price(&case.input, &mutated).total, 10.0);
    }
}

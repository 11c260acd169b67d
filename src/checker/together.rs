//! `together`: the agents of a group work the shifts that its first works, and no others.

use chrono::NaiveDate;

use super::facts::{Facts, Line};
use crate::domain::rules::{CostWeights, GroupKind, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let alone = alone(facts);
    let violation = |(line, first, date): (&Line, &Line, NaiveDate)| {
        let what = format!("does not work the same shift as {}", first.agent.name);
        line.breach(RuleId::Together, Some(date), (1.0, 0.0), what)
    };
    alone.into_iter().map(|(line, first, date)| violation((line, first, date))).collect()
}

/// Every shift that only one of an agent and the first of the group works: both, and its date.
fn alone<'a>(facts: &'a Facts) -> Vec<(&'a Line<'a>, &'a Line<'a>, NaiveDate)> {
    let mut alone = Vec::new();
    for group in facts.groups(GroupKind::Together) {
        let lines = facts.lines_of(&group.agent_ids);
        let Some((first, others)) = lines.split_first() else { continue };
        for line in others {
            let (own, theirs) = (line.shifts(), first.shifts());
            alone.extend(own.symmetric_difference(&theirs).map(|(date, _)| (*line, *first, *date)));
        }
    }
    alone
}

/// The price of the shifts worked alone.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    alone(facts).len() as f64 * weights.company
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::{GroupKind, RuleId};

    #[test]
    fn shifts_that_only_one_of_the_two_works_are_named_and_priced() {
        let mut case = Case::new();
        case.add_group(GroupKind::Together, &[0, 1], &[]);
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 0, 1)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 1, 0), case.assign(0, 3, 0, 0)];
        let case = case.fitted_to(&mutated);
        case.breaks_each(&mutated, RuleId::Together);
        assert_eq!(price(&case.input, &mutated).total, 30.0);
    }
}

//! `mentor-on-duty`: nobody of a group works a shift that none of its mentors works.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::facts::{Facts, Line};
use crate::domain::rules::{CostWeights, GroupKind, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let violation = |(line, date): (&Line, NaiveDate)| {
        line.breach(RuleId::MentorOnDuty, Some(date), (0.0, 1.0), "works a shift without a mentor".to_owned())
    };
    alone(facts).into_iter().map(|(line, date)| violation((line, date))).collect()
}

/// Shifts without a mentor: whose, and the date.
fn alone<'a>(facts: &'a Facts) -> Vec<(&'a Line<'a>, NaiveDate)> {
    let mut alone = Vec::new();
    for group in facts.groups(GroupKind::Mentored) {
        let held: BTreeSet<_> = facts.lines_of(&group.mentor_ids).into_iter().flat_map(|line| line.shifts()).collect();
        for line in facts.lines_of(&group.agent_ids) {
            alone.extend(line.shifts().difference(&held).map(|(date, _)| (line, *date)));
        }
    }
    alone
}

/// The price of the shifts without a mentor.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    alone(facts).len() as f64 * weights.company
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::rules::{GroupKind, RuleId};

    #[test]
    fn a_shift_without_a_mentor_is_named_and_priced_and_a_mentor_may_work_alone() {
        let mut case = Case::new();
        case.add_group(GroupKind::Mentored, &[0], &[1]);
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 0, 1), case.assign(1, 1, 0, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 1, 0)];
        let case = case.fitted_to(&mutated);
        case.breaks(&mutated, RuleId::MentorOnDuty);
        assert_eq!(price(&case.input, &mutated).total, 10.0);
    }
}

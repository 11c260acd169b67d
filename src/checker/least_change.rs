//! `least-change`: on each day an agent works the shift, or has the day off, that the roster to stay close to gives. On which
//! queue is free. Nothing is said of a day whose shift the site no longer has, nor of agents who are not rostered any more.

use super::facts::Facts;
use super::given_day::{Departure, departures};
use crate::domain::rules::{CostWeights, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    changes(facts).iter().map(|change| change.breach(RuleId::LeastChange, "the roster to stay close to")).collect()
}

/// The price of all days that are not as given.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    changes(facts).len() as f64 * weights.change
}

/// How many days of agents are not as given.
pub(super) fn count(facts: &Facts) -> usize {
    changes(facts).len()
}

fn changes<'a>(facts: &'a Facts<'a>) -> Vec<Departure<'a>> {
    let Some(roster) = &facts.input.least_change_from else { return Vec::new() };
    departures(facts, |line, date| {
        let given = roster.iter().find(|given| given.agent_id == line.agent.id && given.date == date);
        Some(given.map(|given| given.shift_template_id))
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use super::super::{changed_days, price};
    use crate::domain::ids::ShiftTemplateId;
    use crate::domain::rules::RuleId;

    /// The first agent was given the early shift on Monday; the second nothing.
    fn case() -> Case {
        let mut case = Case::new();
        case.input.least_change_from = Some(vec![case.assign(0, 0, 0, 0)]);
        case
    }

    #[test]
    fn off_instead_of_work_work_instead_of_off_and_another_shift_are_changes() {
        let case = case();
        let as_given = vec![case.assign(0, 0, 0, 0)];
        case.fitted_to(&as_given).passes(&as_given);
        let [another, off, more] =
            [vec![case.assign(0, 0, 1, 0)], vec![], vec![case.assign(0, 0, 0, 0), case.assign(1, 3, 1, 0)]];
        for (roster, agent, told) in [
            (another, 0, "客服0 on 2026-11-23: has 晚 where the roster to stay close to gives 早"),
            (off, 0, "客服0 on 2026-11-23: has a day off where the roster to stay close to gives 早"),
            (more, 1, "客服1 on 2026-11-26: has 晚 where the roster to stay close to gives a day off"),
        ] {
            let case = case.fitted_to(&roster);
            let violation = case.breaks(&roster, RuleId::LeastChange);
            assert_eq!((violation.agent_id, violation.detail.as_str()), (Some(case.input.agents[agent].id), told));
            assert_eq!((price(&case.input, &roster).total, changed_days(&case.input, &roster)), (10.0, Some(1)));
        }
    }

    #[test]
    fn another_queue_is_no_change_and_without_a_roster_to_stay_close_to_there_is_none() {
        let mut case = case();
        let roster = vec![case.assign(0, 0, 0, 1)];
        case.fitted_to(&roster).passes(&roster);
        assert_eq!(changed_days(&case.input, &roster), Some(0));
        case.input.least_change_from = None;
        assert_eq!(changed_days(&case.input, &roster), None);
    }

    #[test]
    fn agents_and_shifts_that_are_gone_are_left_out() {
        let mut case = case();
        let given = case.input.least_change_from.as_mut().unwrap();
        given[0].shift_template_id = ShiftTemplateId::generate();
        for roster in [vec![], vec![case.assign(0, 0, 1, 0)]] {
            case.fitted_to(&roster).passes(&roster);
        }
        let mut case = self::case();
        case.input.agents.remove(0);
        case.fitted_to(&[]).passes(&[]);
    }

    #[test]
    fn an_empty_roster_to_stay_close_to_makes_every_shift_a_change() {
        let mut case = Case::new();
        case.input.least_change_from = Some(vec![]);
        let roster = vec![case.assign(0, 0, 0, 0), case.assign(1, 0, 0, 0)];
        assert_eq!(changed_days(&case.input, &roster), Some(2));
        assert_eq!(changed_days(&case.input, &[]), Some(0));
    }
}

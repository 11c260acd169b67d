//! `rotation`: on each day an agent works the shift, or has the day off, that the team's rotation gives, where it gives one.

use super::facts::Facts;
use super::given_day::{Departure, departures};
use crate::domain::rules::{CostWeights, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    off_rotation(facts).iter().map(|day| day.breach(RuleId::Rotation, "the rotation")).collect()
}

/// The price of all days that are not as the rotation has them, forced ones too.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    off_rotation(facts).len() as f64 * weights.rotation
}

fn off_rotation<'a>(facts: &'a Facts<'a>) -> Vec<Departure<'a>> {
    let given = &facts.input.rotation;
    departures(facts, |line, date| {
        let day = given.iter().find(|day| day.agent_id == line.agent.id && day.date == date);
        day.map(|day| day.shift_template_id)
    })
}

#[cfg(test)]
mod tests {
    use super::super::price;
    use super::super::test_case::Case;
    use crate::domain::planning::RotationDay;
    use crate::domain::rules::RuleId;

    #[test]
    fn another_shift_a_day_off_and_work_on_a_day_off_are_departures_and_days_without_a_word_are_not() {
        let mut case = Case::new();
        let day = |agent: usize, day: u64, shift: Option<usize>| RotationDay {
            agent_id: case.input.agents[agent].id,
            date: case.input.week.monday() + chrono::Days::new(day),
            shift_template_id: shift.map(|shift| case.input.shift_templates[shift].id),
            is_fixed: false,
        };
        case.input.rotation = vec![day(0, 0, Some(0)), day(1, 3, None)];
        let as_given = vec![case.assign(0, 0, 0, 0), case.assign(1, 1, 1, 0)];
        case.fitted_to(&as_given).passes(&as_given);
        let [another, off, more] =
            [vec![case.assign(0, 0, 1, 0)], vec![], vec![case.assign(0, 0, 0, 0), case.assign(1, 3, 1, 0)]];
        for (roster, told) in [
            (another, "客服0 on 2026-11-23: has 晚 where the rotation gives 早"),
            (off, "客服0 on 2026-11-23: has a day off where the rotation gives 早"),
            (more, "客服1 on 2026-11-26: has 晚 where the rotation gives a day off"),
        ] {
            let case = case.fitted_to(&roster);
            assert_eq!(case.breaks(&roster, RuleId::Rotation).detail, told);
            assert_eq!(price(&case.input, &roster).total, case.input.rules.weights.rotation);
        }
    }
}

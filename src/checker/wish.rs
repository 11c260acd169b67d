//! `wish`: a wish is honoured.

use super::facts::Facts;
use crate::domain::absence::{Wish, WishKind};
use crate::domain::rules::{CostWeights, RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        for wish in refused(facts).filter(|wish| wish.agent_id == line.agent.id) {
            let what = match wish.kind {
                WishKind::DayOff => "wished for a day off and works",
                WishKind::AvoidShift => "works a shift that was to be avoided",
                WishKind::WantShift => "does not work the shift wished for",
            };
            let what = format!("{what}{}", past(facts, wish));
            violations.push(line.breach(RuleId::Wish, Some(wish.date), (weight(facts, wish), 0.0), what));
        }
    }
    violations
}

/// What the wish weighs: more for whom many were refused before, less for whom few were.
fn weight(facts: &Facts, wish: &Wish) -> f64 {
    f64::from(wish.weight) * facts.input.wish_memory.factor(wish.agent_id)
}

/// What of the agent's past makes the wish weigh more or less, in words.
fn past(facts: &Facts, wish: &Wish) -> String {
    let memory = &facts.input.wish_memory;
    let (factor, record) = (memory.factor(wish.agent_id), memory.record(wish.agent_id));
    if factor == 1.0 {
        return String::new();
    }
    let (refused, all) = (record.refused, record.granted + record.refused);
    format!(
        "; counts {factor} times its weight: {refused} of {all} wishes were refused before, {:.1} to be expected",
        memory.expected_refusals(wish.agent_id)
    )
}

/// Wishes of the week's agents and dates that the roster refuses.
fn refused<'a>(facts: &'a Facts) -> impl Iterator<Item = &'a Wish> {
    let input = facts.input;
    input.wishes.iter().filter(move |wish| {
        input.agent(wish.agent_id).is_some() && input.week.day_of(wish.date).is_some() && is_refused(facts, wish)
    })
}

fn is_refused(facts: &Facts, wish: &Wish) -> bool {
    let mut that_day =
        facts.assignments.iter().filter(|assignment| assignment.agent_id == wish.agent_id && assignment.date == wish.date);
    let mut works_named =
        || that_day.any(|assignment| wish.shift_template_id.is_none_or(|named| assignment.shift_template_id == named));
    match wish.kind {
        WishKind::DayOff => {
            facts.assignments.iter().any(|assignment| assignment.agent_id == wish.agent_id && assignment.date == wish.date)
        }
        WishKind::AvoidShift => works_named(),
        WishKind::WantShift => !works_named(),
    }
}

/// The price of the refused wishes.
pub(super) fn price(facts: &Facts, weights: &CostWeights) -> f64 {
    refused(facts).map(|wish| weight(facts, wish)).sum::<f64>() * weights.wish
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::absence::WishKind;
    use crate::domain::rules::RuleId;

    #[test]
    fn each_kind_of_wish_is_refused_by_its_own_roster() {
        for (kind, refusing) in [(WishKind::DayOff, true), (WishKind::AvoidShift, true), (WishKind::WantShift, false)] {
            let mut case = Case::new();
            let shift = (kind != WishKind::DayOff).then(|| case.input.shift_templates[0].id);
            case.add_wish(0, 2, kind, shift, 5);
            let works = vec![case.assign(0, 2, 0, 0)];
            let (passing, mutated) = if refusing { (vec![], works) } else { (works, vec![]) };
            case.fitted_to(&passing).passes(&passing);
            let case = case.fitted_to(&mutated);
            case.breaks(&mutated, RuleId::Wish);
            assert_eq!(price(&case.input, &mutated).total, 5.0);
        }
    }

    /// Four of the first agent's ten wishes were refused and none of the second's: two of ten are to be expected.
    #[test]
    fn a_wish_weighs_more_for_whom_more_was_refused_and_says_so() {
        let mut case = Case::new();
        for number in 0..10 {
            case.input.wish_memory.note(case.input.agents[0].id, number >= 4);
            case.input.wish_memory.note(case.input.agents[1].id, true);
        }
        for (agent, cost, told) in [
            (0, 7.5, "; counts 1.5 times its weight: 4 of 10 wishes were refused before, 2.0 to be expected"),
            (1, 2.5, "; counts 0.5 times its weight: 0 of 10 wishes were refused before, 2.0 to be expected"),
        ] {
            let mut case = case.clone();
            case.add_wish(agent, 2, WishKind::DayOff, None, 5);
            let roster = vec![case.assign(agent, 2, 0, 0)];
            let case = case.fitted_to(&roster);
            let violation = case.breaks(&roster, RuleId::Wish);
            assert!(violation.detail.ends_with(told), "{}", violation.detail);
            assert_eq!((violation.figure, price(&case.input, &roster).total), (cost, cost));
        }
    }

    #[test]
    fn another_shift_than_the_one_to_avoid_is_no_refusal() {
        let mut case = Case::new();
        case.add_wish(0, 2, WishKind::AvoidShift, Some(case.input.shift_templates[0].id), 5);
        let roster = vec![case.assign(0, 2, 1, 0)];
        case.fitted_to(&roster).passes(&roster);
    }
}

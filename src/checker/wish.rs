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
            violations.push(line.breach(RuleId::Wish, Some(wish.date), (f64::from(wish.weight), 0.0), what.to_owned()));
        }
    }
    violations
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
    refused(facts).map(|wish| f64::from(wish.weight)).sum::<f64>() * weights.wish
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

    #[test]
    fn another_shift_than_the_one_to_avoid_is_no_refusal() {
        let mut case = Case::new();
        case.add_wish(0, 2, WishKind::AvoidShift, Some(case.input.shift_templates[0].id), 5);
        let roster = vec![case.assign(0, 2, 1, 0)];
        case.fitted_to(&roster).passes(&roster);
    }
}

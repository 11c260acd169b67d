//! `weekends`: not more weekends with a shift on Saturday or Sunday than allowed, in all weeks that are planned together.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

use super::facts::Facts;
use crate::domain::calendar::monday_of;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let Some(most) = facts.input.rules.max_weekends else { return Vec::new() };
    let mut violations = Vec::new();
    for line in &facts.lines {
        let outside = facts.input.beside(line.agent.id).map(|shift| shift.date);
        let worked: BTreeSet<NaiveDate> = line.dates().into_iter().chain(outside).filter_map(weekend_of).collect();
        // Too many in the other weeks are the business of those weeks.
        if worked.len() > most as usize && worked.contains(&facts.input.week.monday()) {
            let what = format!(
                "works on {} weekends from {}, at most {most} are allowed",
                worked.len(),
                facts.input.horizon.first().monday()
            );
            violations.push(line.breach(RuleId::Weekends, None, (worked.len() as f64, f64::from(most)), what));
        }
    }
    violations
}

/// The weekend of a Saturday or Sunday, by the Monday of its week.
fn weekend_of(date: NaiveDate) -> Option<NaiveDate> {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun).then(|| monday_of(date))
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::calendar::Horizon;
    use crate::domain::rules::RuleId;

    #[test]
    fn one_weekend_too_many_of_those_planned_together_is_named() {
        let mut case = Case::new();
        case.input.horizon = Horizon::new(case.input.week, 3).unwrap();
        case.input.rules.max_weekends = Some(2);
        let roster = vec![case.assign(0, 5, 0, 0), case.assign(0, 6, 0, 0)];
        case.add_history(0, 1);
        case.add_coming(0, 13, 0);
        case.add_coming(1, 20, 0);
        case.fitted_to(&roster).passes(&roster);
        case.add_coming(0, 19, 0);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::Weekends);
        assert_eq!((violation.figure, violation.limit), (3.0, 2.0));
        // Two in the other weeks are too many now, and this one has none.
        case.input.rules.max_weekends = Some(1);
        case.fitted_to(&[]).passes(&[]);
    }
}

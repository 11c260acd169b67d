//! `protection`: who is protected works no nights and no overtime, as far as the site's rules say so.

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};
use crate::labour::planned::{night_minutes, planned, protected_from};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let zone = facts.input.week.zone();
    let mut violations = Vec::new();
    for line in &facts.lines {
        let Some((labour, terms)) = facts.input.terms(line.agent.id) else { continue };
        for worked in &line.worked {
            let shift = worked.template.on(worked.assignment.date, zone);
            let Some(protected) = protected_from(labour, terms, &shift, zone) else { continue };
            let night = if protected.from_nights { night_minutes(labour.night, &shift, zone) } else { 0 };
            let hours = planned(terms, &labour.dates, &shift, zone);
            let (figure, what) = match night {
                0 => (hours.overtime + hours.rest_day, "of overtime"),
                night => (night, "at night"),
            };
            let what = format!("{figure} minutes {what}, from which the agent is protected");
            violations.push(line.breach(RuleId::Protection, Some(shift.date), (f64::from(figure), 0.0), what));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::labour::{Protected, ProtectionKind};
    use crate::domain::rules::RuleId;

    #[test]
    fn a_night_of_who_is_protected_is_named_on_its_dates_only() {
        let mut case = Case::new().with_labour();
        let (from, until) = (case.date(1), Some(case.date(1)));
        case.terms(0).protected =
            vec![Protected { kind: ProtectionKind::Pregnant, from, until, from_nights: true, from_overtime: true }];
        let passing = vec![case.assign(0, 0, 1, 0), case.assign(1, 1, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 1, 1, 0)];
        let violation = case.fitted_to(&mutated).breaks(&mutated, RuleId::Protection);
        // 17:00-02:00, four hours of it after 22:00.
        assert_eq!((violation.figure, violation.limit, violation.date), (240.0, 0.0, Some(case.date(1))));
    }
}

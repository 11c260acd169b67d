//! `overtime`: overtime stays within what its month has left, what is worked beyond the normal minutes of the week or cycle
//! included.

use chrono::{Days, NaiveDate};

use super::facts::{Facts, Line, hours};
use crate::domain::labour::{AgentTerms, LabourInput};
use crate::domain::rules::{RuleId, Violation};
use crate::domain::shift::ShiftTemplate;
use crate::labour::planned::{PlannedHours, planned};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let sunday = facts.input.week.monday() + Days::new(6);
    let mut violations = Vec::new();
    for line in &facts.lines {
        let Some((labour, terms)) = facts.input.terms(line.agent.id) else { continue };
        let worked = planned_of(facts, line, labour, terms);
        for left in &terms.overtime_left {
            let is_inside = |date: NaiveDate| left.first <= date && date <= left.last;
            let own: u32 =
                worked.iter().filter(|(date, _)| is_inside(*date)).map(|(_, hours)| hours.overtime + hours.rest_day).sum();
            let ends_here = terms.normal_left.is_some_and(|normal| is_inside(normal.last.min(sunday)));
            let found = f64::from(own) + if ends_here { beyond(terms, &worked) } else { 0.0 };
            let most = f64::from(left.minutes);
            if found > most {
                let what = format!(
                    "{} of overtime from {} to {}, the month has {} left",
                    hours(found),
                    left.first,
                    left.last,
                    hours(most)
                );
                violations.push(line.breach(RuleId::Overtime, Some(left.last), (found, most), what));
            }
        }
    }
    violations
}

/// What each shift of the line adds, with its date.
pub(super) fn planned_of(facts: &Facts, line: &Line, labour: &LabourInput, terms: &AgentTerms) -> Vec<(NaiveDate, PlannedHours)> {
    let zone = facts.input.week.zone();
    let of = |date: NaiveDate, template: &ShiftTemplate| (date, planned(terms, &labour.dates, &template.on(date, zone), zone));
    line.worked.iter().map(|worked| of(worked.assignment.date, worked.template)).collect()
}

/// Minutes beyond the normal ones of the week or cycle.
pub(super) fn beyond(terms: &AgentTerms, worked: &[(NaiveDate, PlannedHours)]) -> f64 {
    let used: u32 = worked.iter().map(|(_, hours)| hours.pooled).sum();
    terms.normal_left.map_or(0.0, |normal| f64::from(used.saturating_sub(normal.minutes)))
}

#[cfg(test)]
mod tests {
    use super::super::{price, test_case::Case};
    use crate::domain::labour::{NormalLeft, OvertimeLeft};
    use crate::domain::rules::RuleId;

    #[test]
    fn overtime_of_single_days_and_beyond_the_week_is_named_with_what_is_left() {
        let mut case = Case::new().with_labour();
        let (first, last) = (case.date(0), case.date(6));
        case.terms(0).hours.normal_daily_minutes = Some(420);
        case.terms(0).normal_left = Some(NormalLeft { first, last, minutes: 5 * 420 });
        case.terms(0).overtime_left = vec![OvertimeLeft { first, last, minutes: 6 * 60 + 420 }];
        let roster: Vec<_> = (0..6).map(|day| case.assign(0, day, 0, 0)).collect();
        case.fitted_to(&roster).passes(&roster);
        case.terms(0).overtime_left[0].minutes -= 1;
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::Overtime);
        assert_eq!((violation.figure, violation.limit, violation.date), (780.0, 779.0, Some(last)));
        assert!(violation.detail.contains("13 h of overtime"), "{}", violation.detail);
    }

    #[test]
    fn each_month_of_the_week_has_its_own_limit_and_the_pool_counts_where_it_ends() {
        let mut case = Case::new().with_labour();
        let (first, last) = (case.date(0), case.date(6));
        case.terms(0).hours.normal_daily_minutes = Some(420);
        case.terms(0).normal_left = Some(NormalLeft { first, last, minutes: 6 * 420 - 60 });
        let of = |first, last, minutes| OvertimeLeft { first, last, minutes };
        let (until, from) = (case.date(2), case.date(3));
        case.terms(0).overtime_left = vec![of(first, until, 180), of(from, last, 240)];
        let roster: Vec<_> = (0..6).map(|day| case.assign(0, day, 0, 0)).collect();
        case.fitted_to(&roster).passes(&roster);
        case.terms(0).overtime_left[1].minutes = 239;
        assert_eq!(case.fitted_to(&roster).breaks(&roster, RuleId::Overtime).limit, 239.0);
        // Six hours at 1.5 and one at 2, four units an hour.
        assert_eq!(price(&case.fitted_to(&roster).input, &roster).total, (6.0 * 1.5 + 2.0) * 4.0);
    }
}

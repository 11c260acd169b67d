//! `daily-hours`: no shift has more paid minutes than labour law allows a day, or a night shift.

use super::facts::{Facts, hours};
use crate::domain::rules::{RuleId, Violation};
use crate::labour::planned::too_long;

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = Vec::new();
    for line in &facts.lines {
        let Some((labour, terms)) = facts.input.terms(line.agent.id) else { continue };
        for worked in &line.worked {
            let shift = worked.template.on(worked.assignment.date, facts.input.week.zone());
            if let Some(most) = too_long(labour, terms, &shift, facts.input.week.zone()) {
                let (paid, most) = (f64::from(shift.paid_minutes), f64::from(most));
                let what = format!("{} of paid work in one shift, labour law allows {}", hours(paid), hours(most));
                violations.push(line.breach(RuleId::DailyHours, Some(shift.date), (paid, most), what));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn a_minute_above_the_day_is_named() {
        let mut case = Case::new().with_labour();
        let roster = vec![case.assign(0, 0, 0, 0)];
        case.terms(0).max_daily_minutes = Some(480);
        case.fitted_to(&roster).passes(&roster);
        case.terms(0).max_daily_minutes = Some(479);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::DailyHours);
        assert_eq!((violation.figure, violation.limit, violation.date), (480.0, 479.0, Some(case.date(0))));
    }
}

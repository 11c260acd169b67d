//! `minimum-rest`: enough time between the end of one shift and the start of the next, the last before the week and the first
//! after it included.

use super::facts::{Facts, Line, hours};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let least = f64::from(facts.input.rules.min_rest_minutes);
    let mut violations = Vec::new();
    for line in &facts.lines {
        let past = facts.input.history.iter().filter(|past| past.agent_id == line.agent.id).map(|past| past.span.end);
        let mut ended = past.max();
        for worked in &line.worked {
            let span = worked.shift.span;
            let rest = ended.map(|ended| (span.start - ended).num_minutes() as f64);
            // Two shifts of one day that overlap are the business of `one-shift-per-day` too, but rest is short all the same.
            if let Some(rest) = rest.filter(|rest| *rest < least) {
                let what =
                    format!("{} between shifts before {}, at least {} needed", hours(rest), worked.template.code, hours(least));
                violations.push(line.breach(RuleId::MinimumRest, Some(worked.assignment.date), (rest, least), what));
            }
            ended = Some(ended.map_or(span.end, |ended| ended.max(span.end)));
        }
        violations.extend(before_the_next(facts, line, least));
    }
    violations
}

/// The rest after the last shift of the week, where the next one is planned already.
fn before_the_next(facts: &Facts, line: &Line, least: f64) -> Option<Violation> {
    let coming = facts.input.ahead.iter().filter(|coming| coming.agent_id == line.agent.id);
    let starts = coming.map(|coming| coming.span.start).min()?;
    let last = line.worked.iter().max_by_key(|worked| worked.shift.span.end)?;
    let rest = (starts - last.shift.span.end).num_minutes() as f64;
    let what =
        format!("{} after {} until the shift after the week, at least {} needed", hours(rest), last.template.code, hours(least));
    (rest < least).then(|| line.breach(RuleId::MinimumRest, Some(last.assignment.date), (rest, least), what))
}

#[cfg(test)]
mod tests {
    use super::super::test_case::Case;
    use crate::domain::rules::RuleId;

    #[test]
    fn early_after_late_is_named() {
        let case = Case::new();
        let passing = vec![case.assign(0, 0, 0, 0), case.assign(0, 1, 1, 0)];
        case.fitted_to(&passing).passes(&passing);
        let mutated = vec![case.assign(0, 0, 1, 0), case.assign(0, 1, 0, 0)];
        let violation = case.fitted_to(&mutated).breaks(&mutated, RuleId::MinimumRest);
        // 17:00 to 02:00, then 09:00: seven hours.
        assert_eq!((violation.figure, violation.limit), (420.0, 660.0));
    }

    #[test]
    fn the_shift_after_the_week_counts() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 6, 1, 0)];
        case.add_coming(0, 7, 1);
        case.fitted_to(&roster).passes(&roster);
        case.add_coming(0, 7, 0);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::MinimumRest);
        // Until 02:00 on Monday, and from 09:00 on.
        assert_eq!((violation.figure, violation.limit, violation.date), (420.0, 660.0, Some(case.date(6))));
    }

    #[test]
    fn the_shift_before_the_week_counts() {
        let mut case = Case::new();
        let roster = vec![case.assign(0, 0, 0, 0)];
        case.add_history(0, 1);
        case.fitted_to(&roster).passes(&roster);
        case.input.history[0].span.end += chrono::Duration::hours(6);
        case.fitted_to(&roster).breaks(&roster, RuleId::MinimumRest);
    }
}

//! `consecutive-days`: not more days in a row than allowed, those before the week included.

use chrono::{Days, NaiveDate};

use super::facts::Facts;
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let most = facts.input.rules.max_consecutive_days as usize;
    let monday = facts.input.week.monday();
    let mut violations = Vec::new();
    for line in &facts.lines {
        let mut dates: Vec<NaiveDate> = facts.past_dates(line.agent).chain(line.dates()).collect();
        dates.sort();
        dates.dedup();
        for run in dates.chunk_by(|earlier, later| *later == *earlier + Days::new(1)) {
            let last = *run.last().expect("a chunk is never empty");
            if run.len() > most && last >= monday {
                let what = format!("works {} days in a row from {}, at most {most} are allowed", run.len(), run[0]);
                violations.push(line.breach(RuleId::ConsecutiveDays, Some(last), (run.len() as f64, most as f64), what));
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
    fn days_before_the_week_count() {
        let mut case = Case::new();
        let roster: Vec<_> = (0..4).map(|day| case.assign(0, day, 0, 0)).collect();
        case.add_history(0, 1);
        case.add_history(0, 2);
        case.fitted_to(&roster).passes(&roster);
        case.add_history(0, 3);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::ConsecutiveDays);
        assert_eq!((violation.figure, violation.limit), (7.0, 6.0));
    }
}

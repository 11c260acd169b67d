//! `consecutive-days`: not more days in a row than allowed, those before and after the week included; nor fewer, worked or off, but for
//! rows that touch the first or the last day of the week.

use chrono::{Days, NaiveDate};

use super::facts::{Facts, Line};
use crate::domain::rules::{RuleId, Violation};

pub(super) fn check(facts: &Facts) -> Vec<Violation> {
    let mut violations = too_many(facts);
    violations.extend(facts.lines.iter().flat_map(|line| too_few(facts, line)));
    violations
}

/// Rows inside the week that end too soon.
fn too_few(facts: &Facts, line: &Line) -> Vec<Violation> {
    let (rules, worked) = (&facts.input.rules, line.dates());
    let days: Vec<(NaiveDate, bool)> = facts.input.week.dates().map(|date| (date, worked.contains(&date))).collect();
    let (first, last) = (days[0].0, days[days.len() - 1].0);
    let mut violations = Vec::new();
    for row in days.chunk_by(|day, next| day.1 == next.1) {
        let (least, what) =
            if row[0].1 { (rules.min_consecutive_days, "works") } else { (rules.min_consecutive_days_off, "is off for") };
        let is_inside = row[0].0 != first && row[row.len() - 1].0 != last;
        if is_inside && row.len() < least as usize {
            let what = format!("{what} {} days in a row, at least {least} are asked for", row.len());
            violations.push(line.breach(RuleId::ConsecutiveDays, Some(row[0].0), (row.len() as f64, f64::from(least)), what));
        }
    }
    violations
}

fn too_many(facts: &Facts) -> Vec<Violation> {
    let most = facts.input.rules.max_consecutive_days as usize;
    let monday = facts.input.week.monday();
    let sunday = monday + Days::new(6);
    let mut violations = Vec::new();
    for line in &facts.lines {
        let outside = facts.past_dates(line.agent).chain(facts.coming_dates(line.agent));
        let mut dates: Vec<NaiveDate> = outside.chain(line.dates()).collect();
        dates.sort();
        dates.dedup();
        for run in dates.chunk_by(|earlier, later| *later == *earlier + Days::new(1)) {
            let last = *run.last().expect("a chunk is never empty");
            if run.len() > most && last >= monday && run[0] <= sunday {
                let what = format!("works {} days in a row from {}, at most {most} are allowed", run.len(), run[0]);
                violations.push(line.breach(
                    RuleId::ConsecutiveDays,
                    Some(last.min(sunday)),
                    (run.len() as f64, most as f64),
                    what,
                ));
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
    fn rows_inside_the_week_that_end_too_soon_are_named() {
        let mut case = Case::new();
        (case.input.rules.min_consecutive_days, case.input.rules.min_consecutive_days_off) = (2, 2);
        let on = |days: &[u64]| days.iter().map(|day| case.assign(0, *day, 0, 0)).collect::<Vec<_>>();
        for passing in [vec![], vec![0, 3, 4], vec![1, 2], vec![0, 1, 2, 3, 4, 6], vec![2, 3, 6]] {
            let passes = case.fitted_to(&on(&passing));
            match passing.as_slice() {
                [0, 1, 2, 3, 4, 6] => drop(passes.breaks(&on(&passing), RuleId::ConsecutiveDays)),
                _ => passes.passes(&on(&passing)),
            }
        }
        let alone = case.fitted_to(&on(&[3])).breaks(&on(&[3]), RuleId::ConsecutiveDays);
        assert_eq!((alone.figure, alone.limit, alone.date), (1.0, 2.0, Some(case.date(3))));
    }

    #[test]
    fn days_after_the_week_count() {
        let mut case = Case::new();
        let roster: Vec<_> = (4..7).map(|day| case.assign(0, day, 0, 0)).collect();
        (7..10).for_each(|day| case.add_coming(0, day, 0));
        case.fitted_to(&roster).passes(&roster);
        case.add_coming(0, 10, 0);
        let violation = case.fitted_to(&roster).breaks(&roster, RuleId::ConsecutiveDays);
        assert_eq!((violation.figure, violation.limit, violation.date), (7.0, 6.0, Some(case.date(6))));
        // A row that lies wholly after the week is another week's fault.
        case.add_coming(0, 11, 0);
        case.add_coming(0, 12, 0);
        case.add_coming(0, 13, 0);
        case.fitted_to(&[]).passes(&[]);
    }

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

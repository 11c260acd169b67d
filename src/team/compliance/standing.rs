//! Where a shop stands in the period, and where it will by its end.
//!
//! The rest of a month is forecast from its daily pattern: each coming day brings what the same weekday brought on average
//! over the recorded days of the 28 before today (all weekdays, where that one was not recorded). What of it counts as good
//! goes by the rate of the month so far, or, while fewer than 30 were counted in it, by that of the 28 days before.

use chrono::{Datelike, Days, NaiveDate};

use super::distance::{Distance, distance, is_met};
use super::shipped::figure_of;
use crate::domain::compliance::{CompliancePeriod, ComplianceRule, Target};
use crate::domain::figure::{Direction, Tally};

/// Days that the daily pattern is read from.
pub const PATTERN_DAYS: u64 = 28;
/// So many counted make a month's own rate worth reading.
const ENOUGH: f64 = 30.0;

/// What was counted on one local date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayCount {
    /// The date.
    pub date: NaiveDate,
    /// Numerator and denominator.
    pub tally: Tally,
}

/// How the period will end, if it goes on as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// The limit will be met.
    OnCourse,
    /// It will be missed, and can still be met.
    InDanger,
    /// It can no longer be met with what is expected to come.
    OutOfReach,
}

/// The end of the period, if it goes on as it did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    /// What is expected to be counted on the days to come.
    pub expected: f64,
    /// The share of them taken as good, or as bad for a rule that should be low.
    pub rate: f64,
    /// The value at the end.
    pub value: f64,
    /// The share that the days to come need at least, or may have at most; above 1 or below 0 where it cannot be. `None`
    /// without a limit, or where nothing is to come.
    pub needed_rate: Option<f64>,
    /// What that means; `None` without a limit.
    pub outlook: Option<Outlook>,
}

/// Where a shop stands against one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// First date of the period.
    pub from: NaiveDate,
    /// Its last date.
    pub until: NaiveDate,
    /// What was counted so far.
    pub tally: Tally,
    /// The value; `None` where nothing was counted.
    pub value: Option<f64>,
    /// Whether the limit is met so far; `None` without a limit or without anything counted.
    pub is_met: Option<bool>,
    /// How far from the limit; `None` without one.
    pub distance: Option<Distance>,
    /// The end of a calendar month; `None` for a period that goes with the day, and where there is no pattern.
    pub projection: Option<Projection>,
}

/// First and last date of the period that a rule judges on a date.
pub fn period_of(rule: &ComplianceRule, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    match rule.period {
        CompliancePeriod::CalendarMonth => (first_of_month(today), first_of_next_month(today) - Days::new(1)),
        CompliancePeriod::Last30Days => (today - Days::new(29), today),
    }
}

/// The first day of the month.
fn first_of_month(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.day0()))
}

fn first_of_next_month(date: NaiveDate) -> NaiveDate {
    first_of_month(first_of_month(date) + Days::new(31))
}

/// Where the counts of a shop stand on `today`. `days` are those of the period so far and of the 28 days before today, in any
/// order, none twice.
pub fn stand(rule: &ComplianceRule, today: NaiveDate, days: &[DayCount]) -> Standing {
    let (from, until) = period_of(rule, today);
    let sum = |from: NaiveDate, until: NaiveDate| {
        let inside = days.iter().filter(|day| (from..=until).contains(&day.date));
        inside.fold(Tally::default(), |mut sum, day| {
            sum += day.tally;
            sum
        })
    };
    let tally = sum(from, today);
    let whole = (tally.above.round() as i64, tally.below.round() as i64);
    let has_counts = tally.below > 0.0;
    let pattern_from = today - Days::new(PATTERN_DAYS);
    let recent = if tally.below >= ENOUGH { tally } else { sum(pattern_from, today) };
    let is_month = rule.period == CompliancePeriod::CalendarMonth;
    let expected = is_month.then(|| to_come(days, pattern_from, today, until)).flatten();
    Standing {
        from,
        until,
        tally,
        value: figure_of(rule).and_then(|figure| tally.value(&figure)),
        is_met: rule.target.filter(|_| has_counts).map(|target| is_met(whole.0, whole.1, target, rule.direction)),
        distance: rule.target.map(|target| distance(whole.0, whole.1, target, rule.direction)),
        projection: expected
            .filter(|_| recent.below > 0.0)
            .map(|expected| project(rule, tally, expected, recent.above / recent.below)),
    }
}

/// What the days after `today` up to `until` will bring; `None` without a recorded day to go by.
fn to_come(days: &[DayCount], from: NaiveDate, today: NaiveDate, until: NaiveDate) -> Option<f64> {
    // Today is not over: its count would make its weekday look small.
    let past: Vec<&DayCount> = days.iter().filter(|day| from <= day.date && day.date < today && day.tally.below > 0.0).collect();
    let mean = |some: &[&&DayCount]| some.iter().map(|day| day.tally.below).sum::<f64>() / some.len() as f64;
    let all = mean(&past.iter().collect::<Vec<_>>());
    let of = |date: NaiveDate| {
        let same: Vec<_> = past.iter().filter(|day| day.date.weekday() == date.weekday()).collect();
        if same.is_empty() { all } else { mean(&same) }
    };
    (!past.is_empty()).then(|| today.iter_days().skip(1).take_while(|date| *date <= until).map(of).sum())
}

fn project(rule: &ComplianceRule, tally: Tally, expected: f64, rate: f64) -> Projection {
    let below = tally.below + expected;
    let value = (tally.above + rate * expected) / below;
    let needed = |target: Target| (target.get() * below - tally.above) / expected;
    let needed_rate = rule.target.filter(|_| expected > 0.0).map(needed);
    let outlook = rule.target.map(|target| {
        let is_lower = rule.direction == Direction::Lower;
        let (is_good, is_possible) = if is_lower {
            (value <= target.get(), needed_rate.is_some_and(|rate| rate >= 0.0))
        } else {
            (value >= target.get(), needed_rate.is_some_and(|rate| rate <= 1.0))
        };
        match (is_good, is_possible) {
            (true, _) => Outlook::OnCourse,
            (false, true) => Outlook::InDanger,
            (false, false) => Outlook::OutOfReach,
        }
    });
    Projection { expected, rate, value, needed_rate, outlook }
}

#[cfg(test)]
mod tests {
    use super::super::distance::Step;
    use super::super::shipped::shipped;
    use super::*;

    fn rule(code: &str) -> ComplianceRule {
        shipped().iter().find(|rule| rule.code == code).unwrap().clone()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// `above` of `below` on every date of the span.
    fn every_day(from: &str, until: &str, above: f64, below: f64) -> Vec<DayCount> {
        let dates = date(from).iter_days().take_while(|day| *day <= date(until));
        dates.map(|date| DayCount { date, tally: Tally { above, below } }).collect()
    }

    #[test]
    fn a_month_goes_from_its_first_to_its_last_day() {
        let month = rule("kuaishou_good_review_rate");
        assert_eq!(period_of(&month, date("2026-02-28")), (date("2026-02-01"), date("2026-02-28")));
        assert_eq!(period_of(&month, date("2026-12-31")), (date("2026-12-01"), date("2026-12-31")));
        let rolling = rule("jd_30s_first_reply");
        assert_eq!(period_of(&rolling, date("2026-11-22")), (date("2026-10-24"), date("2026-11-22")));
    }

    #[test]
    fn the_month_so_far_is_counted_and_its_rest_forecast_from_the_days_before() {
        // Ten a day, seven good, from 20 October to 20 November: 200 counted in the month, 140 good, ten days to come.
        let days = every_day("2026-10-20", "2026-11-20", 7.0, 10.0);
        let standing = stand(&rule("kuaishou_good_review_rate"), date("2026-11-20"), &days);
        assert_eq!(
            (standing.tally, standing.value, standing.is_met),
            (Tally { above: 140.0, below: 200.0 }, Some(0.7), Some(false))
        );
        // (140 + 100) / (200 + 100) = 0.8.
        assert_eq!(standing.distance, Some(Distance { step: Step::GoodNeeded, count: Some(100) }));
        let projection = standing.projection.unwrap();
        assert_eq!(projection.expected, 100.0);
        assert!((projection.value - 0.7).abs() < 1e-12);
        // 0.8 · 300 − 140 = 100 of the 100 to come.
        assert!((projection.needed_rate.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(projection.outlook, Some(Outlook::InDanger));
        let later =
            stand(&rule("kuaishou_good_review_rate"), date("2026-11-21"), &every_day("2026-10-20", "2026-11-21", 7.0, 10.0));
        assert_eq!(later.projection.unwrap().outlook, Some(Outlook::OutOfReach));
    }

    #[test]
    fn each_coming_day_brings_what_its_weekday_brought() {
        // Mondays bring 40, other days 10; from Saturday 21 November there are one Monday and eight other days to come.
        let mut days = every_day("2026-10-24", "2026-11-21", 9.0, 10.0);
        for day in days.iter_mut().filter(|day| day.date.weekday() == chrono::Weekday::Mon) {
            day.tally = Tally { above: 36.0, below: 40.0 };
        }
        // Today has only begun, and says nothing of Saturdays.
        days.last_mut().unwrap().tally = Tally { above: 1.0, below: 1.0 };
        let standing = stand(&rule("kuaishou_good_review_rate"), date("2026-11-21"), &days);
        let projection = standing.projection.unwrap();
        // 22 to 30 November: Mondays are the 23rd and the 30th.
        assert_eq!(projection.expected, 7.0 * 10.0 + 2.0 * 40.0);
        assert_eq!(projection.outlook, Some(Outlook::OnCourse));
    }

    #[test]
    fn a_young_month_goes_by_the_rate_of_the_weeks_before_and_a_rolling_period_has_no_end() {
        let mut days = every_day("2026-10-04", "2026-10-31", 9.0, 10.0);
        days.extend(every_day("2026-11-01", "2026-11-01", 0.0, 5.0));
        let standing = stand(&rule("kuaishou_good_review_rate"), date("2026-11-01"), &days);
        assert_eq!(standing.is_met, Some(false));
        let projection = standing.projection.unwrap();
        assert!((projection.rate - 252.0 / 285.0).abs() < 1e-12, "{}", projection.rate);
        assert_eq!(projection.outlook, Some(Outlook::OnCourse));
        assert_eq!(stand(&rule("jd_30s_first_reply"), date("2026-11-01"), &days).projection, None);
        let nothing = stand(&rule("kuaishou_attitude_share"), date("2026-11-01"), &[]);
        assert_eq!((nothing.value, nothing.is_met, nothing.projection), (None, None, None));
    }
}

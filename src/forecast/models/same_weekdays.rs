//! The textbook's methods: the mean and the median of the last same weekdays, as a spreadsheet would have them.
//!
//! As candidates they see ordinary days with their effects divided out; as yardsticks (`raw`) they see what a spreadsheet
//! sees: the last days that have rows, holidays and all.

use chrono::{Datelike, NaiveDate};

use super::super::effects::{Effects, OrdinaryWeek};
use super::super::history::History;
use super::super::robust::median;
use super::cleaned;

/// The mean of the last `count` same weekdays.
pub fn mean_of(effects: &Effects<'_>, count: usize) -> OrdinaryWeek {
    of_last(effects, count, |values| mean(values))
}

/// The median of the last `count` same weekdays.
pub fn median_of(effects: &Effects<'_>, count: usize) -> OrdinaryWeek {
    of_last(effects, count, |values| median(values).unwrap_or(0.0))
}

fn of_last(effects: &Effects<'_>, count: usize, centre: impl Fn(&mut [f64]) -> f64) -> OrdinaryWeek {
    std::array::from_fn(|weekday| {
        let days: Vec<_> = effects.days.iter().rev().filter(|day| day.weekday == weekday).collect();
        let of_slot = |slot: usize| {
            let mut seen: Vec<f64> = days.iter().filter_map(|day| cleaned(effects, day, slot)).take(count).collect();
            centre(&mut seen)
        };
        (0..effects.slots()).map(of_slot).collect()
    })
}

/// A spreadsheet's centre of the last `count` days before `until` that have rows and the weekday of `date`.
pub(in super::super) fn raw(
    history: &History,
    until: NaiveDate,
    date: NaiveDate,
    count: usize,
    centre: fn(&mut [f64]) -> Option<f64>,
) -> Vec<f64> {
    let mut same: Vec<_> = history.days_before(until).filter(|(day, _)| day.weekday() == date.weekday()).collect();
    let same = same.split_off(same.len().saturating_sub(count));
    let of_slot = |slot: usize| {
        let mut seen: Vec<f64> = same.iter().filter_map(|(_, day)| day[slot]).collect();
        centre(&mut seen).unwrap_or(0.0)
    };
    (0..history.slots_per_day()).map(of_slot).collect()
}

/// The mean; 0 of nothing.
fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The mean as [`raw`] takes it; `None` of nothing.
pub(in super::super) fn raw_mean(values: &mut [f64]) -> Option<f64> {
    (!values.is_empty()).then(|| mean(values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::IntervalMinutes;
    use crate::domain::demand::VolumeRecord;
    use crate::domain::ids::QueueId;

    #[test]
    fn a_spreadsheet_takes_the_last_days_that_have_rows() {
        let monday: NaiveDate = "2026-11-02".parse().unwrap();
        // Six Mondays of 10, 20 … 60 with the fifth missing.
        let row = |week: u64| VolumeRecord {
            queue_id: QueueId(uuid::Uuid::nil()),
            starts_at: (monday + chrono::Days::new(7 * week)).and_hms_opt(9, 0, 0).unwrap().and_utc(),
            minutes: 60,
            inquiries: 10.0 * (week + 1) as f64,
            aht_secs: None,
        };
        let rows: Vec<_> = [0, 1, 2, 3, 5].map(row).to_vec();
        let until = monday + chrono::Days::new(42);
        let step = IntervalMinutes::new(60).unwrap();
        let history = History::from_records(&rows, chrono_tz::Tz::UTC, step, until).unwrap();
        let of = |count, centre| raw(&history, until, until, count, centre)[9];
        assert_eq!((of(1, raw_mean), of(4, raw_mean), of(6, median)), (60.0, 37.5, 30.0));
    }
}

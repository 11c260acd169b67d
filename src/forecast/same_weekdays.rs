//! The yardstick: the mean of the last four same weekdays, as a spreadsheet would have it.

use chrono::{Datelike, NaiveDate};

use super::history::History;

/// Days that are averaged.
const DAYS: usize = 4;

/// The mean of the last four days before `until` that have rows and the weekday of `date`, slot by slot.
pub(super) fn mean_of_four(history: &History, until: NaiveDate, date: NaiveDate) -> Vec<f64> {
    let mut same: Vec<_> = history.days_before(until).filter(|(day, _)| day.weekday() == date.weekday()).collect();
    let same = same.split_off(same.len().saturating_sub(DAYS));
    let slot_mean = |slot: usize| {
        let seen: Vec<f64> = same.iter().filter_map(|(_, day)| day[slot]).collect();
        if seen.is_empty() { 0.0 } else { seen.iter().sum::<f64>() / seen.len() as f64 }
    };
    (0..history.slots_per_day()).map(slot_mean).collect()
}

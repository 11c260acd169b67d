//! The month in the volume: wages, bills and membership days come with the date, whatever the weekday.
//!
//! A date's place is counted from the nearest turn of the month, so that the 30th of one month and the 31st of another are
//! both the last day. Its effect is the median over the months of what the days around it were above the level; the median,
//! so that one month's surge is not taken for a habit, and shrunk, since a few months prove little.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::robust::median;

/// Months below which the effect is taken as none.
const MONTHS_NEEDED: usize = 3;

/// Months of "no effect" that the months seen are weighed against.
const PRIOR_MONTHS: f64 = 2.0;

/// Days on either side that speak for a date, each a third less than the one before.
const NEIGHBOURS: i64 = 2;

/// Log factors by place in the month.
#[derive(Debug, Clone, Default)]
pub(super) struct MonthTurn(BTreeMap<i32, f64>);

impl MonthTurn {
    /// Learns from log ratios of days to the level around them.
    pub fn learn(log_ratios: &BTreeMap<NaiveDate, f64>) -> Self {
        let (Some((first, _)), Some((last, _))) = (log_ratios.first_key_value(), log_ratios.last_key_value()) else {
            return Self::default();
        };
        let mut by_place: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
        for date in first.iter_days().take_while(|date| date <= last) {
            if let Some(around) = around(log_ratios, date) {
                by_place.entry(place(date)).or_default().push(around);
            }
        }
        let mut effects: BTreeMap<i32, f64> = BTreeMap::new();
        for (place, mut months) in by_place {
            let count = months.len();
            let effect = median(&mut months).filter(|_| count >= MONTHS_NEEDED).unwrap_or(0.0);
            effects.insert(place, effect * count as f64 / (count as f64 + PRIOR_MONTHS));
        }
        let mean = effects.values().sum::<f64>() / effects.len().max(1) as f64;
        effects.values_mut().for_each(|effect| *effect -= mean);
        Self(effects)
    }

    /// The log factor of a date.
    pub fn log_factor(&self, date: NaiveDate) -> f64 {
        self.0.get(&place(date)).copied().unwrap_or(0.0)
    }
}

/// Days from the nearest turn of the month: 1 is the first day, 0 the last, -1 the one before it.
pub(super) fn place(date: NaiveDate) -> i32 {
    let day = i32::try_from(date.day()).expect("a day of the month is at most 31");
    let next = date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    let length = next.map_or(31, |next| i32::try_from((next - date).num_days()).unwrap_or(31) + day - 1);
    if day <= 15 { day } else { day - length }
}

/// The weighted mean of the days around a date; `None` where too few of them are known.
fn around(log_ratios: &BTreeMap<NaiveDate, f64>, date: NaiveDate) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (other, ratio) in log_ratios.range(date - Days::new(NEIGHBOURS as u64)..=date + Days::new(NEIGHBOURS as u64)) {
        let weight = 1.0 - (*other - date).num_days().abs() as f64 / (NEIGHBOURS + 1) as f64;
        sum += weight * ratio;
        weights += weight;
    }
    (weights >= 1.0).then(|| sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Days from January on; those of the first three of each of the named months are a tenth above the level.
    fn days(until: &str, busy: &[u32]) -> BTreeMap<NaiveDate, f64> {
        let first = |day: &NaiveDate| day.day() <= 3 && busy.contains(&day.month());
        let days = date("2026-01-01").iter_days().take_while(|day| *day < date(until));
        days.map(|day| (day, if first(&day) { 0.1 } else { 0.0 })).collect()
    }

    #[test]
    fn places_are_counted_from_the_nearest_turn() {
        assert_eq!(place(date("2026-11-01")), 1);
        assert_eq!(place(date("2026-11-30")), 0);
        assert_eq!(place(date("2026-12-31")), 0);
        assert_eq!(place(date("2026-02-26")), -2);
        assert_eq!(place(date("2026-12-15")), 15);
    }

    #[test]
    fn what_comes_back_every_month_is_learnt_shrunk() {
        let effect = MonthTurn::learn(&days("2026-07-01", &[1, 2, 3, 4, 5, 6]));
        // Around the 2nd: (1 + 2·2/3) of 3 weights are busy, 0.0778; six months of eight; less the mean over the month.
        let second = effect.log_factor(date("2026-07-02"));
        assert!((0.045..0.06).contains(&second), "{second}");
        assert!(effect.log_factor(date("2026-07-12")).abs() < 0.012);
    }

    #[test]
    fn a_single_months_surge_and_two_months_are_no_habit() {
        let once = MonthTurn::learn(&days("2026-07-01", &[3]));
        assert!(once.log_factor(date("2026-07-02")).abs() < 1e-9);
        let two = MonthTurn::learn(&days("2026-02-27", &[1, 2]));
        assert!(two.log_factor(date("2026-03-02")).abs() < 1e-9);
    }
}

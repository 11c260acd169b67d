//! Days beside holidays, and feasts that are no days off: by name and by how many days before or after.
//!
//! An effect speaks only as far as it exceeds what ordinary days vary by: a date that was five percent off last year proves
//! nothing, one that was half off does.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::feasts;
use super::robust::median;
use crate::domain::organisation::{Holiday, HolidayKind};

/// Days before a holiday's first day and after its last that may differ.
const BESIDE_HOLIDAY: i64 = 3;

/// Occurrences of "no effect" that those seen are weighed against.
const PRIOR: f64 = 0.5;

/// Standard deviations of a normal sample in its median absolute deviation.
const NORMAL_MAD: f64 = 1.4826;

/// A place beside a feast: its name and the days from it, negative before, 0 on the feast itself.
pub(super) type Place = (String, i64);

/// The places of dates.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbours(BTreeMap<NaiveDate, Place>);

impl Neighbours {
    /// The places of the dates from `first` to `last`; of several the nearest feast counts, then the holiday.
    pub fn new(holidays: &[Holiday], zone: Tz, first: NaiveDate, last: NaiveDate) -> Self {
        let mut places = Self::default();
        for (name, from, to) in blocks(holidays) {
            places.surround(&name, from, to, (BESIDE_HOLIDAY, BESIDE_HOLIDAY));
        }
        if feasts::are_kept_in(zone) {
            for (date, name, before, after) in feasts::between(first - Days::new(30), last + Days::new(30)) {
                places.surround(name, date, date, (before, after));
            }
        }
        places
    }

    /// The place of a date.
    pub fn of(&self, date: NaiveDate) -> Option<&Place> {
        self.0.get(&date)
    }

    /// Notes the days around a feast that lasts from `first` to `last`.
    fn surround(&mut self, name: &str, first: NaiveDate, last: NaiveDate, (before, after): (i64, i64)) {
        let earlier = (1..=before).map(|days| (first - Days::new(days.unsigned_abs()), -days));
        let later = (1..=after).map(|days| (last + Days::new(days.unsigned_abs()), days));
        for (date, days) in earlier.chain([(first, 0)]).chain(later) {
            let is_nearer = self.0.get(&date).is_none_or(|there| days.abs() < there.1.abs());
            if is_nearer {
                self.0.insert(date, (name.to_owned(), days));
            }
        }
    }
}

/// Rest days without a working day between them: the name of the first, its date and the last one's.
fn blocks(holidays: &[Holiday]) -> Vec<(String, NaiveDate, NaiveDate)> {
    let is_rest = |holiday: &&Holiday| matches!(holiday.kind, HolidayKind::Statutory | HolidayKind::ShiftedRest);
    let mut rests: Vec<_> = holidays.iter().filter(is_rest).collect();
    rests.sort_by_key(|holiday| holiday.date);
    let mut blocks: Vec<(String, NaiveDate, NaiveDate)> = Vec::new();
    for holiday in rests {
        match blocks.last_mut() {
            Some((_, _, last)) if (holiday.date - *last).num_days() <= 1 => *last = holiday.date,
            _ => blocks.push((holiday.name.clone(), holiday.date, holiday.date)),
        }
    }
    blocks
}

/// Log factors by place.
#[derive(Debug, Clone, Default)]
pub(super) struct NeighbourEffects(BTreeMap<Place, f64>);

impl NeighbourEffects {
    /// Learns from log ratios of days to what they would have been.
    pub fn learn(days: &[(Option<&Place>, f64)]) -> Self {
        let mut ordinary: Vec<f64> = days.iter().filter(|day| day.0.is_none()).map(|day| day.1.abs()).collect();
        let deviation = median(&mut ordinary).unwrap_or(0.0) * NORMAL_MAD;
        let mut by_place: BTreeMap<Place, (f64, f64)> = BTreeMap::new();
        for (place, log) in days.iter().filter_map(|(place, log)| Some(((*place)?, log))) {
            let sums = by_place.entry(place.clone()).or_default();
            sums.0 += log;
            sums.1 += 1.0;
        }
        let effect = |(sum, count): (f64, f64)| {
            let mean = sum / count;
            mean.signum() * (mean.abs() - 2.0 * deviation / count.sqrt()).max(0.0) * count / (count + PRIOR)
        };
        Self(by_place.into_iter().map(|(place, sums)| (place, effect(sums))).filter(|(_, effect)| *effect != 0.0).collect())
    }

    /// The log factor of a place; 0 for a day beside nothing.
    pub fn log_factor(&self, place: Option<&Place>) -> f64 {
        place.and_then(|place| self.0.get(place)).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{HolidayId, SiteId};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rest(day: &str, name: &str) -> Holiday {
        let nil = uuid::Uuid::nil();
        let kind = HolidayKind::Statutory;
        Holiday { id: HolidayId(nil), site_id: SiteId(nil), date: date(day), name: name.to_owned(), kind }
    }

    #[test]
    fn days_are_counted_from_the_ends_of_a_holiday_and_the_nearer_feast_counts() {
        let holidays = [rest("2026-10-02", "国庆节"), rest("2026-10-01", "国庆节"), rest("2026-10-06", "补休")];
        let places = Neighbours::new(&holidays, Tz::UTC, date("2026-09-01"), date("2026-10-31"));
        assert_eq!(places.of(date("2026-09-29")), Some(&("国庆节".to_owned(), -2)));
        assert_eq!(places.of(date("2026-10-03")), Some(&("国庆节".to_owned(), 1)));
        assert_eq!(places.of(date("2026-10-05")), Some(&("补休".to_owned(), -1)));
        assert_eq!(places.of(date("2026-10-20")), None, "no lunar feast in this zone");
        let lunar = Neighbours::new(&[], Tz::Asia__Shanghai, date("2026-08-01"), date("2026-08-31"));
        assert_eq!(lunar.of(date("2026-08-17")), Some(&("七夕".to_owned(), -2)));
    }

    #[test]
    fn an_effect_speaks_beyond_what_ordinary_days_vary_by() {
        let (eve, after) = (("国庆节".to_owned(), -1), ("国庆节".to_owned(), 1));
        let mut days: Vec<_> = (0..40).map(|day| (None, if day % 2 == 0 { 0.04 } else { -0.04 })).collect();
        days.extend([(Some(&eve), 0.5), (Some(&after), 0.1)]);
        let effects = NeighbourEffects::learn(&days);
        // One occurrence, beyond two deviations of 0.04 · 1.4826, weighed against half an occurrence of none.
        let wanted = (0.5 - 2.0 * 0.04 * 1.4826) / 1.5;
        assert!((effects.log_factor(Some(&eve)) - wanted).abs() < 1e-12);
        assert_eq!(effects.log_factor(Some(&after)), 0.0);
        assert_eq!(effects.log_factor(None), 0.0);
    }
}

//! Holiday calendars that are shipped: statutory days, shifted rest days and make-up working days, kept apart.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::{Holiday, HolidayKind};

/// A year of a jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayCalendar {
    /// Where it holds.
    pub jurisdiction: String,
    /// Which year.
    pub year: i32,
    /// The announcement it was written from.
    pub source: String,
    /// Its days, those of one feast and kind together.
    pub days: Vec<FeastDays>,
}

/// Days of one feast that are alike. Weekends that are free anyway are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeastDays {
    /// Display name.
    pub name: String,
    /// What makes them unlike others.
    pub kind: HolidayKind,
    /// The dates.
    pub dates: Vec<NaiveDate>,
}

const FILES: [&str; 2] = [include_str!("calendars/cn-2025.json"), include_str!("calendars/cn-2026.json")];

static CALENDARS: LazyLock<Vec<HolidayCalendar>> = LazyLock::new(|| {
    let read = |text: &&str| serde_json::from_str(text).expect("the calendars that are shipped can be read");
    FILES.iter().map(read).collect()
});

/// Every calendar, by jurisdiction and year.
pub fn shipped() -> &'static [HolidayCalendar] {
    &CALENDARS
}

/// The calendar of a jurisdiction and year; `None` where none is shipped.
pub fn of_year(jurisdiction: &str, year: i32) -> Option<&'static HolidayCalendar> {
    shipped().iter().find(|calendar| calendar.jurisdiction == jurisdiction && calendar.year == year)
}

/// The shipped days of a jurisdiction from `from` to `until`, both included, as those of a site, by date.
pub fn between(jurisdiction: &str, site_id: SiteId, from: NaiveDate, until: NaiveDate) -> Vec<Holiday> {
    let there = shipped().iter().filter(|calendar| calendar.jurisdiction == jurisdiction);
    there.flat_map(|calendar| calendar.for_site(site_id)).filter(|day| (from..=until).contains(&day.date)).collect()
}

impl HolidayCalendar {
    /// Its days as those of a site, by date.
    pub fn for_site(&self, site_id: SiteId) -> Vec<Holiday> {
        let day = |days: &FeastDays, date| Holiday {
            id: HolidayId::generate(),
            site_id,
            date,
            name: days.name.clone(),
            kind: days.kind,
        };
        let all = self.days.iter().flat_map(|days| days.dates.iter().map(move |date| day(days, *date)));
        let mut all: Vec<Holiday> = all.collect();
        all.sort_by_key(|holiday| holiday.date);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labour::SpecialDates;

    /// Thirteen statutory days since 2025, and 365 - 104 - 13 = 248 working days.
    #[test]
    fn a_year_of_mainland_china_has_thirteen_statutory_and_248_working_days() {
        for (year, make_up) in [(2025, 5), (2026, 6)] {
            let days = of_year("CN", year).unwrap().for_site(SiteId::generate());
            let count = |kind| days.iter().filter(|day| day.kind == kind).count();
            assert_eq!((count(HolidayKind::Statutory), count(HolidayKind::MakeUpWorkday)), (13, make_up), "{year}");
            let date = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
            assert_eq!(SpecialDates::of(&days).working_days(date(1, 1), date(12, 31)), 248, "{year}");
            assert!(days.array_windows().all(|[one, next]| one.date < next.date), "{year}: a date has one entry");
        }
        assert_eq!(of_year("CN", 2027), None);
    }

    #[test]
    fn only_what_is_in_reach_is_given() {
        let date = |text: &str| text.parse().unwrap();
        let days = between("CN", SiteId::generate(), date("2025-10-08"), date("2026-01-01"));
        let found: Vec<String> = days.iter().map(|day| day.date.to_string()).collect();
        assert_eq!(found, ["2025-10-08", "2025-10-11", "2026-01-01"]);
        assert!(between("XX", SiteId::generate(), date("2025-10-08"), date("2026-01-01")).is_empty());
    }

    /// 国办发明电〔2025〕7号: 国庆节 from 1 to 7 October, worked for on 20 September and 10 October.
    #[test]
    fn the_kinds_of_a_long_feast_are_kept_apart() {
        let days = SpecialDates::of(&of_year("CN", 2026).unwrap().for_site(SiteId::generate()));
        let kinds = |day: u32| {
            let date = NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
            (days.is_statutory(date), days.is_rest_day(date))
        };
        assert_eq!(
            [1, 3, 4, 5, 7, 8, 10, 11].map(kinds),
            [
                (true, false),
                (true, false),
                (false, true),
                (false, true),
                (false, true),
                (false, false),
                (false, false),
                (false, true)
            ]
        );
    }
}

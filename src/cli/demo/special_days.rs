//! Mainland China's days of 2026 that are not ordinary, as the State Council's office announced them.

use chrono::NaiveDate;

use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::{Holiday, HolidayKind};
use HolidayKind::{MakeUpWorkday, ShiftedRest, Statutory};

/// Name, kind, and dates as (month, day). Weekends that are free anyway are not listed.
const DAYS_OF_2026: [(&str, HolidayKind, &[(u32, u32)]); 16] = [
    ("元旦", Statutory, &[(1, 1)]),
    ("元旦", ShiftedRest, &[(1, 2)]),
    ("元旦补班", MakeUpWorkday, &[(1, 4)]),
    ("春节", Statutory, &[(2, 16), (2, 17), (2, 18), (2, 19)]),
    ("春节", ShiftedRest, &[(2, 20), (2, 23)]),
    ("春节补班", MakeUpWorkday, &[(2, 14), (2, 28)]),
    ("清明节", Statutory, &[(4, 5)]),
    ("清明节", ShiftedRest, &[(4, 6)]),
    ("劳动节", Statutory, &[(5, 1), (5, 2)]),
    ("劳动节", ShiftedRest, &[(5, 4), (5, 5)]),
    ("劳动节补班", MakeUpWorkday, &[(5, 9)]),
    ("端午节", Statutory, &[(6, 19)]),
    ("中秋节", Statutory, &[(9, 25)]),
    ("国庆节", Statutory, &[(10, 1), (10, 2), (10, 3)]),
    ("国庆节", ShiftedRest, &[(10, 5), (10, 6), (10, 7)]),
    ("国庆节补班", MakeUpWorkday, &[(9, 20), (10, 10)]),
];

/// Those from `from` to `until`, both included.
pub fn between(site_id: SiteId, from: NaiveDate, until: NaiveDate) -> Vec<Holiday> {
    let date = |(month, day): &(u32, u32)| NaiveDate::from_ymd_opt(2026, *month, *day).expect("the table holds dates");
    let all = DAYS_OF_2026.iter().flat_map(|(name, kind, days)| days.iter().map(move |day| (*name, *kind, date(day))));
    all.filter(|(_, _, date)| (from..=until).contains(date))
        .map(|(name, kind, date)| Holiday { id: HolidayId::generate(), site_id, date, name: name.to_owned(), kind })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_has_thirteen_statutory_days_and_six_make_up_workdays() {
        let year = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let days = between(SiteId::generate(), year(1, 1), year(12, 31));
        let count = |kind| days.iter().filter(|day| day.kind == kind).count();
        assert_eq!((count(Statutory), count(MakeUpWorkday)), (13, 6));
    }

    #[test]
    fn only_what_is_in_reach_is_given() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let days = between(SiteId::generate(), day(10, 1), day(10, 3));
        assert_eq!(days.iter().map(|day| day.date).collect::<Vec<_>>(), [day(10, 1), day(10, 2), day(10, 3)]);
    }
}

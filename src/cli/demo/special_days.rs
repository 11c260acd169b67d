//! Mainland China's days of 2026 that are not ordinary, as the State Council's office announced them.

use chrono::NaiveDate;

use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::{Holiday, HolidayKind};
use HolidayKind::{MakeUpWorkday, ShiftedRest, Statutory};

/// Days of one name and kind.
struct Days {
    name: &'static str,
    kind: HolidayKind,
    /// Month and day of each. Weekends that are free anyway are not listed.
    dates: &'static [(u32, u32)],
}

const DAYS_OF_2026: [Days; 16] = [
    Days { name: "元旦", kind: Statutory, dates: &[(1, 1)] },
    Days { name: "元旦", kind: ShiftedRest, dates: &[(1, 2)] },
    Days { name: "元旦补班", kind: MakeUpWorkday, dates: &[(1, 4)] },
    Days { name: "春节", kind: Statutory, dates: &[(2, 16), (2, 17), (2, 18), (2, 19)] },
    Days { name: "春节", kind: ShiftedRest, dates: &[(2, 20), (2, 23)] },
    Days { name: "春节补班", kind: MakeUpWorkday, dates: &[(2, 14), (2, 28)] },
    Days { name: "清明节", kind: Statutory, dates: &[(4, 5)] },
    Days { name: "清明节", kind: ShiftedRest, dates: &[(4, 6)] },
    Days { name: "劳动节", kind: Statutory, dates: &[(5, 1), (5, 2)] },
    Days { name: "劳动节", kind: ShiftedRest, dates: &[(5, 4), (5, 5)] },
    Days { name: "劳动节补班", kind: MakeUpWorkday, dates: &[(5, 9)] },
    Days { name: "端午节", kind: Statutory, dates: &[(6, 19)] },
    Days { name: "中秋节", kind: Statutory, dates: &[(9, 25)] },
    Days { name: "国庆节", kind: Statutory, dates: &[(10, 1), (10, 2), (10, 3)] },
    Days { name: "国庆节", kind: ShiftedRest, dates: &[(10, 5), (10, 6), (10, 7)] },
    Days { name: "国庆节补班", kind: MakeUpWorkday, dates: &[(9, 20), (10, 10)] },
];

/// Those from `from` to `until`, both included.
pub fn between(site_id: SiteId, from: NaiveDate, until: NaiveDate) -> Vec<Holiday> {
    let date = |(month, day): &(u32, u32)| NaiveDate::from_ymd_opt(2026, *month, *day).expect("the table holds dates");
    let all = DAYS_OF_2026.iter().flat_map(|days| days.dates.iter().map(move |day| (days, date(day))));
    all.filter(|(_, date)| (from..=until).contains(date))
        .map(|(days, date)| Holiday { id: HolidayId::generate(), site_id, date, name: days.name.into(), kind: days.kind })
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

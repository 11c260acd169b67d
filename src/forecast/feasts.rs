//! Feasts by the lunar calendar (农历): they wander through the civil year, and shops feel them whether or not they are days off.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use icu_calendar::Date;
use icu_calendar::cal::ChineseTraditional;
use icu_calendar::types::LeapStatus;

/// A feast: its lunar month and day, its name, and the days before and after it that customers behave differently.
struct Feast {
    month: u8,
    day: u8,
    name: &'static str,
    before: i64,
    after: i64,
}

const fn feast(month: u8, day: u8, name: &'static str, before: i64, after: i64) -> Feast {
    Feast { month, day, name, before, after }
}

/// Before the Spring Festival parcels stop for weeks, and they start again as slowly.
const FEASTS: [Feast; 9] = [
    feast(1, 1, "春节", 21, 16),
    feast(1, 15, "元宵节", 1, 1),
    feast(5, 5, "端午节", 3, 1),
    feast(7, 7, "七夕", 4, 1),
    feast(7, 15, "中元节", 1, 0),
    feast(8, 15, "中秋节", 5, 1),
    feast(9, 9, "重阳节", 1, 0),
    feast(12, 8, "腊八节", 1, 0),
    feast(12, 23, "小年", 1, 0),
];

/// Zones whose shops keep the lunar feasts.
pub(super) fn are_kept_in(zone: Tz) -> bool {
    use Tz::{Asia__Chongqing, Asia__Hong_Kong, Asia__Macau, Asia__Shanghai, Asia__Singapore, Asia__Taipei, Asia__Urumqi};
    matches!(
        zone,
        Asia__Shanghai
            | Asia__Chongqing
            | Asia__Urumqi
            | Asia__Hong_Kong
            | Asia__Macau
            | Asia__Taipei
            | Asia__Singapore
            | Tz::PRC
    )
}

/// The feast on a date.
fn on(date: NaiveDate) -> Option<&'static Feast> {
    let month = u8::try_from(date.month()).ok()?;
    let lunar =
        Date::try_new_iso(date.year(), month, u8::try_from(date.day()).ok()?).ok()?.to_calendar(ChineseTraditional::new());
    let (month, day) = (lunar.month(), lunar.day_of_month().0);
    if month.leap_status() == LeapStatus::Leap {
        return None;
    }
    FEASTS.iter().find(|feast| feast.month == month.number() && feast.day == day)
}

/// The feasts from `first` to `last` with the days that each reaches before and after: (date, name, before, after).
pub(super) fn between(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = (NaiveDate, &'static str, i64, i64)> {
    let dates = first.iter_days().take_while(move |date| *date <= last);
    dates.filter_map(|date| on(date).map(|feast| (date, feast.name, feast.before, feast.after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates_of(name: &str, first: &str, last: &str) -> Vec<String> {
        let feasts = between(first.parse().unwrap(), last.parse().unwrap());
        feasts.filter(|feast| feast.1 == name).map(|feast| feast.0.to_string()).collect()
    }

    /// Dates as the State Council's holiday notices and the Hong Kong Observatory's calendar give them.
    #[test]
    fn the_feasts_fall_on_their_published_dates() {
        assert_eq!(dates_of("春节", "2024-01-01", "2027-12-31"), ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]);
        assert_eq!(dates_of("端午节", "2024-01-01", "2026-12-31"), ["2024-06-10", "2025-05-31", "2026-06-19"]);
        assert_eq!(dates_of("七夕", "2024-01-01", "2026-12-31"), ["2024-08-10", "2025-08-29", "2026-08-19"]);
        assert_eq!(dates_of("中秋节", "2024-01-01", "2026-12-31"), ["2024-09-17", "2025-10-06", "2026-09-25"]);
    }

    #[test]
    fn a_leap_month_brings_no_second_feast() {
        // 2025 has a leap sixth month, 2023 a leap second, 2020 a leap fourth, 2028 a leap fifth.
        assert_eq!(dates_of("端午节", "2028-01-01", "2028-12-31"), ["2028-05-28"]);
    }
}

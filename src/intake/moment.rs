//! Reading dates and times from cells.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::cell::{Cell, plain};
use super::fault::Reason;
use crate::domain::calendar::{DAY_MINUTES, instant, is_skipped};

/// When a recorded interval starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// What a wall clock shows.
    Local(NaiveDateTime),
    /// An instant: the value says its offset from UTC.
    Fixed(DateTime<Utc>),
}

impl Moment {
    /// The instant, local times read in `zone`.
    pub(super) fn instant(self, zone: Tz) -> Result<DateTime<Utc>, Reason> {
        match self {
            Self::Fixed(at) => Ok(at),
            Self::Local(local) if is_skipped(zone, local) => Err(Reason::Skipped(zone)),
            Self::Local(local) => Ok(instant(zone, local)),
        }
    }
}

/// A date with or without a time; without, its midnight.
pub(super) fn moment(cell: &Cell<'_>) -> Result<Moment, Reason> {
    match cell {
        Cell::Empty => Err(Reason::Empty),
        Cell::Number(number) | Cell::Serial(number) => from_number(*number).map(Moment::Local),
        Cell::Text(text) => from_text(&plain(text)),
    }
}

/// A date; a time beside it is left aside.
pub(super) fn date(cell: &Cell<'_>) -> Result<NaiveDate, Reason> {
    match moment(cell)? {
        Moment::Local(local) => Ok(local.date()),
        Moment::Fixed(_) => Err(Reason::NotADate),
    }
}

/// A time of day. Of a range such as `08:30-09:00` the start; a whole number is an hour.
pub(super) fn time(cell: &Cell<'_>) -> Result<NaiveTime, Reason> {
    match cell {
        Cell::Empty => Err(Reason::Empty),
        Cell::Number(hour) if hour.fract() == 0.0 => hour_of(*hour),
        Cell::Number(days) | Cell::Serial(days) if (0.0..100_000.0).contains(days) => Ok(clock_of(*days)),
        Cell::Number(_) | Cell::Serial(_) => Err(Reason::NotATime),
        Cell::Text(text) => {
            let text = plain(text);
            let start = text.split(['-', '~', '–', '—', '至', '到']).next().unwrap_or_default().trim();
            match start.parse::<f64>() {
                Ok(hour) if hour.fract() == 0.0 => hour_of(hour),
                Ok(days) if (0.0..1.0).contains(&days) => Ok(clock_of(days)),
                _ => clock(start).ok_or(Reason::NotATime),
            }
        }
    }
}

fn hour_of(hour: f64) -> Result<NaiveTime, Reason> {
    let is_hour = (0.0..24.0).contains(&hour);
    is_hour.then(|| NaiveTime::from_hms_opt(hour as u32, 0, 0)).flatten().ok_or(Reason::NotATime)
}

/// The time of day of a serial, to the minute: serials are seldom exact to the second.
fn clock_of(days: f64) -> NaiveTime {
    let minute = (days.fract() * f64::from(DAY_MINUTES)).round() as i64;
    NaiveTime::MIN + Duration::minutes(minute)
}

/// A spreadsheet serial (days since 1899-12-30, to the minute) or a date written without separators.
fn from_number(number: f64) -> Result<NaiveDateTime, Reason> {
    if number.fract() == 0.0 && (19_700_101.0..=21_991_231.0).contains(&number) {
        let digits = number as u32;
        return date_of((digits / 10_000) as i32, digits / 100 % 100, digits % 100).map(|date| date.and_time(NaiveTime::MIN));
    }
    // 1970 to 2199.
    if !(25_569.0..109_575.0).contains(&number) {
        return Err(Reason::NotADate);
    }
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a date of the calendar").and_time(NaiveTime::MIN);
    Ok(epoch + Duration::minutes((number * f64::from(DAY_MINUTES)).round() as i64))
}

fn from_text(text: &str) -> Result<Moment, Reason> {
    if let Ok(number) = text.parse::<f64>() {
        return from_number(number).map(Moment::Local);
    }
    let cut = text.find(['T', 't', ' ']).or_else(|| text.find('日').map(|at| at + '日'.len_utf8())).unwrap_or(text.len());
    let (day, rest) = text.split_at(cut);
    let date = date_from_text(day)?;
    let rest = rest.trim_start_matches(['T', 't', ' ']).trim();
    if rest.is_empty() {
        return Ok(Moment::Local(date.and_time(NaiveTime::MIN)));
    }
    let (clock_part, offset) = split_offset(rest)?;
    let start = clock_part.split('~').next().unwrap_or_default().trim();
    let local = date.and_time(clock(start).filter(|_| start.contains([':', '时', '点'])).ok_or(Reason::NotADate)?);
    match offset {
        None => Ok(Moment::Local(local)),
        Some(offset) => {
            let at = offset.from_local_datetime(&local).single().ok_or(Reason::NotADate)?;
            Ok(Moment::Fixed(at.with_timezone(&Utc)))
        }
    }
}

fn date_from_text(text: &str) -> Result<NaiveDate, Reason> {
    let parts: Vec<&str> = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = parts[..] else { return whole(text).map_or(Err(Reason::NotADate), |digits| compact(digits, text)) };
    match (whole(year), whole(month), whole(day)) {
        (Some(first), Some(month), Some(day)) if year.len() == 4 && day < 100 => date_of(first as i32, month, day),
        (Some(_), Some(_), Some(_)) if year.len() <= 2 => Err(Reason::YearLast),
        _ => Err(Reason::NotADate),
    }
}

/// `20261122`, before a time.
fn compact(digits: u32, text: &str) -> Result<NaiveDate, Reason> {
    if text.len() == 8 { date_of((digits / 10_000) as i32, digits / 100 % 100, digits % 100) } else { Err(Reason::NotADate) }
}

fn date_of(year: i32, month: u32, day: u32) -> Result<NaiveDate, Reason> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| (1970..2200).contains(&date.year())).ok_or(Reason::NotADate)
}

/// `8:30`, `08:30:00`, `08:30:00.000`, `8时30分`, `8`; parts of a second are left aside.
fn clock(text: &str) -> Option<NaiveTime> {
    let colons = text.replace(['时', '点', '分'], ":");
    let mut parts = colons.trim_end_matches(['秒', ':']).split(':');
    let hour = whole(parts.next()?)?;
    let minute = parts.next().map_or(Some(0), whole)?;
    let second = parts.next().map_or(Some(0), |second| whole(second.split('.').next()?))?;
    if parts.next().is_some() { None } else { NaiveTime::from_hms_opt(hour, minute, second) }
}

/// The standard parser also takes a sign.
fn whole(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A time and the offset from UTC written behind it.
fn split_offset(text: &str) -> Result<(&str, Option<FixedOffset>), Reason> {
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return Ok((utc.trim(), FixedOffset::east_opt(0)));
    }
    let Some(sign) = text.find(['+', '-']) else { return Ok((text, None)) };
    let (clock_part, offset) = text.split_at(sign);
    if offset.starts_with('-') && clock_part.matches(':').count() < 2 {
        return Err(Reason::RangeOrOffset);
    }
    let digits: String = offset[1..].chars().filter(|letter| *letter != ':').collect();
    let (hours, minutes) = match (digits.len(), whole(&digits)) {
        (2, Some(hours)) => (hours, 0),
        (4, Some(number)) => (number / 100, number % 100),
        _ => return Err(Reason::NotADate),
    };
    let seconds = i32::try_from((hours * 60 + minutes) * 60).map_err(|_| Reason::NotADate)?;
    let east = if offset.starts_with('-') { -seconds } else { seconds };
    FixedOffset::east_opt(east).map(|offset| (clock_part.trim(), Some(offset))).ok_or(Reason::NotADate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> String {
        match moment(&Cell::text(text)) {
            Ok(Moment::Local(local)) => local.format("%F %R").to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn dates_are_read_in_every_form_that_spreadsheets_write() {
        for text in [
            "2026-11-22 08:30",
            "2026-11-22T08:30:00",
            "2026/11/22 8:30",
            "2026.11.22 8:30",
            "2026年11月22日 8:30",
            "2026年11月22日8时30分",
            "20261122 08:30",
            "２０２６－１１－２２　０８：３０",
            "2026-11-22 08:30~09:00",
            "46348.354166667",
            "46348.354",
        ] {
            assert_eq!(local(text), "2026-11-22 08:30", "{text}");
        }
        for text in ["2026-11-22", "2026/11/22", "2026年11月22日", "20261122", "46348"] {
            assert_eq!(local(text), "2026-11-22 00:00", "{text}");
        }
        assert_eq!(moment(&Cell::Serial(46_348.5)), moment(&Cell::text("2026-11-22 12:00")));
    }

    #[test]
    fn an_offset_makes_an_instant() {
        let expected = Ok(Moment::Fixed("2026-11-22T00:30:00Z".parse().unwrap()));
        for text in ["2026-11-22T08:30:00+08:00", "2026-11-22 08:30+0800", "2026-11-22T00:30:00Z", "2026-11-21T15:30:00-09:00"] {
            assert_eq!(moment(&Cell::text(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_its_reason() {
        for text in
            ["", "tomorrow", "2026-13-01", "2026-02-29", "2026-11-22 25:00", "2026-11-22 8", "1", "1e9", "2026-11-22 08:30 PM"]
        {
            let expected = if text.is_empty() { Reason::Empty } else { Reason::NotADate };
            assert_eq!(moment(&Cell::text(text)), Err(expected), "{text}");
        }
        assert_eq!(moment(&Cell::text("11/22/2026 8:30")), Err(Reason::YearLast));
        assert_eq!(moment(&Cell::text("2026-11-22 08:30-09:00")), Err(Reason::RangeOrOffset));
    }

    #[test]
    fn times_are_read_from_text_ranges_hours_and_serials() {
        let half_past_eight = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
        for text in ["08:30", "8:30:00", "08:30-09:00", "8:30～9:00", "8:30至9:00", "8时30分", "0.354166667"] {
            assert_eq!(time(&Cell::text(text)), Ok(half_past_eight), "{text}");
        }
        assert_eq!(time(&Cell::Serial(0.354_166_666)), Ok(half_past_eight));
        assert_eq!(time(&Cell::Number(8.0)), Ok(NaiveTime::from_hms_opt(8, 0, 0).unwrap()));
        for text in ["24:00", "24", "8:61", "early"] {
            assert_eq!(time(&Cell::text(text)), Err(Reason::NotATime), "{text}");
        }
    }

    #[test]
    fn a_skipped_time_is_a_fault_and_a_doubled_one_is_the_earlier() {
        let at = |text: &str| moment(&Cell::text(text)).unwrap().instant(Tz::Europe__Berlin);
        assert_eq!(at("2026-03-29 02:30"), Err(Reason::Skipped(Tz::Europe__Berlin)));
        assert_eq!(at("2026-10-25 02:30"), Ok("2026-10-25T00:30:00Z".parse().unwrap()));
        assert_eq!(at("2026-10-25T02:30:00+01:00"), Ok("2026-10-25T01:30:00Z".parse().unwrap()));
    }
}

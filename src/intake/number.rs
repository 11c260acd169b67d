//! Reading numbers from cells.

use super::cell::{Cell, plain};
use super::column_map::MAX_RECORD_MINUTES;
use super::fault::Reason;

/// No shop has more inquiries in one interval.
const MAX_VOLUME: f64 = 1_000_000.0;

/// A volume: 0 or more, fractions allowed.
pub(super) fn volume(cell: &Cell<'_>) -> Result<f64, Reason> {
    match number(cell)? {
        volume if volume < 0.0 => Err(Reason::Negative),
        volume if volume > MAX_VOLUME => Err(Reason::TooLarge),
        // Adding nought turns -0 into 0.
        volume => Ok(volume + 0.0),
    }
}

/// A length in whole minutes, 1-1440. A workbook may show it as a duration.
pub(super) fn minutes(cell: &Cell<'_>) -> Result<u16, Reason> {
    let minutes = match cell {
        Cell::Serial(days) => (days * f64::from(MAX_RECORD_MINUTES)).round(),
        other => number(other).map_err(|reason| if reason == Reason::Empty { reason } else { Reason::Minutes })?,
    };
    let is_length = minutes.fract() == 0.0 && (1.0..=f64::from(MAX_RECORD_MINUTES)).contains(&minutes);
    if is_length { Ok(minutes as u16) } else { Err(Reason::Minutes) }
}

/// A handling time in seconds, or as `HH:MM:SS` or `MM:SS`; nothing in a cell is nothing known, and so is 0.
pub(super) fn aht_secs(cell: &Cell<'_>) -> Result<Option<f32>, Reason> {
    let secs = match cell {
        Cell::Serial(days) => Ok(days * 86_400.0),
        Cell::Text(text) if text.contains(':') => clock_secs(&plain(text)).ok_or(Reason::HandlingTime),
        other => number(other),
    };
    match secs {
        Err(Reason::Empty) => Ok(None),
        Ok(0.0) => Ok(None),
        Ok(secs) if (1.0..=86_400.0).contains(&secs) => Ok(Some(secs as f32)),
        _ => Err(Reason::HandlingTime),
    }
}

/// `HH:MM:SS` or `MM:SS` in seconds.
fn clock_secs(text: &str) -> Option<f64> {
    let parts: Vec<u32> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let is_clock = matches!(parts.len(), 2 | 3) && parts[1..].iter().all(|part| *part < 60);
    is_clock.then(|| parts.iter().fold(0.0, |secs, part| secs * 60.0 + f64::from(*part)))
}

/// Any finite number.
pub(super) fn number(cell: &Cell<'_>) -> Result<f64, Reason> {
    match cell {
        Cell::Empty => Err(Reason::Empty),
        Cell::Number(number) if number.is_finite() => Ok(*number),
        Cell::Number(_) | Cell::Serial(_) => Err(Reason::NotANumber),
        Cell::Text(text) => parse(&plain(text)),
    }
}

/// A decimal number; commas only as thousands separators.
pub(super) fn parse(text: &str) -> Result<f64, Reason> {
    let parsed = if text.contains(',') {
        let narrow = text.replace(',', "");
        let number = finite(&narrow)?;
        if !separates_thousands(text) {
            return Err(Reason::DecimalComma);
        }
        number
    } else {
        finite(text)?
    };
    Ok(parsed)
}

/// The standard parser also takes `inf` and `nan`.
fn finite(text: &str) -> Result<f64, Reason> {
    text.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or(Reason::NotANumber)
}

fn separates_thousands(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole).trim_start_matches(['-', '+']);
    let mut groups = whole.split(',');
    let is_first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    is_first && groups.all(|group| group.len() == 3) && !text.split_once('.').is_some_and(|(_, rest)| rest.contains(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<f64, Reason> {
        volume(&Cell::text(text))
    }

    #[test]
    fn numbers_are_read_with_thousands_separators_and_full_width_digits() {
        assert_eq!(read("1234.5"), Ok(1234.5));
        assert_eq!(read("1,234"), Ok(1234.0));
        assert_eq!(read("12,345.25"), Ok(12_345.25));
        assert_eq!(read("１，２３４"), Ok(1234.0));
        assert_eq!(read(" 0 "), Ok(0.0));
        assert_eq!(volume(&Cell::Number(3.0)), Ok(3.0));
    }

    #[test]
    fn what_is_no_volume_is_refused_with_its_reason() {
        assert_eq!(read(""), Err(Reason::Empty));
        assert_eq!(read("12次"), Err(Reason::NotANumber));
        assert_eq!(read("nan"), Err(Reason::NotANumber));
        assert_eq!(read("inf"), Err(Reason::NotANumber));
        assert_eq!(read("-3"), Err(Reason::Negative));
        assert_eq!(read("1000001"), Err(Reason::TooLarge));
        assert_eq!(volume(&Cell::Serial(45_000.0)), Err(Reason::NotANumber));
    }

    #[test]
    fn a_decimal_comma_is_not_taken_for_a_thousands_separator() {
        for text in ["1,5", "12,34", "1234,567", "1.5,000"] {
            assert_eq!(parse(text), Err(Reason::DecimalComma), "{text}");
        }
        assert_eq!(read("a,b"), Err(Reason::NotANumber));
    }

    #[test]
    fn a_handling_time_is_seconds_or_a_clock_and_nothing_is_nothing_known() {
        assert_eq!(aht_secs(&Cell::text("205.5")), Ok(Some(205.5)));
        assert_eq!(aht_secs(&Cell::text("00:03:25")), Ok(Some(205.0)));
        assert_eq!(aht_secs(&Cell::text("3:25")), Ok(Some(205.0)));
        assert_eq!(aht_secs(&Cell::Empty), Ok(None));
        assert_eq!(aht_secs(&Cell::text("0")), Ok(None));
        for wrong in ["-5", "86401", "3:75", "1:2:3:4", "x"] {
            assert_eq!(aht_secs(&Cell::text(wrong)), Err(Reason::HandlingTime), "{wrong}");
        }
    }

    #[test]
    fn a_length_is_whole_minutes_of_at_most_a_day() {
        assert_eq!(minutes(&Cell::text("30")), Ok(30));
        assert_eq!(minutes(&Cell::Serial(0.5 / 24.0)), Ok(30));
        for wrong in ["0", "1441", "7.5", "half"] {
            assert_eq!(minutes(&Cell::text(wrong)), Err(Reason::Minutes), "{wrong}");
        }
    }
}

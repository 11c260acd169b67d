//! Wall-clock windows of a week, as opening hours, availability and leader duty share them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::WeekdayView;
use crate::domain::fault::Faults;
use crate::domain::organisation::WeeklyWindow;

/// A stretch of one weekday on the wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "weekday": "sat", "start": "08:00", "end": "26:00" }))]
pub struct WindowView {
    /// The day it begins on.
    pub weekday: WeekdayView,
    /// First minute, `HH:MM`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub start: String,
    /// First minute after, `HH:MM`; hours count on past 24 where it ends on the next day: `26:00` is 02:00.
    #[schema(pattern = "^[0-4][0-9]:[0-5][0-9]$")]
    pub end: String,
}

impl From<&WeeklyWindow> for WindowView {
    fn from(window: &WeeklyWindow) -> Self {
        Self { weekday: window.weekday.into(), start: clock(window.start_minute), end: clock(window.end_minute) }
    }
}

/// Minutes after midnight as `HH:MM`, counting on past 24:00.
pub fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `HH:MM` as minutes after midnight; `None` if it is not that, or later than 48:00.
pub fn minute(clock: &str) -> Option<u32> {
    let (hours, minutes) = clock.split_once(':')?;
    let plain = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(hours) || !plain(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 48 * 60).then_some(hours * 60 + minutes)
}

/// `start` and `end` as minutes, with a fault for each that does not fit.
pub fn span_from(pointer: &str, start: &str, end: &str, faults: &mut Faults) -> Option<(u32, u32)> {
    let from = minute(start).filter(|minute| *minute < 24 * 60);
    let until = minute(end);
    faults.expect(
        from.is_some(),
        format!("{pointer}/start"),
        format!("must be a time such as 09:00, before 24:00; got `{start}`"),
    );
    faults.expect(until.is_some(), format!("{pointer}/end"), format!("must be a time such as 24:00 or 26:00; got `{end}`"));
    let (from, until) = (from?, until?);
    let fits = from < until && until <= from + 24 * 60;
    faults.expect(
        fits,
        format!("{pointer}/end"),
        "must be after the start, by 24 hours at most; write 26:00 for 02:00 of the next day",
    );
    fits.then_some((from, until))
}

/// The windows of a body, with a fault for each that does not fit.
pub fn windows_from(pointer: &str, views: &[WindowView], faults: &mut Faults) -> Vec<WeeklyWindow> {
    views
        .iter()
        .enumerate()
        .filter_map(|(index, view)| {
            let (start_minute, end_minute) = span_from(&format!("{pointer}/{index}"), &view.start, &view.end, faults)?;
            Some(WeeklyWindow { weekday: view.weekday.into(), start_minute, end_minute })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_count_on_past_midnight() {
        assert_eq!(minute("26:00"), Some(1560));
        assert_eq!(clock(1560), "26:00");
        assert_eq!(minute("9:00"), None);
        assert_eq!(minute("09:60"), None);
        assert_eq!(minute("48:01"), None);
    }

    #[test]
    fn a_window_that_ends_before_it_starts_is_told_how_to_cross_midnight() {
        let mut faults = Faults::default();
        assert_eq!(span_from("/0", "20:00", "02:00", &mut faults), None);
        let told = faults.into_result::<()>(None).unwrap_err();
        assert_eq!(told[0].pointer, "#/0/end");
        assert!(told[0].detail.contains("26:00"));
    }
}

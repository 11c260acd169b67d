//! Shift templates, and shifts: a template on one date.

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::{DAY_MINUTES, Interval, instant_at_minute};
use super::ids::{ShiftTemplateId, SiteId};

/// A break at a fixed place of the shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// Elapsed minutes from the start of the shift.
    pub offset_minutes: u32,
    /// Length.
    pub minutes: u32,
    /// Whether it counts as work.
    pub is_paid: bool,
}

/// A reusable shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftTemplate {
    /// Identity.
    pub id: ShiftTemplateId,
    /// The site it is worked at.
    pub site_id: SiteId,
    /// Short mark for a roster grid, for example `早` or `N2`.
    pub code: String,
    /// Display name.
    pub name: String,
    /// Wall-clock start, minutes after midnight, 0-1439.
    pub start_minute: u32,
    /// Elapsed length; may run past midnight.
    pub length_minutes: u32,
    /// Breaks, in order, without overlap.
    pub breaks: Vec<Break>,
}

/// What is wrong with a shift template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShiftTemplateError {
    /// Not a minute of the day.
    #[error("start_minute must be below 1440, got {0}")]
    Start(u32),
    /// Too short or too long to be a shift.
    #[error("length_minutes must be between 30 and 960, got {0}")]
    Length(u32),
    /// A break that is empty, outside the shift, or not after the one before it.
    #[error("break {index} must be 5 minutes or longer, begin after the break before it ends, and end within the shift")]
    Break {
        /// Which, counted from 0.
        index: usize,
    },
}

impl ShiftTemplate {
    /// Every fault of the template.
    pub fn faults(&self) -> Vec<ShiftTemplateError> {
        let mut faults = Vec::new();
        if self.start_minute >= DAY_MINUTES {
            faults.push(ShiftTemplateError::Start(self.start_minute));
        }
        if !(30..=960).contains(&self.length_minutes) {
            faults.push(ShiftTemplateError::Length(self.length_minutes));
        }
        let mut free_from = 0;
        for (index, rest) in self.breaks.iter().enumerate() {
            let end = rest.offset_minutes.saturating_add(rest.minutes);
            if rest.minutes < 5 || rest.offset_minutes < free_from || end > self.length_minutes {
                faults.push(ShiftTemplateError::Break { index });
            }
            free_from = end;
        }
        faults
    }

    /// Minutes that count as work.
    pub fn paid_minutes(&self) -> u32 {
        let unpaid: u32 = self.breaks.iter().filter(|rest| !rest.is_paid).map(|rest| rest.minutes).sum();
        self.length_minutes.saturating_sub(unpaid)
    }

    /// Wall-clock minute at which it ends on an ordinary day; above 1440 after midnight.
    pub fn end_minute(&self) -> u32 {
        self.start_minute + self.length_minutes
    }

    /// The shift on `date`: wall-clock start, elapsed length.
    pub fn on(&self, date: NaiveDate, zone: Tz) -> Shift {
        let start = instant_at_minute(zone, date, self.start_minute);
        let at = |offset: u32| start + Duration::minutes(i64::from(offset));
        let breaks = self
            .breaks
            .iter()
            .map(|rest| Interval { start: at(rest.offset_minutes), end: at(rest.offset_minutes + rest.minutes) })
            .collect();
        Shift { date, span: Interval { start, end: at(self.length_minutes) }, breaks, paid_minutes: self.paid_minutes() }
    }
}

/// A template on one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The local date it begins on.
    pub date: NaiveDate,
    /// From start to end, breaks included.
    pub span: Interval,
    /// When nobody is answered.
    pub breaks: Vec<Interval>,
    /// Minutes that count as work.
    pub paid_minutes: u32,
}

impl Shift {
    /// Minutes of `interval` on seat: inside the shift and outside its breaks.
    pub fn seated_minutes(&self, interval: &Interval) -> i64 {
        let away: i64 = self.breaks.iter().map(|rest| rest.shared_minutes(interval)).sum();
        self.span.shared_minutes(interval) - away
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late() -> ShiftTemplate {
        ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId::generate(),
            code: "晚".into(),
            name: "Late".into(),
            start_minute: 17 * 60,
            length_minutes: 9 * 60,
            breaks: vec![Break { offset_minutes: 240, minutes: 60, is_paid: false }],
        }
    }

    #[test]
    fn a_late_shift_ends_on_the_next_day() {
        let shift = late().on("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai);
        assert_eq!(shift.span.end.to_rfc3339(), "2026-11-23T18:00:00+00:00");
        assert_eq!(shift.paid_minutes, 480);
    }

    #[test]
    fn breaks_are_not_on_seat() {
        let shift = late().on("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai);
        let around_break = Interval { start: shift.breaks[0].start - Duration::minutes(10), end: shift.breaks[0].end };
        assert_eq!(shift.seated_minutes(&around_break), 10);
    }

    #[test]
    fn every_fault_of_a_template_is_named() {
        let mut template = late();
        template.start_minute = 1440;
        template.breaks.push(Break { offset_minutes: 250, minutes: 4, is_paid: true });
        assert_eq!(template.faults(), [ShiftTemplateError::Start(1440), ShiftTemplateError::Break { index: 1 }]);
        assert!(late().faults().is_empty());
    }
}

//! Shift templates, and shifts: a template on one date.

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::{DAY_MINUTES, Interval, instant_at_minute};
use super::ids::{ShiftTemplateId, SiteId};

/// Breaks of one shift that may be moved.
const MOST_MOVABLE: usize = 6;

/// A break of a shift: at a fixed place, or within a window in which every agent's is put where it hurts least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// Elapsed minutes from the start of the shift to the earliest start.
    pub offset_minutes: u32,
    /// Length.
    pub minutes: u32,
    /// Whether it counts as work.
    pub is_paid: bool,
    /// By how much it may start later; 0 where its place is fixed.
    #[serde(default)]
    pub window_minutes: u32,
    /// It starts at a multiple of so many minutes after the earliest start.
    #[serde(default = "Break::usual_step")]
    pub step_minutes: u32,
}

impl Break {
    /// A break at a fixed place.
    pub fn fixed(offset_minutes: u32, minutes: u32, is_paid: bool) -> Self {
        Self { offset_minutes, minutes, is_paid, window_minutes: 0, step_minutes: Self::usual_step() }
    }

    /// The step of a break that names none: a quarter of an hour.
    pub fn usual_step() -> u32 {
        15
    }

    /// Whether it has more than one place.
    pub fn is_movable(&self) -> bool {
        self.places().nth(1).is_some()
    }

    /// Where it may start, in elapsed minutes from the start of the shift; the earliest first.
    pub fn places(&self) -> impl Iterator<Item = u32> + use<> {
        (self.offset_minutes..=self.latest_offset_minutes()).step_by(self.step_minutes.max(1) as usize)
    }

    /// Elapsed minutes from the start of the shift to the end of the window.
    pub fn latest_offset_minutes(&self) -> u32 {
        self.offset_minutes.saturating_add(self.window_minutes)
    }

    /// The place next to an offset; of two as near the earlier one.
    pub fn nearest_place(&self, offset: u32) -> u32 {
        self.places().min_by_key(|place| place.abs_diff(offset)).unwrap_or(self.offset_minutes)
    }
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
    /// Breaks, in order, whose windows do not overlap: wherever they are put, so much time as lies between two windows lies
    /// between two breaks.
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
    #[error(
        "break {index} must be 5 minutes or longer, and its window begin after the break before it ends at the latest and end \
         so early that the break ends within the shift"
    )]
    Break {
        /// Which, counted from 0.
        index: usize,
    },
    /// A step that a window cannot be cut by.
    #[error("the step_minutes of break {index} must be between 5 and 120, got {got}")]
    Step {
        /// Which break, counted from 0.
        index: usize,
        /// What it is.
        got: u32,
    },
    /// More breaks that may be moved than can be weighed.
    #[error("at most {MOST_MOVABLE} breaks may have a window, got {0}; fix the place of some")]
    Movable(usize),
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
            let end = rest.latest_offset_minutes().saturating_add(rest.minutes);
            if rest.minutes < 5 || rest.offset_minutes < free_from || end > self.length_minutes {
                faults.push(ShiftTemplateError::Break { index });
            }
            if !(5..=120).contains(&rest.step_minutes) {
                faults.push(ShiftTemplateError::Step { index, got: rest.step_minutes });
            }
            free_from = end;
        }
        let movable = self.breaks.iter().filter(|rest| rest.is_movable()).count();
        if movable > MOST_MOVABLE {
            faults.push(ShiftTemplateError::Movable(movable));
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

    /// The first place of every break, in elapsed minutes from the start of the shift.
    pub fn first_places(&self) -> Vec<u32> {
        self.breaks.iter().map(|rest| rest.offset_minutes).collect()
    }

    /// Breaks that were put somewhere, put where this template has places: each at the nearest, one that it did not have at
    /// the first.
    pub fn nearest_places(&self, offsets: &[u32]) -> Vec<u32> {
        let put = |(index, rest): (usize, &Break)| offsets.get(index).map_or(rest.offset_minutes, |at| rest.nearest_place(*at));
        self.breaks.iter().enumerate().map(put).collect()
    }

    /// The shift on `date`, every break at its first place: wall-clock start, elapsed length.
    pub fn on(&self, date: NaiveDate, zone: Tz) -> Shift {
        self.with_breaks(&[], date, zone)
    }

    /// The shift on `date` with its breaks put at those offsets, in elapsed minutes from its start; one that has none is at
    /// its first place.
    pub fn with_breaks(&self, offsets: &[u32], date: NaiveDate, zone: Tz) -> Shift {
        let start = instant_at_minute(zone, date, self.start_minute);
        let at = |offset: u32| start + Duration::minutes(i64::from(offset));
        let put = |(index, rest): (usize, &Break)| {
            let offset = offsets.get(index).copied().unwrap_or(rest.offset_minutes);
            Interval { start: at(offset), end: at(offset.saturating_add(rest.minutes)) }
        };
        let breaks = self.breaks.iter().enumerate().map(put).collect();
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
    /// Where its breaks are, in elapsed minutes from its start.
    pub fn break_offsets(&self) -> Vec<u32> {
        let offset = |rest: &Interval| u32::try_from((rest.start - self.span.start).num_minutes()).unwrap_or(0);
        self.breaks.iter().map(offset).collect()
    }

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
            breaks: vec![Break::fixed(240, 60, false)],
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
        template.breaks.push(Break::fixed(250, 4, true));
        assert_eq!(template.faults(), [ShiftTemplateError::Start(1440), ShiftTemplateError::Break { index: 1 }]);
        assert!(late().faults().is_empty());
    }

    fn movable() -> ShiftTemplate {
        let lunch = Break { window_minutes: 90, step_minutes: 30, ..Break::fixed(180, 60, false) };
        let rest = Break { window_minutes: 50, step_minutes: 20, ..Break::fixed(330, 15, true) };
        ShiftTemplate { breaks: vec![lunch, rest], ..late() }
    }

    #[test]
    fn a_break_starts_at_the_steps_of_its_window() {
        let [lunch, rest] = movable().breaks[..] else { panic!("there are two") };
        assert_eq!(lunch.places().collect::<Vec<_>>(), [180, 210, 240, 270]);
        assert_eq!(rest.places().collect::<Vec<_>>(), [330, 350, 370]);
        assert_eq!(late().breaks[0].places().collect::<Vec<_>>(), [240]);
        assert_eq!([0, 194, 195, 196, 500].map(|offset| lunch.nearest_place(offset)), [180, 180, 180, 210, 270]);
    }

    #[test]
    fn a_shift_has_its_breaks_where_they_were_put() {
        let date = "2026-11-23".parse().unwrap();
        let shift = movable().with_breaks(&[240, 350], date, Tz::Asia__Shanghai);
        assert_eq!(shift.breaks[0].start.to_rfc3339(), "2026-11-23T13:00:00+00:00");
        assert_eq!((shift.break_offsets(), shift.paid_minutes), (vec![240, 350], 480));
        assert_eq!(movable().on(date, Tz::Asia__Shanghai).break_offsets(), movable().first_places());
        assert_eq!(movable().nearest_places(&[900]), [270, 330], "one was put too late, the other nowhere");
    }

    #[test]
    fn windows_that_meet_or_cannot_be_cut_are_refused() {
        assert_eq!(movable().faults(), []);
        let mut template = movable();
        // The first could end at 06:00 of the shift, half an hour after the second may begin.
        template.breaks[0].window_minutes = 120;
        template.breaks[1].step_minutes = 4;
        let expected = [ShiftTemplateError::Break { index: 1 }, ShiftTemplateError::Step { index: 1, got: 4 }];
        assert_eq!(template.faults(), expected);
        template = movable();
        template.breaks[1].window_minutes = 200;
        assert_eq!(template.faults(), [ShiftTemplateError::Break { index: 1 }], "it could end after the shift");
        let many = |at: u32| Break { window_minutes: 15, ..Break::fixed(at * 60, 15, true) };
        template.breaks = (0..7).map(many).collect();
        assert_eq!(template.faults(), [ShiftTemplateError::Movable(7)]);
    }

    #[test]
    fn a_break_stored_before_there_were_windows_is_fixed() {
        let stored = serde_json::json!({ "offset_minutes": 240, "minutes": 60, "is_paid": false });
        assert_eq!(serde_json::from_value::<Break>(stored).unwrap(), Break::fixed(240, 60, false));
    }
}

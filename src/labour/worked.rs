//! Time worked: the paid stretches of shifts, what corrections make of them, and their cut at local midnight.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::{Interval, local_of, midnight};
use crate::domain::labour::TimeCorrection;
use crate::domain::shift::Shift;

/// A stretch of work without a pause that is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The local date that the shift began on; of a correction its own.
    pub shift_date: NaiveDate,
    /// When.
    pub span: Interval,
}

/// A part of a stretch on one local date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The local date that the shift began on.
    pub shift_date: NaiveDate,
    /// The local date it was worked on.
    pub date: NaiveDate,
    /// How long, in minutes of elapsed time.
    pub minutes: u32,
}

/// The paid stretches of a shift: together exactly its paid minutes.
///
/// A stored shift says how many of its minutes are paid, not which break is not. Those not paid are taken for the longest
/// breaks, as meals are; what no break explains is taken off the end.
pub fn stretches(shift: &Shift) -> Vec<Stretch> {
    let mut unpaid = (shift.span.minutes() - i64::from(shift.paid_minutes)).max(0);
    let mut breaks: Vec<Interval> = shift.breaks.clone();
    breaks.sort_by_key(|rest| (std::cmp::Reverse(rest.minutes()), rest.start));
    let mut pauses: Vec<Interval> = Vec::new();
    for rest in breaks {
        if rest.minutes() <= unpaid {
            unpaid -= rest.minutes();
            pauses.push(rest);
        }
    }
    pauses.sort_by_key(|rest| rest.start);
    let mut parts = Vec::with_capacity(pauses.len() + 1);
    let mut start = shift.span.start;
    for pause in pauses {
        parts.push(Interval { start, end: pause.start });
        start = pause.end;
    }
    parts.push(Interval { start, end: shift.span.end });
    // From the end backwards, for what is left.
    for part in parts.iter_mut().rev() {
        let cut = unpaid.min(part.minutes());
        part.end -= chrono::Duration::minutes(cut);
        unpaid -= cut;
    }
    let worked = parts.into_iter().filter(|part| part.minutes() > 0);
    worked.map(|span| Stretch { shift_date: shift.date, span }).collect()
}

/// The stretches as corrections leave them, in order: of several on one moment the one made last counts.
pub fn corrected(mut stretches: Vec<Stretch>, corrections: &[TimeCorrection], zone: Tz) -> Vec<Stretch> {
    let mut in_order: Vec<&TimeCorrection> = corrections.iter().collect();
    in_order.sort_by_key(|correction| correction.id);
    for correction in in_order {
        stretches = stretches.iter().flat_map(|stretch| without(stretch, &correction.span)).collect();
        if correction.is_worked {
            let shift_date = shift_date_of(&stretches, correction.span.start, zone);
            stretches.push(Stretch { shift_date, span: correction.span });
        }
    }
    stretches.sort_by_key(|stretch| stretch.span.start);
    stretches
}

/// What goes straight on from a shift belongs to it.
fn shift_date_of(stretches: &[Stretch], start: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let before = stretches.iter().find(|stretch| stretch.span.end == start);
    before.map_or_else(|| local_of(zone, start).date(), |stretch| stretch.shift_date)
}

fn without(stretch: &Stretch, gone: &Interval) -> impl Iterator<Item = Stretch> + use<> {
    let (span, shift_date) = (stretch.span, stretch.shift_date);
    let before = Interval { start: span.start, end: span.end.min(gone.start) };
    let after = Interval { start: span.start.max(gone.end), end: span.end };
    let left = if span.overlaps(gone) { [before, after] } else { [span, Interval { start: span.end, end: span.end }] };
    left.into_iter().filter(|part| part.start < part.end).map(move |span| Stretch { shift_date, span })
}

/// Cuts stretches at local midnight, in the order given.
pub fn pieces(stretches: &[Stretch], zone: Tz) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(stretches.len() * 2);
    for Stretch { shift_date, span } in stretches {
        let mut start = span.start;
        let mut date = local_of(zone, start).date();
        while start < span.end {
            let next = midnight(zone, date + Days::new(1));
            let end = span.end.min(next);
            let minutes = u32::try_from((end - start).num_minutes()).unwrap_or(0);
            pieces.push(Piece { shift_date: *shift_date, date, minutes });
            (start, date) = (end, date + Days::new(1));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::instant_at_minute;
    use crate::domain::ids::{AgentId, ShiftTemplateId, SiteId, TimeCorrectionId};
    use crate::domain::shift::{Break, ShiftTemplate};

    const ZONE: Tz = Tz::Asia__Shanghai;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shift(start_minute: u32, breaks: Vec<Break>) -> Shift {
        let (id, site_id) = (ShiftTemplateId::generate(), SiteId::generate());
        let template =
            ShiftTemplate { id, site_id, code: "夜".into(), name: "夜".into(), start_minute, length_minutes: 540, breaks };
        template.on(date("2026-09-30"), ZONE)
    }

    fn span(day: &str, from: u32, until: u32) -> Interval {
        let at = |minute| instant_at_minute(ZONE, date(day), minute);
        Interval { start: at(from), end: at(until) }
    }

    /// 18:00-03:00 with a quarter of an hour that is paid and an hour that is not, from 23:30 to 00:30.
    #[test]
    fn the_unpaid_break_is_taken_out_on_both_sides_of_midnight() {
        let night = shift(18 * 60, vec![Break::fixed(60, 15, true), Break::fixed(330, 60, false)]);
        let worked = stretches(&night);
        assert_eq!(worked.iter().map(|stretch| stretch.span.minutes()).collect::<Vec<_>>(), [330, 150]);
        let cut: Vec<_> = pieces(&worked, ZONE).into_iter().map(|piece| (piece.date.to_string(), piece.minutes)).collect();
        assert_eq!(cut, [("2026-09-30".to_owned(), 330), ("2026-10-01".to_owned(), 150)]);
    }

    #[test]
    fn minutes_that_no_break_explains_are_taken_off_the_end() {
        let mut night = shift(9 * 60, vec![Break::fixed(240, 60, false)]);
        night.paid_minutes = 450;
        let worked = stretches(&night);
        assert_eq!(worked.iter().map(|stretch| stretch.span.minutes()).sum::<i64>(), 450);
        assert_eq!(worked[1].span, span("2026-09-30", 14 * 60, 17 * 60 + 30));
    }

    fn correction(span: Interval, is_worked: bool) -> TimeCorrection {
        let (id, agent_id) = (TimeCorrectionId::generate(), AgentId::generate());
        TimeCorrection { id, agent_id, span, is_worked, reason: "晚归".into(), author: "组长".into(), made_at: span.end }
    }

    #[test]
    fn the_last_correction_of_a_moment_counts() {
        let worked = stretches(&shift(9 * 60, vec![Break::fixed(240, 60, false)]));
        let late = correction(span("2026-09-30", 9 * 60, 10 * 60), false);
        let was_there = correction(span("2026-09-30", 9 * 60 + 30, 10 * 60), true);
        let longer = correction(span("2026-09-30", 18 * 60, 19 * 60), true);
        let after = corrected(worked.clone(), &[longer.clone(), was_there.clone(), late.clone()], ZONE);
        let minutes: i64 = after.iter().map(|stretch| stretch.span.minutes()).sum();
        assert_eq!(minutes, 480 - 60 + 30 + 60);
        assert!(after.is_sorted_by_key(|stretch| stretch.span.start));
        assert!(after.array_windows().all(|[one, next]| one.span.end <= next.span.start), "{after:?}");
        assert_eq!(corrected(worked.clone(), &[correction(span("2026-09-30", 0, 1440), false)], ZONE), []);
        assert_eq!(corrected(worked.clone(), &[], ZONE), worked);
    }

    /// Whoever stays until 01:00 after a shift that ends at midnight works on in it.
    #[test]
    fn what_goes_straight_on_belongs_to_its_shift() {
        let worked = stretches(&shift(15 * 60, vec![Break::fixed(240, 60, false)]));
        let longer = correction(span("2026-10-01", 0, 60), true);
        let after = corrected(worked, std::slice::from_ref(&longer), ZONE);
        assert_eq!(after.last().map(|stretch| stretch.shift_date), Some(date("2026-09-30")));
        let alone = corrected(vec![], &[longer], ZONE);
        assert_eq!(alone[0].shift_date, date("2026-10-01"));
    }
}

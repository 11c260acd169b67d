//! Rows of any length → local days of equal slots.
//!
//! A slot is a stretch of the wall clock, so the hour that occurs twice in autumn is one slot seen for two hours (its rate
//! counts once), and the one that spring skips is a slot nobody saw.

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;

use crate::domain::calendar::{DAY_MINUTES, IntervalMinutes, instant, is_doubled, local_of, midnight, monday_of};
use crate::domain::demand::VolumeRecord;

/// A local day on which the queue has rows. A slot without rows on such a day counts as zero, since exports leave out
/// empty intervals; `None` is a slot that nobody can have seen.
type Day = Vec<Option<f64>>;

/// The days of one queue, from the first with rows to the last.
#[derive(Debug, Clone)]
pub(super) struct History {
    step: u32,
    first: NaiveDate,
    days: Vec<Option<Day>>,
    /// By day and slot, how its rows cover it; a day without rows has none.
    cover: Vec<Vec<Cover>>,
}

/// How rows cover a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cover {
    /// No row.
    None,
    /// Rows, once.
    Once,
    /// Rows that overlap: how often they cover it.
    Overlapping(f64),
}

/// Inquiries and minutes of record that fell into one slot.
#[derive(Clone, Copy, Default)]
struct Seen {
    inquiries: f64,
    minutes: u32,
}

impl History {
    /// Reads the rows that begin before `until`; `None` if there are none. A row longer than a slot is split evenly.
    pub fn from_records(records: &[VolumeRecord], zone: Tz, step: IntervalMinutes, until: NaiveDate) -> Option<Self> {
        let end = midnight(zone, until);
        let earlier = || records.iter().filter(|record| record.starts_at < end);
        let from = earlier().map(|record| record.starts_at).min()?;
        let to = earlier().map(|record| record.starts_at + Duration::minutes(i64::from(record.minutes))).max()?.min(end);
        let (first, last) = (local_of(zone, from).date(), local_of(zone, to - Duration::minutes(1)).date());
        let step = step.get();
        let slots = (DAY_MINUTES / step) as usize;
        let mut seen: Vec<Option<Vec<Seen>>> = vec![None; usize::try_from((last - first).num_days()).unwrap_or(0) + 1];
        for record in earlier() {
            spread_record(record, zone, step, |date, slot, inquiries, minutes| {
                let day = usize::try_from((date - first).num_days()).ok();
                if let Some(day) = day.and_then(|day| seen.get_mut(day)) {
                    let cell = &mut day.get_or_insert_with(|| vec![Seen::default(); slots])[slot];
                    cell.inquiries += inquiries;
                    cell.minutes += minutes;
                }
            });
        }
        let cover = first.iter_days().zip(&seen).map(|(date, day)| cover(day.as_deref(), zone, date, step)).collect();
        let days = seen.into_iter().map(|day| day.map(|cells| cells.iter().map(|cell| rate(cell, step)).collect())).collect();
        let mut history = Self { step, first, days, cover };
        history.forget_the_unseen(
            zone,
            slot_of(local_of(zone, from).time(), step),
            slot_of(local_of(zone, to - Duration::minutes(1)).time(), step),
        );
        Some(history)
    }

    /// Marks what lies before the first row, after the last, and in skipped hours.
    fn forget_the_unseen(&mut self, zone: Tz, first_slot: usize, last_slot: usize) {
        if let Some(Some(day)) = self.days.first_mut() {
            day[..first_slot].fill(None);
        }
        if let Some(Some(day)) = self.days.last_mut() {
            day[last_slot + 1..].fill(None);
        }
        for (date, day) in self.first.iter_days().zip(&mut self.days) {
            let Some(day) = day else { continue };
            let hours = (midnight(zone, date + Days::new(1)) - midnight(zone, date)).num_hours();
            if hours >= 24 {
                continue;
            }
            for (slot, volume) in day.iter_mut().enumerate() {
                let local = date.and_time(NaiveTime::MIN) + Duration::minutes(slot as i64 * i64::from(self.step));
                if local_of(zone, instant(zone, local)) != local {
                    *volume = None;
                }
            }
        }
    }

    /// How rows cover a slot of a date.
    pub fn cover(&self, date: NaiveDate, slot: usize) -> Cover {
        let day = usize::try_from((date - self.first).num_days()).ok().and_then(|day| self.cover.get(day));
        day.and_then(|day| day.get(slot)).copied().unwrap_or(Cover::None)
    }

    /// The same history with some slots of some dates unseen.
    pub fn without(&self, stretches: impl Iterator<Item = (NaiveDate, std::ops::Range<usize>)>) -> Self {
        let mut history = self.clone();
        for (date, slots) in stretches {
            let day = usize::try_from((date - self.first).num_days()).ok().and_then(|day| history.days.get_mut(day));
            if let Some(Some(day)) = day {
                day[slots].fill(None);
            }
        }
        history
    }

    /// Slots of a day.
    pub fn slots_per_day(&self) -> usize {
        (DAY_MINUTES / self.step) as usize
    }

    /// Minutes of a slot.
    pub fn step_minutes(&self) -> u32 {
        self.step
    }

    /// The first date with rows.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last date with rows.
    pub fn last(&self) -> NaiveDate {
        self.first + Days::new(self.days.len() as u64 - 1)
    }

    /// The volumes of a date; `None` on a date without rows.
    pub fn day(&self, date: NaiveDate) -> Option<&[Option<f64>]> {
        let index = usize::try_from((date - self.first).num_days()).ok()?;
        self.days.get(index)?.as_deref()
    }

    /// The days with rows before `until`, in order.
    pub fn days_before(&self, until: NaiveDate) -> impl Iterator<Item = (NaiveDate, &[Option<f64>])> {
        let days = self.first.iter_days().zip(&self.days).take_while(move |(date, _)| *date < until);
        days.filter_map(|(date, day)| Some((date, day.as_deref()?)))
    }

    /// Full weeks. A week is full when each weekday the queue is open on has come round: fifteen days from Monday to
    /// Friday are three.
    pub fn weeks(&self) -> u32 {
        let mut open = [false; 7];
        let mut mondays: Vec<NaiveDate> = Vec::new();
        for (date, _) in self.days_before(NaiveDate::MAX) {
            open[date.weekday().num_days_from_monday() as usize] = true;
            let monday = monday_of(date);
            if mondays.last() != Some(&monday) {
                mondays.push(monday);
            }
        }
        let closed = open.iter().filter(|open| !**open).count();
        u32::try_from(((self.days.len() + closed) / 7).min(mondays.len())).unwrap_or(u32::MAX)
    }
}

/// The slot of a time of day.
fn slot_of(time: NaiveTime, step: u32) -> usize {
    (time.num_seconds_from_midnight() / 60 / step) as usize
}

/// How the rows of a day cover its slots. The hour that a clock change repeats is covered once, not twice.
fn cover(day: Option<&[Seen]>, zone: Tz, date: NaiveDate, step: u32) -> Vec<Cover> {
    let long_day = (midnight(zone, date + Days::new(1)) - midnight(zone, date)).num_hours() > 24;
    let is_doubled = |slot: usize| {
        let local = date.and_time(NaiveTime::MIN) + Duration::minutes(slot as i64 * i64::from(step));
        long_day && is_doubled(zone, local)
    };
    let of_slot = |(slot, seen): (usize, &Seen)| match seen.minutes {
        0 => Cover::None,
        minutes if minutes > step && !is_doubled(slot) => Cover::Overlapping(f64::from(minutes) / f64::from(step)),
        _ => Cover::Once,
    };
    day.map_or_else(Vec::new, |cells| cells.iter().enumerate().map(of_slot).collect())
}

/// Inquiries of a slot; where it was seen for longer than its length, at the rate it was seen with.
fn rate(seen: &Seen, step: u32) -> Option<f64> {
    if seen.minutes > step { Some(seen.inquiries * f64::from(step) / f64::from(seen.minutes)) } else { Some(seen.inquiries) }
}

/// Cuts a row at slot borders and hands on the pieces: date, slot, inquiries, minutes.
fn spread_record(record: &VolumeRecord, zone: Tz, step: u32, mut add: impl FnMut(NaiveDate, usize, f64, u32)) {
    let mut done = 0;
    while done < record.minutes {
        let local = local_of(zone, record.starts_at + Duration::minutes(i64::from(done)));
        let minute = local.num_seconds_from_midnight() / 60;
        let piece = (step - minute % step).min(record.minutes - done);
        add(local.date(), (minute / step) as usize, record.inquiries * f64::from(piece) / f64::from(record.minutes), piece);
        done += piece;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::QueueId;

    fn rows(starts_at: &str, minutes: u32, inquiries: &[f64]) -> Vec<VolumeRecord> {
        let start: chrono::DateTime<chrono::Utc> = starts_at.parse().unwrap();
        let queue_id = QueueId(uuid::Uuid::nil());
        let at = |index: usize| start + Duration::minutes(index as i64 * i64::from(minutes));
        inquiries
            .iter()
            .enumerate()
            .map(|(index, inquiries)| VolumeRecord {
                queue_id,
                starts_at: at(index),
                minutes,
                inquiries: *inquiries,
                aht_secs: None,
            })
            .collect()
    }

    fn read(records: &[VolumeRecord], zone: Tz) -> History {
        History::from_records(records, zone, IntervalMinutes::HALF_HOUR, NaiveDate::MAX - Days::new(9)).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn five_minute_rows_add_up_and_an_hour_is_split_evenly() {
        let mut records = rows("2026-11-02T01:00:00Z", 5, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        records.extend(rows("2026-11-02T02:00:00Z", 60, &[9.0]));
        let history = read(&records, Tz::Asia__Shanghai);
        let day = history.day(date("2026-11-02")).unwrap();
        assert_eq!(day[18..22], [Some(21.0), Some(0.0), Some(4.5), Some(4.5)]);
        assert_eq!((day[17], day[22]), (None, None), "nobody saw what came before the first row and after the last");
    }

    #[test]
    fn the_hour_that_occurs_twice_counts_at_its_rate_and_the_skipped_one_is_unseen() {
        let autumn = read(&rows("2026-10-24T22:00:00Z", 30, &[10.0; 50]), Tz::Europe__Berlin);
        assert_eq!(autumn.day(date("2026-10-25")).unwrap()[3..7], [Some(10.0); 4]);
        let spring = read(&rows("2026-03-28T23:00:00Z", 30, &[10.0; 46]), Tz::Europe__Berlin);
        assert_eq!(spring.day(date("2026-03-29")).unwrap()[3..7], [Some(10.0), None, None, Some(10.0)]);
    }

    #[test]
    fn a_row_past_midnight_belongs_to_both_days() {
        let history = read(&rows("2026-11-02T15:30:00Z", 60, &[8.0]), Tz::Asia__Shanghai);
        assert_eq!(history.day(date("2026-11-02")).unwrap()[47], Some(4.0));
        assert_eq!(history.day(date("2026-11-03")).unwrap()[0], Some(4.0));
    }

    #[test]
    fn three_times_monday_to_friday_are_three_weeks_and_a_fortnight_is_two() {
        let days = |dates: &[u32]| {
            let all: Vec<_> = dates.iter().flat_map(|day| rows(&format!("2026-11-{day:02}T01:00:00Z"), 30, &[1.0])).collect();
            read(&all, Tz::Asia__Shanghai).weeks()
        };
        assert_eq!(days(&[2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20]), 3);
        assert_eq!(days(&(2..16).collect::<Vec<_>>()), 2);
        assert_eq!(days(&[2, 29]), 2, "a hole of weeks is no history");
    }
}

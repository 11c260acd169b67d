//! The days a profile may be learnt from.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::effects::Dates;
use super::events::Event;
use super::history::History;
use super::reopening;
use crate::domain::calendar::monday_of;

/// A past day that is neither holiday nor make-up workday.
#[derive(Debug)]
pub(super) struct OrdinaryDay<'a> {
    /// Its local date.
    pub date: NaiveDate,
    /// Its weekday, 0 for Monday.
    pub weekday: usize,
    /// Weeks back from the first week that is not known: 1 for the newest.
    pub age_weeks: f64,
    /// Its slots.
    pub volumes: &'a [Option<f64>],
    /// Its place after a closed day.
    pub reopened: Option<usize>,
    in_event: Vec<bool>,
}

impl OrdinaryDay<'_> {
    /// Whether a dated event held in the slot.
    pub fn is_event(&self, slot: usize) -> bool {
        self.in_event.get(slot).copied().unwrap_or(false)
    }
}

/// The ordinary days before `until`, in order.
pub(super) fn ordinary_days<'a>(history: &'a History, dates: &Dates<'_>, until: NaiveDate) -> Vec<OrdinaryDay<'a>> {
    let days: Vec<_> = history.days_before(until).filter(|(date, _)| dates.special.is_ordinary(*date)).collect();
    let Some(newest) = days.last().map(|(date, _)| monday_of(*date)) else { return Vec::new() };
    let mut is_open = [false; 7];
    days.iter().for_each(|(date, _)| is_open[index(date.weekday())] = true);
    let reopened = |date: NaiveDate| {
        let before = open_days_before(date, is_open);
        reopening::place_after(before.map(|day| day > history.first() && history.day(day).is_none()))
    };
    days.into_iter()
        .map(|(date, volumes)| OrdinaryDay {
            date,
            weekday: index(date.weekday()),
            age_weeks: 1.0 + (newest - monday_of(date)).num_days() as f64 / 7.0,
            volumes,
            reopened: reopened(date),
            in_event: in_events(history, dates.events, date),
        })
        .collect()
}

/// By slot, whether a dated event holds in any of it; empty on a day without one.
pub(super) fn in_events(history: &History, events: &[Event], date: NaiveDate) -> Vec<bool> {
    let events: Vec<_> = events.iter().filter(|event| event.is_dated() && event.touches(date)).collect();
    if events.is_empty() {
        return Vec::new();
    }
    let step = history.step_minutes();
    let holds = |slot: usize| events.iter().any(|event| event.share(date, slot as u32 * step, step) > 0.0);
    (0..history.slots_per_day()).map(holds).collect()
}

/// The days before `date` whose weekday is open, the nearest first, a fortnight back.
pub(super) fn open_days_before(date: NaiveDate, is_open: [bool; 7]) -> impl Iterator<Item = NaiveDate> {
    (1..14).map(move |days| date - Days::new(days)).filter(move |day| is_open[index(day.weekday())])
}

/// The weekday as an index, 0 for Monday.
pub(super) fn index(weekday: Weekday) -> usize {
    weekday.num_days_from_monday() as usize
}

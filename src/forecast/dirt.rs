//! Dirty history: gaps, outages, doubled rows and one-off surges, found against the same weekdays of the weeks around.
//!
//! A regime is no fault: longer opening hours, a new level or a surge that comes back every month differ from one side only or
//! from nothing at all. What is found is left out of the learning unless its owner says that it is right.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;

use super::effects::Dates;
use super::history::{Cover, History};
use super::ordinary_days::in_events;
use super::robust::median;
use crate::domain::calendar::{Interval, instant_at_minute};
use crate::domain::history::{FaultKind, FaultTreatment, HistoryFault, HistoryOverrule, Verdict};

/// Weeks on either side that a day is held against.
const WEEKS_AROUND: u64 = 3;

/// Same weekdays that there must be around a day.
const DAYS_NEEDED: usize = 2;

/// Days of the last week with a surge from which a new level has begun.
const BEGUN: usize = 3;

/// Share of the usual below which a slot is taken as silent.
const SILENT: f64 = 0.1;

/// Usual inquiries of a silent stretch from which it is a fault: chance leaves twenty out once in 500 million times.
const MISSED: f64 = 20.0;

/// Counting deviations beyond twice the usual from which a stretch is a surge.
const SURGE: f64 = 8.0;

/// Months with a surge on the same day from which it is a habit.
const HABIT_MONTHS: usize = 3;

/// A stretch of one date.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dirt {
    /// The local date.
    pub date: NaiveDate,
    /// Its slots.
    pub slots: Range<usize>,
    /// What it suffers from.
    pub kind: FaultKind,
    found: f64,
    usual: f64,
}

/// Finds the faults of the days before `until`.
pub(super) fn find(history: &History, dates: Dates<'_>, until: NaiveDate) -> Vec<Dirt> {
    let mut dirt = Vec::new();
    for date in history.first().iter_days().take_while(|date| *date < until && *date <= history.last()) {
        dirt.extend(doubled(history, date));
        if !dates.special.is_ordinary(date) || dates.neighbours.of(date).is_some() {
            continue;
        }
        if let Some(usual) = usual(history, dates, date, until) {
            dirt.extend(of_day(history, dates, date, &usual));
        }
    }
    let habits = habits(&dirt);
    let begun = new_level(&dirt, until.min(history.last() + Days::new(1)));
    let is_regime = |date: NaiveDate| habits.contains(&date.day()) || begun.is_some_and(|begun| date >= begun);
    dirt.retain(|dirt| dirt.kind != FaultKind::Surge || !is_regime(dirt.date));
    dirt
}

/// From when on surges are a new level: where most of the last week's days have one, nothing is known yet that came after.
fn new_level(dirt: &[Dirt], until: NaiveDate) -> Option<NaiveDate> {
    let surges_since =
        |days: u64| dirt.iter().filter(move |dirt| dirt.kind == FaultKind::Surge && dirt.date >= until - Days::new(days));
    let mut dates: Vec<_> = surges_since(7).map(|dirt| dirt.date).collect();
    dates.dedup();
    (dates.len() >= BEGUN).then(|| until - Days::new(14))
}

/// What the weeks around a date brought, slot by slot: the least and the most that the weeks before it and those after it
/// suggest.
struct Usual {
    least: Vec<f64>,
    most: Vec<f64>,
}

/// What the same weekdays around a date brought: a regime that ends or begins there is like the weeks on one side. `None` where
/// there are too few of them.
fn usual(history: &History, dates: Dates<'_>, date: NaiveDate, until: NaiveDate) -> Option<Usual> {
    let side = |other: &dyn Fn(Days) -> Option<NaiveDate>| -> Vec<&[Option<f64>]> {
        let dates_of = (1..=WEEKS_AROUND).filter_map(|weeks| other(Days::new(7 * weeks)));
        let known = dates_of.filter(|other| *other < until && dates.special.is_ordinary(*other));
        known.filter_map(|other| history.day(other)).collect()
    };
    let sides = [side(&|days| date.checked_sub_days(days)), side(&|days| date.checked_add_days(days))];
    let count: usize = sides.iter().map(Vec::len).sum();
    let sides: Vec<_> = sides.into_iter().filter(|days| !days.is_empty()).collect();
    if count < DAYS_NEEDED {
        return None;
    }
    let of_side = |days: &Vec<&[Option<f64>]>, slot: usize| {
        median(&mut days.iter().filter_map(|day| day[slot]).collect::<Vec<_>>()).unwrap_or(0.0)
    };
    let of_slot =
        |slot: usize, pick: fn(f64, f64) -> f64| sides.iter().map(|days| of_side(days, slot)).reduce(pick).unwrap_or(0.0);
    let slots = 0..history.slots_per_day();
    let (least, most) = slots.map(|slot| (of_slot(slot, f64::min), of_slot(slot, f64::max))).unzip();
    Some(Usual { least, most })
}

fn of_day(history: &History, dates: Dates<'_>, date: NaiveDate, Usual { least, most }: &Usual) -> Vec<Dirt> {
    let Some(volumes) = history.day(date) else {
        let open = stretches(least.len(), |slot| least[slot] > 0.0);
        let all = open.first().zip(open.last()).map(|(first, last)| first.start..last.end);
        let closed = all.map(|slots| Dirt { date, kind: FaultKind::Gap, found: 0.0, usual: sum(least, &slots), slots });
        return closed.filter(|dirt| dirt.usual >= MISSED).into_iter().collect();
    };
    let in_event = in_events(history, dates.events, date);
    let seen = |slot: usize| volumes[slot].filter(|_| !in_event.get(slot).copied().unwrap_or(false));
    let silent = |slot: usize| seen(slot).is_some_and(|volume| least[slot] > 0.0 && volume <= SILENT * least[slot]);
    let found: Vec<f64> = volumes.iter().map(|volume| volume.unwrap_or(0.0)).collect();
    let dirt =
        |slots: Range<usize>, kind, usual| Dirt { date, kind, found: sum(&found, &slots), usual: sum(usual, &slots), slots };
    let missing = stretches(least.len(), silent).into_iter().map(|slots| {
        let is_gap = slots.clone().all(|slot| history.cover(date, slot) == Cover::None);
        dirt(slots, if is_gap { FaultKind::Gap } else { FaultKind::Outage }, least)
    });
    let high = |slot: usize| seen(slot).is_some_and(|volume| volume > 2.0 * most[slot] + 3.0 * (most[slot] + 1.0).sqrt());
    let surges = stretches(most.len(), high).into_iter().map(|slots| dirt(slots, FaultKind::Surge, most));
    let is_surge = |dirt: &Dirt| dirt.found > 2.0 * dirt.usual + SURGE * (dirt.usual + 1.0).sqrt();
    missing.filter(|dirt| dirt.usual >= MISSED).chain(surges.filter(is_surge)).collect()
}

/// Slots with overlapping rows.
fn doubled(history: &History, date: NaiveDate) -> Vec<Dirt> {
    let Some(volumes) = history.day(date) else { return Vec::new() };
    let times = |slot: usize| if let Cover::Overlapping(times) = history.cover(date, slot) { times } else { 1.0 };
    let rate: Vec<f64> = volumes.iter().map(|volume| volume.unwrap_or(0.0)).collect();
    let dirt = |slots: Range<usize>| {
        let found = slots.clone().map(|slot| rate[slot] * times(slot)).sum();
        Dirt { date, kind: FaultKind::Duplicate, found, usual: sum(&rate, &slots), slots }
    };
    stretches(rate.len(), |slot| times(slot) > 1.0).into_iter().map(dirt).collect()
}

/// Days of the month on which most months have a surge.
fn habits(dirt: &[Dirt]) -> Vec<u32> {
    let mut months: BTreeMap<u32, Vec<(i32, u32)>> = BTreeMap::new();
    for surge in dirt.iter().filter(|dirt| dirt.kind == FaultKind::Surge) {
        let month = (surge.date.year(), surge.date.month());
        let of_day = months.entry(surge.date.day()).or_default();
        if of_day.last() != Some(&month) {
            of_day.push(month);
        }
    }
    months.into_iter().filter(|(_, months)| months.len() >= HABIT_MONTHS).map(|(day, _)| day).collect()
}

/// Runs of slots that are `wanted`.
fn stretches(slots: usize, wanted: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for slot in (0..slots).filter(|slot| wanted(*slot)) {
        match found.last_mut() {
            Some(last) if last.end == slot => last.end += 1,
            _ => found.push(slot..slot + 1),
        }
    }
    found
}

fn sum(values: &[f64], slots: &Range<usize>) -> f64 {
    values[slots.clone()].iter().sum()
}

/// What is to be done about a stretch: the first overrule that touches it counts.
fn treatment(dirt: &Dirt, span: Interval, overrules: &[HistoryOverrule]) -> FaultTreatment {
    let is_kept = overrules.iter().any(|overrule| overrule.verdict == Verdict::Keep && overrule.span.overlaps(&span));
    match dirt.kind {
        _ if is_kept => FaultTreatment::Kept,
        FaultKind::Duplicate => FaultTreatment::Averaged,
        _ => FaultTreatment::LeftOut,
    }
}

/// The faults as their owner is told of them.
pub(super) fn told(dirt: &[Dirt], zone: Tz, step: u32, overrules: &[HistoryOverrule]) -> Vec<HistoryFault> {
    let tell = |dirt: &Dirt| {
        let span = span_of(dirt, zone, step);
        let Dirt { kind, found, usual, .. } = *dirt;
        HistoryFault { kind, span, found, usual, treatment: treatment(dirt, span, overrules) }
    };
    dirt.iter().map(tell).collect()
}

fn span_of(dirt: &Dirt, zone: Tz, step: u32) -> Interval {
    let at = |slot: usize| instant_at_minute(zone, dirt.date, slot as u32 * step);
    Interval { start: at(dirt.slots.start), end: at(dirt.slots.end) }
}

/// The history without what is to be left out: faults nobody keeps, and what an overrule leaves out.
pub(super) fn treated(history: &History, dirt: &[Dirt], zone: Tz, overrules: &[HistoryOverrule]) -> History {
    let step = history.step_minutes();
    let left_out = |dirt: &&Dirt| treatment(dirt, span_of(dirt, zone, step), overrules) == FaultTreatment::LeftOut;
    let found = dirt.iter().filter(left_out).map(|dirt| (dirt.date, dirt.slots.clone()));
    let told = overrules.iter().filter(|overrule| overrule.verdict == Verdict::LeaveOut).flat_map(|overrule| {
        let dates = history.first().iter_days().take_while(|date| *date <= history.last());
        dates.filter_map(move |date| {
            let inside = |slot: &usize| overrule.span.contains(instant_at_minute(zone, date, *slot as u32 * step));
            let slots: Vec<usize> = (0..history.slots_per_day()).filter(inside).collect();
            Some((date, *slots.first()?..slots.last()? + 1))
        })
    });
    history.without(found.chain(told))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::super::neighbours::Neighbours;
    use super::super::special_days::SpecialDays;
    use super::*;
    use crate::domain::calendar::IntervalMinutes;
    use crate::domain::demand::VolumeRecord;
    use crate::domain::ids::{HistoryOverruleId, QueueId};

    const FIRST: &str = "2026-08-31";

    fn at(day: u64, slot: i64) -> DateTime<Utc> {
        let first: NaiveDate = FIRST.parse().unwrap();
        (first + Days::new(day)).and_time(chrono::NaiveTime::MIN).and_utc() + Duration::minutes(30 * slot)
    }

    /// Twelve weeks of 40 in each half hour from 9 to 21, changed as told: `None` is no row.
    fn history(change: impl Fn(u64, i64) -> Option<f64>) -> History {
        let record = |day: u64, slot: i64| {
            let (queue_id, starts_at) = (QueueId(uuid::Uuid::nil()), at(day, slot));
            Some(VolumeRecord { queue_id, starts_at, minutes: 30, inquiries: change(day, slot)?, aht_secs: None })
        };
        let records: Vec<_> =
            (0..84).flat_map(|day| (18..42).map(move |slot| (day, slot))).filter_map(|(d, s)| record(d, s)).collect();
        History::from_records(&records, Tz::UTC, IntervalMinutes::HALF_HOUR, at(84, 0).date_naive()).unwrap()
    }

    fn found(history: &History) -> Vec<(FaultKind, u64, Range<usize>)> {
        let (special, neighbours) = (SpecialDays::new(&[]), Neighbours::default());
        let dates = Dates { special: &special, neighbours: &neighbours, events: &[], figures: &[] };
        let first: NaiveDate = FIRST.parse().unwrap();
        let day = |date: NaiveDate| (date - first).num_days().unsigned_abs();
        find(history, dates, NaiveDate::MAX).into_iter().map(|dirt| (dirt.kind, day(dirt.date), dirt.slots)).collect()
    }

    #[test]
    fn gaps_outages_and_surges_are_found_where_they_are() {
        let dirty = history(|day, slot| match (day, slot) {
            (30, _) | (40, 20..24) => None,
            (45, 30..34) => Some(1.0),
            (50, 36..40) => Some(400.0),
            _ => Some(40.0),
        });
        let (gap, outage, surge) = (FaultKind::Gap, FaultKind::Outage, FaultKind::Surge);
        assert_eq!(found(&dirty), [(gap, 30, 18..42), (gap, 40, 20..24), (outage, 45, 30..34), (surge, 50, 36..40)]);
    }

    #[test]
    fn a_clean_history_a_new_level_and_longer_hours_are_no_faults() {
        assert_eq!(found(&history(|_, _| Some(40.0))), []);
        assert_eq!(found(&history(|day, _| Some(if day < 40 { 40.0 } else { 120.0 }))), []);
        assert_eq!(found(&history(|day, slot| (slot < 36 || day >= 40).then_some(40.0))), []);
        assert_eq!(found(&history(|day, slot| (slot < 36 || day < 40).then_some(40.0))), []);
        assert_eq!(found(&history(|day, _| Some(if day < 80 { 40.0 } else { 120.0 }))), [], "a new level that has just begun");
    }

    #[test]
    fn what_surges_on_the_same_day_of_three_months_is_a_habit() {
        let surging = |from_month: u32| {
            history(move |day, slot| {
                let date = at(day, slot).date_naive();
                let is_members_day = date.day() == 8 && date.month() >= from_month && (30..34).contains(&slot);
                Some(if is_members_day { 400.0 } else { 40.0 })
            })
        };
        assert_eq!(found(&surging(10)).len(), 2, "October and November only");
        assert_eq!(found(&surging(9)), [], "September too");
    }

    #[test]
    fn rows_that_overlap_are_named_and_count_once() {
        let row = |day, slot, minutes, inquiries| VolumeRecord {
            queue_id: QueueId(uuid::Uuid::nil()),
            starts_at: at(day, slot),
            minutes,
            inquiries,
            aht_secs: None,
        };
        let rows: Vec<_> = (0..28).map(|day| row(day, 20, 60, 80.0)).chain([row(9, 20, 30, 40.0)]).collect();
        let doubled = History::from_records(&rows, Tz::UTC, IntervalMinutes::HALF_HOUR, at(28, 0).date_naive()).unwrap();
        assert_eq!(found(&doubled), [(FaultKind::Duplicate, 9, 20..21)]);
        assert_eq!(doubled.day(at(9, 0).date_naive()).unwrap()[20], Some(40.0));
    }

    #[test]
    fn an_overrule_keeps_what_was_found_and_leaves_out_what_was_not() {
        let dirty = history(|day, slot| Some(if day == 50 && slot < 22 { 400.0 } else { 40.0 }));
        let (special, neighbours) = (SpecialDays::new(&[]), Neighbours::default());
        let dates = Dates { special: &special, neighbours: &neighbours, events: &[], figures: &[] };
        let dirt = find(&dirty, dates, NaiveDate::MAX);
        let word = |day: u64, verdict| HistoryOverrule {
            id: HistoryOverruleId(uuid::Uuid::nil()),
            queue_id: QueueId(uuid::Uuid::nil()),
            span: Interval { start: at(day, 18), end: at(day, 20) },
            verdict,
            reason: "店庆".into(),
            author: "主管".into(),
        };
        let slots = |history: &History, day: u64| history.day(at(day, 0).date_naive()).unwrap()[18..23].to_vec();
        let plain = treated(&dirty, &dirt, Tz::UTC, &[]);
        assert_eq!(slots(&plain, 50), [None, None, None, None, Some(40.0)]);
        let overrules = [word(50, Verdict::Keep), word(60, Verdict::LeaveOut)];
        let told_otherwise = treated(&dirty, &dirt, Tz::UTC, &overrules);
        assert_eq!(slots(&told_otherwise, 50)[0], Some(400.0));
        assert_eq!(slots(&told_otherwise, 60), [None, None, Some(40.0), Some(40.0), Some(40.0)]);
        assert_eq!(told(&dirt, Tz::UTC, 30, &overrules)[0].treatment, FaultTreatment::Kept);
    }
}

//! Made inquiry volumes: weekday and daily patterns, growth, holidays, promotions, and chance.
//!
//! A half hour's inquiries are a Poisson number around a rate that is itself uncertain (gamma): a negative binomial, as
//! real queues show it. Besides, whole days run above or below their expectation, and a good day tends to follow another.

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution, Gamma, Normal, Poisson};

use crate::domain::calendar::{DAY_MINUTES, Interval, IntervalMinutes, local_of, midnight};
use crate::domain::demand::VolumeRecord;
use crate::domain::ids::QueueId;
use crate::domain::organisation::{Holiday, HolidayKind, QueueKind};
use crate::domain::peak::{PeakDays, PeakWindow};

/// Days of history: twelve weeks.
pub const DAYS: i64 = 84;
const STEP: IntervalMinutes = IntervalMinutes::HALF_HOUR;
/// Growth from one week to the next.
const WEEKLY_GROWTH: f64 = 0.004;
/// Deviation of a whole day from its expectation, and how much of it the next day keeps.
const DAY_NOISE: f64 = 0.04;
const DAY_MEMORY: f64 = 0.3;
/// Shape of the gamma that the rate of a half hour is drawn from: its deviation is 1/√shape.
const RATE_SHAPE: f64 = 90.0;

/// What one queue's volumes look like.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// The queue.
    pub queue_id: QueueId,
    /// Decides the course of day and week.
    pub kind: QueueKind,
    /// Inquiries in the busiest half hour of an ordinary Wednesday.
    pub busiest: f64,
}

/// What else moves volumes.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Days that are not ordinary.
    pub holidays: &'a [Holiday],
    /// Promotions; weekly windows name what the daily course has already.
    pub peaks: &'a [PeakWindow],
    /// The site's zone.
    pub zone: Tz,
}

/// The volumes of the [`DAYS`] days before `until`. The same arguments give the same volumes.
pub fn volumes(patterns: &[Pattern], around: Surroundings<'_>, until: NaiveDate, seed: u64) -> Vec<VolumeRecord> {
    let mut rng = StdRng::seed_from_u64(seed);
    let first = until - Duration::days(DAYS);
    let mut records = Vec::new();
    for pattern in patterns {
        let mut drift = 0.0;
        for date in first.iter_days().take_while(|date| *date < until) {
            drift = DAY_MEMORY * drift + normal(&mut rng, DAY_NOISE);
            let weeks = (date - first).num_days() as f64 / 7.0;
            let level =
                pattern.busiest * (1.0 + WEEKLY_GROWTH * weeks) * f64::exp(drift) * day_factor(pattern.kind, date, around);
            records.extend(day(pattern, around, date, level, &mut rng));
        }
    }
    records
}

/// One local day; a clock change makes it shorter or longer.
fn day(pattern: &Pattern, around: Surroundings<'_>, date: NaiveDate, level: f64, rng: &mut StdRng) -> Vec<VolumeRecord> {
    let span = Interval {
        start: midnight(around.zone, date),
        end: midnight(around.zone, date.succ_opt().expect("not at the end of time")),
    };
    let steps = span.minutes() / i64::from(STEP.get());
    let record = |step: i64| {
        let starts_at = span.start + STEP.duration() * i32::try_from(step).expect("a day has few steps");
        let local = local_of(around.zone, starts_at);
        let minute = u32::try_from((local - date.and_time(NaiveTime::MIN)).num_minutes()).unwrap_or(0);
        let expected = level * course(pattern.kind, minute) * promotion(pattern, around, date, minute);
        VolumeRecord {
            queue_id: pattern.queue_id,
            starts_at,
            minutes: STEP.get(),
            inquiries: drawn(expected, rng),
            aht_secs: None,
        }
    };
    (0..steps).map(record).collect()
}

fn drawn(expected: f64, rng: &mut StdRng) -> f64 {
    let rate = Gamma::new(RATE_SHAPE, expected / RATE_SHAPE).expect("volumes are expected at any hour").sample(rng);
    Poisson::new(rate).map_or(0.0, |poisson| poisson.sample(rng))
}

fn normal(rng: &mut StdRng, deviation: f64) -> f64 {
    Normal::new(0.0, deviation).expect("a deviation is finite").sample(rng)
}

/// The course of a day, 1 at its busiest. Before an order people ask in the evening; after it during the day.
fn course(kind: QueueKind, minute: u32) -> f64 {
    let hour = f64::from(minute) / 60.0;
    let hump = |at: f64, width: f64, height: f64| height * f64::exp(-((hour - at) / width).powi(2));
    let after_midnight = |at: f64, width: f64, height: f64| hump(at, width, height) + hump(at - 24.0, width, height);
    match kind {
        QueueKind::Aftersale => 0.04 + hump(10.3, 1.6, 0.88) + hump(15.0, 2.4, 0.86) + after_midnight(20.3, 2.2, 0.72),
        _ => 0.05 + hump(10.8, 2.0, 0.62) + hump(15.2, 2.2, 0.58) + after_midnight(20.9, 2.0, 0.95),
    }
}

fn day_factor(kind: QueueKind, date: NaiveDate, around: Surroundings<'_>) -> f64 {
    let holiday = around.holidays.iter().find(|holiday| holiday.date == date).map(|holiday| holiday.kind);
    let is_aftersale = kind == QueueKind::Aftersale;
    match holiday {
        Some(HolidayKind::Statutory | HolidayKind::ShiftedRest) if is_aftersale => 0.82,
        Some(HolidayKind::Statutory | HolidayKind::ShiftedRest) => 1.18,
        Some(HolidayKind::MakeUpWorkday) => weekday_factor(is_aftersale, Weekday::Wed),
        Some(HolidayKind::Observance) | None => weekday_factor(is_aftersale, date.weekday()),
    }
}

/// Orders of the weekend arrive, and come back, on Monday and Tuesday.
fn weekday_factor(is_aftersale: bool, weekday: Weekday) -> f64 {
    let by_day = if is_aftersale { [1.16, 1.08, 1.0, 0.98, 0.97, 0.88, 0.86] } else { [0.97, 0.98, 1.0, 1.01, 1.06, 1.14, 1.15] };
    by_day[weekday.num_days_from_monday() as usize]
}

/// What a promotion multiplies a half hour by: presales feel it most.
fn promotion(pattern: &Pattern, around: Surroundings<'_>, date: NaiveDate, minute: u32) -> f64 {
    let holds = |window: &PeakWindow, began: NaiveDate, minute: u32| {
        window.days.hold_on(began) && (window.start_minute..window.end_minute).contains(&minute)
    };
    let is_on =
        |window: &PeakWindow| holds(window, date, minute) || holds(window, date - Duration::days(1), minute + DAY_MINUTES);
    let is_promotion = |window: &&PeakWindow| matches!(window.days, PeakDays::Dated { .. }) && window.concerns(pattern.queue_id);
    match around.peaks.iter().filter(is_promotion).any(is_on) {
        true if pattern.kind == QueueKind::Aftersale => 1.2,
        true => 1.6,
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;

    use super::*;
    use crate::domain::ids::{HolidayId, PeakWindowId, SiteId, TeamId};

    const ZONE: Tz = Tz::Asia__Shanghai;
    const NOTHING: Surroundings<'static> = Surroundings { holidays: &[], peaks: &[], zone: ZONE };

    /// A Monday.
    fn until() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn presale() -> Pattern {
        Pattern { queue_id: QueueId(uuid::Uuid::nil()), kind: QueueKind::Presale, busiest: 60.0 }
    }

    /// Mean inquiries of the records that `wanted` picks by local time.
    fn mean(records: &[VolumeRecord], wanted: impl Fn(chrono::NaiveDateTime) -> bool) -> f64 {
        let picked: Vec<f64> =
            records.iter().filter(|record| wanted(local_of(ZONE, record.starts_at))).map(|record| record.inquiries).collect();
        assert!(!picked.is_empty());
        picked.iter().sum::<f64>() / picked.len() as f64
    }

    #[test]
    fn the_same_seed_makes_the_same_history_and_another_seed_another() {
        let made = |seed| volumes(&[presale()], NOTHING, until(), seed);
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
    }

    #[test]
    fn twelve_weeks_of_half_hours_end_the_day_before() {
        let made = volumes(&[presale()], NOTHING, until(), 1);
        assert_eq!(made.len(), 84 * 48);
        assert_eq!(local_of(ZONE, made[0].starts_at).to_string(), "2026-08-31 00:00:00");
        assert_eq!(local_of(ZONE, made.last().unwrap().starts_at).to_string(), "2026-11-22 23:30:00");
        assert!(made.iter().all(|record| record.inquiries >= 0.0 && record.inquiries.fract() == 0.0));
    }

    #[test]
    fn a_day_with_a_clock_change_has_its_own_number_of_half_hours() {
        let around = Surroundings { zone: Tz::Europe__Berlin, ..NOTHING };
        assert_eq!(volumes(&[presale()], around, until(), 1).len(), 84 * 48 + 2);
    }

    #[test]
    fn evenings_are_busier_than_nights_and_weekends_than_mondays() {
        let made = volumes(&[presale()], NOTHING, until(), 1);
        let evening = mean(&made, |at| at.hour() == 20);
        assert!(evening > 5.0 * mean(&made, |at| at.hour() == 4), "{evening}");
        let on = |day: Weekday| mean(&made, |at| at.date().weekday() == day);
        assert!(on(Weekday::Sun) > 1.08 * on(Weekday::Mon), "{} {}", on(Weekday::Sun), on(Weekday::Mon));
    }

    #[test]
    fn aftersales_are_busy_by_day_and_on_mondays() {
        let pattern = Pattern { kind: QueueKind::Aftersale, ..presale() };
        let made = volumes(&[pattern], NOTHING, until(), 1);
        assert!(mean(&made, |at| at.hour() == 10) > 1.1 * mean(&made, |at| at.hour() == 20));
        let on = |day: Weekday| mean(&made, |at| at.date().weekday() == day);
        assert!(on(Weekday::Mon) > 1.15 * on(Weekday::Sun));
    }

    #[test]
    fn a_promotion_lifts_its_hours_past_midnight_too() {
        let date: NaiveDate = "2026-11-05".parse().unwrap();
        let window = PeakWindow {
            id: PeakWindowId::generate(),
            team_id: TeamId::generate(),
            queue_id: None,
            name: "大促".into(),
            days: PeakDays::Dated { from: date, until: date },
            start_minute: 20 * 60,
            end_minute: 25 * 60,
            uplift: None,
            min_agents: 0,
        };
        let factor = |date: NaiveDate, minute| {
            promotion(&presale(), Surroundings { peaks: std::slice::from_ref(&window), ..NOTHING }, date, minute)
        };
        assert_eq!(factor(date, 20 * 60 - 1), 1.0);
        assert_eq!(factor(date, 20 * 60), 1.6);
        assert_eq!(factor(date + Duration::days(1), 59), 1.6);
        assert_eq!(factor(date + Duration::days(1), 60), 1.0);
        assert_eq!(factor(date, 30), 1.0);
    }

    #[test]
    fn a_make_up_workday_is_no_weekend_and_a_holiday_is_its_own_kind() {
        let sunday: NaiveDate = "2026-09-20".parse().unwrap();
        let holiday =
            |kind| Holiday { id: HolidayId::generate(), site_id: SiteId::generate(), date: sunday, name: "x".into(), kind };
        let factor = |kind| day_factor(QueueKind::Presale, sunday, Surroundings { holidays: &[holiday(kind)], ..NOTHING });
        assert_eq!(factor(HolidayKind::MakeUpWorkday), 1.0);
        assert_eq!(factor(HolidayKind::Statutory), 1.18);
        assert_eq!(day_factor(QueueKind::Presale, sunday, NOTHING), 1.15);
    }
}

//! The model: weekday profile × level × effects of the date.
//!
//! The profile of a weekday is a robust mean of its last twelve weeks, slot by slot, the newer the heavier; the level is
//! the exponentially smoothed ratio of recent weeks to it, drawn towards 1. Holidays, make-up workdays and events are
//! left out of both, and month-turn and reopening effects are divided out, so that none of them poisons the weeks after.
//! Profile and effects are estimated in turn; a third round changes neither by anything that matters.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::history::History;
use super::month_turn::MonthTurn;
use super::peaks::{self, PeakEffects};
use super::reopening::{self, Reopening};
use super::robust::{centre, count_noise};
use super::special_days::{DayKind, RestEffects, SpecialDays};
use crate::domain::calendar::monday_of;
use crate::domain::organisation::Holiday;
use crate::domain::peak::PeakWindow;

/// Weeks that shape the profile.
const PROFILE_WEEKS: f64 = 12.0;

/// Weeks after which a day counts half as much for the profile.
const PROFILE_HALF_LIFE_WEEKS: f64 = 4.0;

/// Weight of the newest week in the level.
const LEVEL_SMOOTHING: f64 = 0.3;

/// Share of the level's distance from 1 that is believed to last through the coming week.
const LEVEL_DAMPING: f64 = 0.8;

/// Weeks on either side that make up the level around a past day.
const LEVEL_REACH_DAYS: u64 = 21;

/// Share by which the levels of ordinary days differ.
const LEVEL_NOISE: f64 = 0.1;

/// Rounds of estimating profile and effects in turn.
const ROUNDS: usize = 3;

/// Weight of volumes inside events: they speak only where nothing else does.
const EVENT_WEIGHT: f64 = 1e-6;

/// Below this factor a rest day counts as closed.
const CLOSED_BELOW: f64 = 0.05;

/// Slots of a day by weekday, Monday first.
type Profile = [Vec<f64>; 7];

/// A fitted model.
#[derive(Debug)]
pub(super) struct ProfileLevel<'a> {
    history: &'a History,
    special_days: &'a SpecialDays<'a>,
    peaks: &'a [PeakWindow],
    until: NaiveDate,
    profile: Profile,
    level: f64,
    past_levels: BTreeMap<NaiveDate, f64>,
    month_turn: MonthTurn,
    reopening: Reopening,
    rest_effects: RestEffects,
    peak_effects: PeakEffects,
}

/// An ordinary day that is learnt from.
struct Ordinary<'a> {
    date: NaiveDate,
    /// Weeks before the first week that is not known, 1 for the newest.
    age_weeks: f64,
    volumes: &'a [Option<f64>],
    /// Slots inside events; empty on a day without.
    in_event: Vec<bool>,
    /// Place after a closed day.
    reopened: Option<usize>,
}

impl Ordinary<'_> {
    fn is_event(&self, slot: usize) -> bool {
        self.in_event.get(slot).copied().unwrap_or(false)
    }
}

impl<'a> ProfileLevel<'a> {
    /// Learns from the days before `until`, a Monday.
    pub fn fit(history: &'a History, special_days: &'a SpecialDays<'a>, peaks: &'a [PeakWindow], until: NaiveDate) -> Self {
        let mut model = Self {
            history,
            special_days,
            peaks,
            until,
            profile: std::array::from_fn(|_| vec![0.0; history.slots_per_day()]),
            level: 1.0,
            past_levels: BTreeMap::new(),
            month_turn: MonthTurn::default(),
            reopening: Reopening::default(),
            rest_effects: RestEffects::default(),
            peak_effects: PeakEffects::default(),
        };
        let mut days = model.ordinary_days();
        for day in &mut days {
            day.reopened = model.reopened(day.date, &days_open(history, special_days, until));
        }
        model.profile = model.profile_of(&days);
        for _ in 0..ROUNDS {
            model.learn_date_effects(&days);
            model.profile = model.profile_of(&days);
        }
        model.level = model.smoothed_level(&days);
        model.learn_rest_effects();
        model.learn_peak_effects();
        model
    }

    /// Expected inquiries of the slots of a date on or after the Monday the model was fitted for.
    pub fn day(&self, date: NaiveDate) -> Vec<f64> {
        let month = self.month_turn.log_factor(date).exp();
        let working = month * self.reopening.log_factor(self.reopened(date, &self.open_weekdays())).exp();
        let weekday = &self.profile[index(date.weekday())];
        let (shape, factor) = match self.special_days.kind_of(date) {
            DayKind::Ordinary => (weekday.clone(), working),
            DayKind::MakeUpWorkday => (self.mean_workday(), working),
            DayKind::Rest(holiday) => match self.rest_effects.factor(holiday) {
                Some(effect) => (weekday.clone(), month * effect),
                None => (self.profile[index(Weekday::Sun)].clone(), month),
            },
        };
        let peaks: Vec<_> = self.peaks.iter().filter(|window| peaks::touches(window, date)).collect();
        let step = self.history.step_minutes();
        let uplift = |slot: usize| {
            let inside = |window: &&PeakWindow| peaks::share(window, date, slot as u32 * step, step);
            peaks.iter().map(|window| 1.0 + (self.peak_effects.factor(window) - 1.0) * inside(window)).product::<f64>()
        };
        shape.iter().enumerate().map(|(slot, volume)| volume * self.level * factor * uplift(slot)).collect()
    }

    fn ordinary_days(&self) -> Vec<Ordinary<'a>> {
        let days = self.history.days_before(self.until).filter(|(date, _)| self.special_days.is_ordinary(*date));
        let mut days: Vec<_> = days
            .map(|(date, volumes)| Ordinary { date, age_weeks: 0.0, volumes, in_event: self.in_events(date), reopened: None })
            .collect();
        if let Some(newest) = days.last().map(|day| monday_of(day.date)) {
            for day in &mut days {
                day.age_weeks = 1.0 + (newest - monday_of(day.date)).num_days() as f64 / 7.0;
            }
        }
        days
    }

    fn in_events(&self, date: NaiveDate) -> Vec<bool> {
        let events: Vec<_> = self.peaks.iter().filter(|window| peaks::is_event(window) && peaks::touches(window, date)).collect();
        if events.is_empty() {
            return Vec::new();
        }
        let step = self.history.step_minutes();
        let holds = |slot: usize| events.iter().any(|window| peaks::share(window, date, slot as u32 * step, step) > 0.0);
        (0..self.history.slots_per_day()).map(holds).collect()
    }

    fn log_effect(&self, date: NaiveDate, reopened: Option<usize>) -> f64 {
        self.month_turn.log_factor(date) + self.reopening.log_factor(reopened)
    }

    fn profile_of(&self, days: &[Ordinary<'_>]) -> Profile {
        let mut samples: Vec<(f64, f64)> = Vec::new();
        std::array::from_fn(|weekday| {
            let days = days.iter().filter(|day| index(day.date.weekday()) == weekday && day.age_weeks <= PROFILE_WEEKS);
            let days: Vec<_> = days
                .map(|day| {
                    let weight = 0.5_f64.powf((day.age_weeks - 1.0) / PROFILE_HALF_LIFE_WEEKS);
                    (day, (-self.log_effect(day.date, day.reopened)).exp(), weight)
                })
                .collect();
            let slot_centre = |slot: usize| {
                samples.clear();
                samples.extend(days.iter().filter_map(|(day, cleaned, weight)| {
                    let weight = if day.is_event(slot) { weight * EVENT_WEIGHT } else { *weight };
                    Some((day.volumes[slot]? * cleaned, weight))
                }));
                centre(&mut samples, count_noise).unwrap_or(0.0)
            };
            (0..self.history.slots_per_day()).map(slot_centre).collect()
        })
    }

    /// What a day brought against its profile; `None` where the profile expects nothing.
    fn ratio(&self, day: &Ordinary<'_>) -> Option<f64> {
        let profile = &self.profile[index(day.date.weekday())];
        let (mut actual, mut expected) = (0.0, 0.0);
        for (slot, volume) in day.volumes.iter().enumerate() {
            if let Some(volume) = volume.filter(|_| !day.is_event(slot)) {
                actual += volume;
                expected += profile[slot];
            }
        }
        (expected > 0.0).then(|| actual / expected)
    }

    fn learn_date_effects(&mut self, days: &[Ordinary<'_>]) {
        let ratios: Vec<_> = days.iter().filter_map(|day| Some((day, self.ratio(day)?))).collect();
        self.past_levels = self.weekly_levels(&ratios);
        let logs: Vec<_> = ratios
            .iter()
            .filter(|(_, ratio)| *ratio > 0.0)
            .map(|(day, ratio)| (*day, (ratio / self.level_around(day.date)).ln()))
            .collect();
        let month = &self.month_turn;
        self.reopening =
            Reopening::learn(logs.iter().filter_map(|(day, log)| Some((day.reopened?, log - month.log_factor(day.date)))));
        let settled = logs.iter().filter(|(day, _)| day.reopened.is_none());
        self.month_turn = MonthTurn::learn(&settled.map(|(day, log)| (day.date, *log)).collect());
    }

    /// The level of each week by its Monday, effects divided out.
    fn weekly_levels(&self, ratios: &[(&Ordinary<'_>, f64)]) -> BTreeMap<NaiveDate, f64> {
        let mut weeks: BTreeMap<NaiveDate, Vec<(f64, f64)>> = BTreeMap::new();
        for (day, ratio) in ratios {
            let cleaned = ratio * (-self.log_effect(day.date, day.reopened)).exp();
            weeks.entry(monday_of(day.date)).or_default().push((cleaned, 1.0));
        }
        let level = |mut days: Vec<(f64, f64)>| centre(&mut days, |_| LEVEL_NOISE);
        weeks.into_iter().filter_map(|(monday, days)| Some((monday, level(days)?))).collect()
    }

    /// The level of the weeks around a past date; 1 where none is known.
    fn level_around(&self, date: NaiveDate) -> f64 {
        let monday = monday_of(date);
        let weeks = self.past_levels.range(monday - Days::new(LEVEL_REACH_DAYS)..=monday + Days::new(LEVEL_REACH_DAYS));
        let (sum, count) = weeks.fold((0.0, 0.0), |(sum, count), (_, level)| (sum + level, count + 1.0));
        if count > 0.0 && sum > 0.0 { sum / count } else { 1.0 }
    }

    fn smoothed_level(&self, days: &[Ordinary<'_>]) -> f64 {
        let ratios: Vec<_> = days.iter().filter_map(|day| Some((day, self.ratio(day)?))).collect();
        let weeks = self.weekly_levels(&ratios);
        let Some((newest, _)) = weeks.last_key_value() else { return 1.0 };
        let (mut sum, mut weights) = (0.0, 0.0);
        for (monday, level) in &weeks {
            let age_weeks = (*newest - *monday).num_days() as f64 / 7.0;
            if age_weeks < PROFILE_WEEKS {
                let weight = (1.0 - LEVEL_SMOOTHING).powf(age_weeks);
                sum += weight * level;
                weights += weight;
            }
        }
        1.0 + LEVEL_DAMPING * (sum / weights - 1.0)
    }

    /// What an ordinary day of that date would have brought.
    fn ordinary_past_day(&self, date: NaiveDate) -> impl Fn(usize) -> f64 + use<'_> {
        let factor = self.level_around(date) * self.month_turn.log_factor(date).exp();
        move |slot| self.profile[index(date.weekday())][slot] * factor
    }

    fn learn_rest_effects(&mut self) {
        let mut effects = RestEffects::default();
        for holiday in self.special_days.rests_before(self.until) {
            if holiday.date <= self.history.first() || holiday.date > self.history.last() {
                continue;
            }
            if let Some(factor) = self.rest_factor(holiday) {
                effects.learn(holiday, factor);
            }
        }
        self.rest_effects = effects;
    }

    /// A past rest day against an ordinary one. One without rows was closed. `None` where its weekday is closed anyway.
    fn rest_factor(&self, holiday: &Holiday) -> Option<f64> {
        let in_event = self.in_events(holiday.date);
        let ordinary = self.ordinary_past_day(holiday.date);
        let slots = (0..self.history.slots_per_day()).filter(|slot| !in_event.get(*slot).copied().unwrap_or(false));
        let day = self.history.day(holiday.date);
        let (mut actual, mut expected) = (0.0, 0.0);
        for slot in slots {
            let volume = day.map_or(Some(0.0), |day| day[slot]);
            if let Some(volume) = volume {
                actual += volume;
                expected += ordinary(slot);
            }
        }
        (expected > 0.0).then(|| actual / expected)
    }

    fn learn_peak_effects(&mut self) {
        let mut effects = PeakEffects::default();
        let step = self.history.step_minutes();
        for window in self.peaks.iter().filter(|window| peaks::is_event(window)) {
            let days = self.history.days_before(self.until);
            let days = days.filter(|(date, _)| peaks::touches(window, *date) && self.special_days.is_ordinary(*date));
            for (date, volumes) in days {
                let ordinary = self.ordinary_past_day(date);
                for (slot, volume) in volumes.iter().enumerate() {
                    // A slot that is mostly outside says little about the inside.
                    if let Some(volume) = volume.filter(|_| peaks::share(window, date, slot as u32 * step, step) > 0.5) {
                        effects.learn(window, volume, ordinary(slot));
                    }
                }
            }
        }
        self.peak_effects = effects;
    }

    fn mean_workday(&self) -> Vec<f64> {
        let open: Vec<_> = self.profile[..5].iter().filter(|profile| profile.iter().any(|volume| *volume > 0.0)).collect();
        let mean = |slot: usize| open.iter().map(|profile| profile[slot]).sum::<f64>() / open.len().max(1) as f64;
        (0..self.history.slots_per_day()).map(mean).collect()
    }

    fn open_weekdays(&self) -> [bool; 7] {
        std::array::from_fn(|weekday| self.profile[weekday].iter().any(|volume| *volume > 0.0))
    }

    /// The place of a day after a closed one. Only days of weekdays that are open can be closed.
    fn reopened(&self, date: NaiveDate, open: &[bool; 7]) -> Option<usize> {
        let before = (1..14).map(|days| date - Days::new(days)).filter(|day| open[index(day.weekday())]);
        reopening::place_after(before.map(|day| self.is_closed(day)))
    }

    /// Whether a day of an open weekday was closed, or will be. Days between the history's end and the forecast week
    /// are taken as open.
    fn is_closed(&self, date: NaiveDate) -> bool {
        if date >= self.until {
            return match self.special_days.kind_of(date) {
                DayKind::Rest(holiday) => match self.rest_effects.factor(holiday) {
                    Some(effect) => effect < CLOSED_BELOW,
                    None => !self.open_weekdays()[index(Weekday::Sun)],
                },
                _ => false,
            };
        }
        (self.history.first()..=self.history.last()).contains(&date) && self.history.day(date).is_none()
    }
}

/// Weekdays on which the queue had rows on any ordinary day of the last weeks.
fn days_open(history: &History, special_days: &SpecialDays<'_>, until: NaiveDate) -> [bool; 7] {
    let mut open = [false; 7];
    for (date, _) in history.days_before(until).filter(|(date, _)| special_days.is_ordinary(*date)) {
        open[index(date.weekday())] = true;
    }
    open
}

fn index(weekday: Weekday) -> usize {
    weekday.num_days_from_monday() as usize
}

//! The model: weekday profile × level × effects of the date.
//!
//! The profile is a robust mean of the last twelve weeks, the newer the heavier; the level is the exponentially smoothed
//! ratio of recent weeks to it, drawn towards 1. Holidays, make-up workdays and events are left out of both, and month-turn
//! and reopening effects are divided out, so that none of them poisons the weeks after. Profile and effects are estimated
//! in turn; after three rounds neither changes by anything that matters.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::history::History;
use super::month_turn::MonthTurn;
use super::ordinary_days::{OrdinaryDay, in_events, index, open_days_before, ordinary_days};
use super::peaks::{self, PeakEffects};
use super::profile::{PROFILE_WEEKS, Profile};
use super::reopening::{self, Reopening};
use super::robust::centre;
use super::special_days::{DayKind, RestEffects, SpecialDays};
use crate::domain::calendar::monday_of;
use crate::domain::organisation::Holiday;
use crate::domain::peak::PeakWindow;

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

/// Below this factor a rest day counts as closed.
const CLOSED_BELOW: f64 = 0.05;

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

impl<'a> ProfileLevel<'a> {
    /// Learns from the days before `until`, a Monday.
    pub fn fit(history: &'a History, special_days: &'a SpecialDays<'a>, peaks: &'a [PeakWindow], until: NaiveDate) -> Self {
        let mut model = Self {
            history,
            special_days,
            peaks,
            until,
            profile: Profile::default(),
            level: 1.0,
            past_levels: BTreeMap::new(),
            month_turn: MonthTurn::default(),
            reopening: Reopening::default(),
            rest_effects: RestEffects::default(),
            peak_effects: PeakEffects::default(),
        };
        let days = ordinary_days(history, special_days, peaks, until);
        for _ in 0..=ROUNDS {
            model.profile = Profile::learn(&days, history.slots_per_day(), |day| model.log_effect(day));
            model.learn_date_effects(&days);
        }
        model.level = model.smoothed_level(&days);
        model.learn_rest_effects();
        model.learn_peak_effects();
        model
    }

    /// Expected inquiries of the slots of a date on or after the Monday the model was fitted for.
    pub fn day(&self, date: NaiveDate) -> Vec<f64> {
        let month = self.month_turn.log_factor(date).exp();
        let working = month * self.reopening.log_factor(self.reopened(date)).exp();
        let weekday = self.profile.weekday(index(date.weekday()));
        let (shape, factor) = match self.special_days.kind_of(date) {
            DayKind::Ordinary => (weekday.to_vec(), working),
            DayKind::MakeUpWorkday => (self.profile.mean_workday(), working),
            DayKind::Rest(holiday) => match self.rest_effects.factor(holiday) {
                Some(effect) => (weekday.to_vec(), month * effect),
                None => (self.profile.weekday(index(Weekday::Sun)).to_vec(), month),
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

    fn log_effect(&self, day: &OrdinaryDay<'_>) -> f64 {
        self.month_turn.log_factor(day.date) + self.reopening.log_factor(day.reopened)
    }

    /// What a day brought against its profile; `None` where the profile expects nothing.
    fn ratio(&self, day: &OrdinaryDay<'_>) -> Option<f64> {
        let profile = self.profile.weekday(day.weekday);
        let (mut actual, mut expected) = (0.0, 0.0);
        for (slot, volume) in day.volumes.iter().enumerate() {
            if let Some(volume) = volume.filter(|_| !day.is_event(slot)) {
                actual += volume;
                expected += profile[slot];
            }
        }
        (expected > 0.0).then(|| actual / expected)
    }

    fn learn_date_effects(&mut self, days: &[OrdinaryDay<'_>]) {
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
    fn weekly_levels(&self, ratios: &[(&OrdinaryDay<'_>, f64)]) -> BTreeMap<NaiveDate, f64> {
        let mut weeks: BTreeMap<NaiveDate, Vec<(f64, f64)>> = BTreeMap::new();
        for (day, ratio) in ratios {
            let cleaned = ratio * (-self.log_effect(day)).exp();
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

    fn smoothed_level(&self, days: &[OrdinaryDay<'_>]) -> f64 {
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
        move |slot| self.profile.weekday(index(date.weekday()))[slot] * factor
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
        let in_event = in_events(self.history, self.peaks, holiday.date);
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

    /// The place of a coming day after a closed one.
    fn reopened(&self, date: NaiveDate) -> Option<usize> {
        reopening::place_after(open_days_before(date, self.profile.is_open()).map(|day| self.is_closed(day)))
    }

    /// Whether a day of an open weekday was closed, or will be. Days between the history's end and the forecast week
    /// are taken as open.
    fn is_closed(&self, date: NaiveDate) -> bool {
        if date >= self.until {
            return match self.special_days.kind_of(date) {
                DayKind::Rest(holiday) => match self.rest_effects.factor(holiday) {
                    Some(effect) => effect < CLOSED_BELOW,
                    None => !self.profile.is_open()[index(Weekday::Sun)],
                },
                _ => false,
            };
        }
        (self.history.first()..=self.history.last()).contains(&date) && self.history.day(date).is_none()
    }
}

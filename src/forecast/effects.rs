//! What dates do to volume: holidays, make-up workdays, the month's turn, reopening, days beside feasts, events.
//!
//! Effects and the ordinary weekday profile are estimated in turn: an effect is what a day brought above its profile, and the
//! profile is learnt from days with their effects divided out, so that no holiday poisons the weeks after it. After three
//! rounds neither changes by anything that matters.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::drivers::Drivers;
use super::events::{Event, EventEffects};
use super::history::History;
use super::month_turn::MonthTurn;
use super::neighbours::{NeighbourEffects, Neighbours};
use super::ordinary_days::{OrdinaryDay, in_events, index, open_days_before, ordinary_days};
use super::profile::{Memory, Profile};
use super::reopening::{self, Reopening};
use super::robust::centre;
use super::special_days::{DayKind, RestEffects, SpecialDays};
use crate::domain::calendar::monday_of;
use crate::domain::demand::PlanFigure;
use crate::domain::organisation::Holiday;

/// Weeks on either side that make up the level around a past day.
const LEVEL_REACH_DAYS: u64 = 21;

/// Share by which the levels of ordinary days differ.
pub(super) const LEVEL_NOISE: f64 = 0.1;

/// Rounds of estimating profile and effects in turn.
const ROUNDS: usize = 3;

/// Below this factor a rest day counts as closed.
const CLOSED_BELOW: f64 = 0.05;

/// What is known about dates, past and to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates<'a> {
    /// Holidays and make-up workdays.
    pub special: &'a SpecialDays<'a>,
    /// Days beside holidays, and feasts by the lunar calendar.
    pub neighbours: &'a Neighbours,
    /// Peak windows and phases of promotions.
    pub events: &'a [Event],
    /// Planned sales or traffic by date.
    pub figures: &'a [PlanFigure],
}

/// Expected inquiries of ordinary days by weekday, Monday first, and slot.
pub(super) type OrdinaryWeek = [Vec<f64>; 7];

/// What a model expects: an ordinary week, and what the dates do to it where the model has its own view of that.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    /// The week without effects.
    pub week: OrdinaryWeek,
    /// Log factors of working days that stand for the learnt ones.
    pub own_log_effects: Option<BTreeMap<NaiveDate, f64>>,
}

impl From<OrdinaryWeek> for Expected {
    fn from(week: OrdinaryWeek) -> Self {
        Self { week, own_log_effects: None }
    }
}

/// The ordinary days of a history and what dates did to the others.
#[derive(Debug)]
pub(super) struct Effects<'a> {
    history: &'a History,
    dates: Dates<'a>,
    until: NaiveDate,
    /// The ordinary days before `until`, in order.
    pub days: Vec<OrdinaryDay<'a>>,
    /// What the last weeks brought by weekday and slot, effects divided out.
    pub profile: Profile,
    past_levels: BTreeMap<NaiveDate, f64>,
    month_turn: MonthTurn,
    reopening: Reopening,
    neighbours: NeighbourEffects,
    rests: RestEffects,
    events: EventEffects,
    drivers: Drivers,
}

impl<'a> Effects<'a> {
    /// Learns from the days before `until`, a Monday.
    pub fn learn(history: &'a History, dates: Dates<'a>, until: NaiveDate) -> Self {
        let mut effects = Self {
            history,
            dates,
            until,
            days: ordinary_days(history, &dates, until),
            profile: Profile::default(),
            past_levels: BTreeMap::new(),
            month_turn: MonthTurn::default(),
            reopening: Reopening::default(),
            neighbours: NeighbourEffects::default(),
            rests: RestEffects::default(),
            events: EventEffects::default(),
            drivers: Drivers::default(),
        };
        for _ in 0..=ROUNDS {
            effects.profile =
                Profile::learn(&effects.days, history.slots_per_day(), Memory::SEASON, |day| effects.log_effect(day));
            effects.learn_working_days();
        }
        effects.learn_rests();
        effects.learn_events();
        effects.drivers = effects.learn_drivers();
        effects
    }

    /// Slots of a day.
    pub fn slots(&self) -> usize {
        self.history.slots_per_day()
    }

    /// The Monday before which everything was learnt.
    pub fn until(&self) -> NaiveDate {
        self.until
    }

    /// Expected inquiries of the slots of a date on or after the Monday the effects were learnt for.
    pub fn day(&self, date: NaiveDate, expected: &Expected) -> Vec<f64> {
        let month = self.month_turn.log_factor(date).exp();
        let weekday = &expected.week[index(date.weekday())];
        let (shape, factor) = match self.dates.special.kind_of(date) {
            DayKind::Ordinary => (weekday.clone(), self.working(date, expected)),
            DayKind::MakeUpWorkday => (mean_workday(&expected.week), self.working(date, expected)),
            DayKind::Rest(holiday) => match self.rests.factor(holiday) {
                Some(effect) => (weekday.clone(), month * effect),
                None => (expected.week[index(Weekday::Sun)].clone(), month),
            },
        };
        let events: Vec<_> = self.dates.events.iter().filter(|event| event.touches(date)).collect();
        let step = self.history.step_minutes();
        let uplift = |slot: usize| {
            let inside = |event: &&Event| event.share(date, slot as u32 * step, step);
            events.iter().map(|event| 1.0 + (self.events.factor(event) - 1.0) * inside(event)).product::<f64>()
        };
        let mut day: Vec<f64> = shape.iter().enumerate().map(|(slot, volume)| volume * factor * uplift(slot)).collect();
        if let Some(driven) = self.drivers.factor(date, self.until) {
            // The plan says how much comes, events say when.
            let (planned, total) = (weekday.iter().sum::<f64>() * month * driven, day.iter().sum::<f64>());
            if total > 0.0 {
                day.iter_mut().for_each(|volume| *volume *= planned / total);
            }
        }
        day
    }

    /// The factor of a coming working day.
    fn working(&self, date: NaiveDate, expected: &Expected) -> f64 {
        let own = expected.own_log_effects.as_ref().and_then(|own| own.get(&date).copied());
        own.unwrap_or_else(|| {
            let beside = self.neighbours.log_factor(self.dates.neighbours.of(date));
            self.month_turn.log_factor(date) + self.reopening.log_factor(self.reopened(date)) + beside
        })
        .exp()
    }

    /// What the date of a past day did to it.
    pub fn log_effect(&self, day: &OrdinaryDay<'_>) -> f64 {
        let beside = self.neighbours.log_factor(self.dates.neighbours.of(day.date));
        self.month_turn.log_factor(day.date) + self.reopening.log_factor(day.reopened) + beside
    }

    /// What a day brought against its profile; `None` where the profile expects nothing.
    pub fn ratio(&self, day: &OrdinaryDay<'_>) -> Option<f64> {
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

    fn learn_working_days(&mut self) {
        let ratios: Vec<_> = self.days.iter().filter_map(|day| Some((day, self.ratio(day)?))).collect();
        self.past_levels = self.weekly_levels(&ratios);
        let logs: Vec<_> = ratios
            .iter()
            .filter(|(_, ratio)| *ratio > 0.0)
            .map(|(day, ratio)| (*day, (ratio / self.level_around(day.date)).ln()))
            .collect();
        let month = &self.month_turn;
        let of_places = |date: NaiveDate| self.dates.neighbours.of(date);
        let beside = |day: &OrdinaryDay<'_>| self.neighbours.log_factor(of_places(day.date));
        let reopening =
            Reopening::learn(logs.iter().filter_map(|(day, log)| Some((day.reopened?, log - month.log_factor(day.date)))));
        let settled = || logs.iter().filter(|(day, _)| day.reopened.is_none());
        let month_turn = MonthTurn::learn(&settled().map(|(day, log)| (day.date, *log - beside(day))).collect());
        let left = settled().map(|(day, log)| (of_places(day.date), log - month_turn.log_factor(day.date)));
        self.neighbours = NeighbourEffects::learn(&left.collect::<Vec<_>>());
        self.reopening = reopening;
        self.month_turn = month_turn;
    }

    /// The level of each week by its Monday, effects divided out.
    pub fn weekly_levels(&self, ratios: &[(&OrdinaryDay<'_>, f64)]) -> BTreeMap<NaiveDate, f64> {
        let mut weeks: BTreeMap<NaiveDate, Vec<(f64, f64)>> = BTreeMap::new();
        for (day, ratio) in ratios {
            let cleaned = ratio * (-self.log_effect(day)).exp();
            weeks.entry(monday_of(day.date)).or_default().push((cleaned, 1.0));
        }
        let level = |mut days: Vec<(f64, f64)>| centre(&mut days, |_| LEVEL_NOISE);
        weeks.into_iter().filter_map(|(monday, days)| Some((monday, level(days)?))).collect()
    }

    /// The level of the weeks around a past date; 1 where none is known.
    pub fn level_around(&self, date: NaiveDate) -> f64 {
        let monday = monday_of(date);
        let weeks = self.past_levels.range(monday - Days::new(LEVEL_REACH_DAYS)..=monday + Days::new(LEVEL_REACH_DAYS));
        let (sum, count) = weeks.fold((0.0, 0.0), |(sum, count), (_, level)| (sum + level, count + 1.0));
        if count > 0.0 && sum > 0.0 { sum / count } else { 1.0 }
    }

    /// What an ordinary day of that date would have brought.
    fn ordinary_past_day(&self, date: NaiveDate) -> impl Fn(usize) -> f64 + use<'_> {
        let factor = self.level_around(date) * self.month_turn.log_factor(date).exp();
        move |slot| self.profile.weekday(index(date.weekday()))[slot] * factor
    }

    fn learn_rests(&mut self) {
        let mut rests = RestEffects::default();
        for holiday in self.dates.special.rests_before(self.until) {
            if holiday.date <= self.history.first() || holiday.date > self.history.last() {
                continue;
            }
            if let Some(factor) = self.rest_factor(holiday) {
                rests.learn(holiday, factor);
            }
        }
        self.rests = rests;
    }

    /// A past rest day against an ordinary one. One without rows was closed. `None` where its weekday is closed anyway.
    fn rest_factor(&self, holiday: &Holiday) -> Option<f64> {
        let in_event = in_events(self.history, self.dates.events, holiday.date);
        let ordinary = self.ordinary_past_day(holiday.date);
        let slots = (0..self.slots()).filter(|slot| !in_event.get(*slot).copied().unwrap_or(false));
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

    fn learn_events(&mut self) {
        let mut effects = EventEffects::default();
        let step = self.history.step_minutes();
        for event in self.dates.events.iter().filter(|event| event.is_dated()) {
            let days = self.history.days_before(self.until);
            let days = days.filter(|(date, _)| event.touches(*date) && self.dates.special.is_ordinary(*date));
            let mut seen = (0.0, 0.0);
            for (date, volumes) in days {
                let ordinary = self.ordinary_past_day(date);
                for (slot, volume) in volumes.iter().enumerate() {
                    // A slot that is mostly outside says little about the inside.
                    if let Some(volume) = volume.filter(|_| event.share(date, slot as u32 * step, step) > 0.5) {
                        seen.0 += volume;
                        seen.1 += ordinary(slot);
                    }
                }
            }
            effects.learn(event, seen.0, seen.1);
        }
        self.events = effects;
    }

    fn learn_drivers(&self) -> Drivers {
        if self.dates.figures.is_empty() {
            return Drivers::default();
        }
        let brought = |(date, volumes): (NaiveDate, &[Option<f64>])| {
            let ordinary = self.ordinary_past_day(date);
            let seen = volumes.iter().enumerate().filter_map(|(slot, volume)| Some((((*volume)?), ordinary(slot))));
            let (actual, expected) = seen.fold((0.0, 0.0), |(actual, expected), slot| (actual + slot.0, expected + slot.1));
            (actual > 0.0 && expected > 0.0).then(|| (date, (actual / expected).ln()))
        };
        Drivers::learn(self.dates.figures, self.history.days_before(self.until).filter_map(brought), self.until)
    }

    /// The place of a coming day after a closed one.
    pub fn reopened(&self, date: NaiveDate) -> Option<usize> {
        reopening::place_after(open_days_before(date, self.profile.is_open()).map(|day| self.is_closed(day)))
    }

    /// Whether a day of an open weekday was closed, or will be. Days between the history's end and the forecast week
    /// are taken as open.
    fn is_closed(&self, date: NaiveDate) -> bool {
        if date >= self.until {
            return match self.dates.special.kind_of(date) {
                DayKind::Rest(holiday) => match self.rests.factor(holiday) {
                    Some(effect) => effect < CLOSED_BELOW,
                    None => !self.profile.is_open()[index(Weekday::Sun)],
                },
                _ => false,
            };
        }
        (self.history.first()..=self.history.last()).contains(&date) && self.history.day(date).is_none()
    }
}

/// The mean of the open days from Monday to Friday.
fn mean_workday(week: &OrdinaryWeek) -> Vec<f64> {
    let open: Vec<_> = week[..5].iter().filter(|slots| slots.iter().any(|volume| *volume > 0.0)).collect();
    let mean = |slot: usize| open.iter().map(|slots| slots[slot]).sum::<f64>() / open.len().max(1) as f64;
    (0..week[0].len()).map(mean).collect()
}

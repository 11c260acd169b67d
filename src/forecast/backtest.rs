//! Holds back the last weeks, one after the other, and forecasts each from all that came before its Monday.
//!
//! The weights that mix a held-back week's forecast come from the weeks held back before it, so that no figure knows its own
//! week. A few earlier weeks are held back for their weights only.

use chrono::{Days, NaiveDate};

use super::accuracy::Accuracy;
use super::choice::{self, WeekScore};
use super::effects::{Dates, Effects};
use super::events::Event;
use super::history::History;
use super::models;
use super::models::same_weekdays::{raw, raw_mean};
use super::quantiles::Quantiles;
use super::recorded::Recorded;
use super::robust::median;
use crate::domain::calendar::monday_of;
use crate::domain::demand::{Backtest, ModelScore};

/// Weeks held back at most.
const WEEKS: usize = 8;

/// Weeks held back before those, for weights only.
const WARM_UP_WEEKS: usize = 4;

/// Days of history that the first held-back week must leave.
const DAYS_TO_LEARN_FROM: u64 = 14;

/// One interval of a held-back week.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldBack {
    /// Its local date.
    pub date: NaiveDate,
    /// Slot of the day.
    pub slot: usize,
    /// What was expected.
    pub expected: f64,
    /// What arrived.
    pub actual: f64,
}

/// What a backtest gives.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Every interval of the held-back weeks that was seen.
    pub errors: Vec<HeldBack>,
    /// What the models missed, week by week, warm-up included.
    pub scores: Vec<WeekScore>,
    /// The figures; `None` where no week could be held back or nothing arrived in them.
    pub figures: Option<Backtest>,
}

/// Errors of a spreadsheet's methods.
#[derive(Default)]
struct Yardsticks {
    last_week: Accuracy,
    mean4: Accuracy,
    median6: Accuracy,
}

/// Runs the backtest. Weeks and days without rows are not judged. Uplifts of weekly windows are left out: they say what is
/// to change from now on, while past weeks were as their history has them.
pub(super) fn run(history: &Recorded<'_>, dates: Dates<'_>) -> Outcome {
    let events: Vec<Event> = dates.events.iter().filter(|event| event.is_dated()).cloned().collect();
    let dates = Dates { events: &events, ..dates };
    let seen = history.as_seen(dates);
    let mut mondays = held_back_weeks(&seen);
    let judged_from = mondays.len().saturating_sub(WEEKS);
    let (mut errors, mut scores) = (Vec::new(), Vec::new());
    let mut mixture = Accuracy::default();
    let mut yardsticks = Yardsticks::default();
    for (week, monday) in mondays.iter().enumerate() {
        let (held_back, score) = hold_back(&history.before(dates, *monday), &seen, dates, *monday, &scores);
        scores.push(score);
        if week >= judged_from {
            held_back.iter().for_each(|error| mixture.add(error.expected, error.actual));
            yardsticks.judge(history.raw, &seen, *monday);
        }
        errors.extend(held_back);
    }
    let judged = mondays.split_off(judged_from);
    let wape = |accuracy: &Accuracy| accuracy.wape().unwrap_or(0.0);
    let figures = mixture.wape().map(|mixed| Backtest {
        weeks: judged.len() as u32,
        wape: mixed,
        wape_last_week: wape(&yardsticks.last_week),
        wape_mean4: wape(&yardsticks.mean4),
        wape_median6: wape(&yardsticks.median6),
        p10_p90_share: share_inside(&errors, &judged, seen.slots_per_day()),
        inquiries: mixture.inquiries(),
        models: ranking(&scores, judged_from),
    });
    Outcome { errors, scores, figures }
}

/// Forecasts one week by every model and by the mixture that earlier `scores` call for.
fn hold_back(
    history: &History,
    seen: &History,
    dates: Dates<'_>,
    monday: NaiveDate,
    scores: &[WeekScore],
) -> (Vec<HeldBack>, WeekScore) {
    let effects = Effects::learn(history, dates, monday);
    let expected = models::ALL.map(|model| models::expect(model, &effects));
    let can_speak: Vec<bool> = expected.iter().map(Option::is_some).collect();
    let weights = choice::weights(scores, &can_speak);
    let mut misses: Vec<Option<f64>> = can_speak.iter().map(|can| can.then_some(0.0)).collect();
    let mut held_back = Vec::new();
    let mut inquiries = 0.0;
    for (date, volumes) in monday.iter_days().take(7).filter_map(|date| Some((date, seen.day(date)?))) {
        let days: Vec<Option<Vec<f64>>> =
            expected.iter().map(|expected| expected.as_ref().map(|expected| effects.day(date, expected))).collect();
        let mixed = choice::mix(&days, &weights, volumes.len());
        for (slot, actual) in volumes.iter().enumerate() {
            let Some(actual) = *actual else { continue };
            for (miss, day) in misses.iter_mut().zip(&days) {
                if let (Some(miss), Some(day)) = (miss.as_mut(), day) {
                    *miss += (day[slot] - actual).abs();
                }
            }
            inquiries += actual;
            held_back.push(HeldBack { date, slot, expected: mixed[slot], actual });
        }
    }
    (held_back, WeekScore { errors: misses, inquiries })
}

impl Yardsticks {
    fn judge(&mut self, history: &History, seen: &History, monday: NaiveDate) {
        for (date, volumes) in monday.iter_days().take(7).filter_map(|date| Some((date, seen.day(date)?))) {
            let of = |count, centre| raw(history, monday, date, count, centre);
            let (last_week, mean4, median6) = (of(1, raw_mean), of(4, raw_mean), of(6, median));
            for (slot, actual) in volumes.iter().enumerate() {
                let Some(actual) = *actual else { continue };
                self.last_week.add(last_week[slot], actual);
                self.mean4.add(mean4[slot], actual);
                self.median6.add(median6[slot], actual);
            }
        }
    }
}

/// The models by their errors on the judged weeks, with the weights that the forecast gives them.
fn ranking(scores: &[WeekScore], judged_from: usize) -> Vec<ModelScore> {
    let can_speak: Vec<bool> =
        (0..models::ALL.len()).map(|model| scores.last().is_some_and(|week| week.errors[model].is_some())).collect();
    let weights = choice::weights(scores, &can_speak);
    let score = |model: usize| {
        let weeks = scores[judged_from..].iter().filter_map(|week| Some((week.errors[model]?, week.inquiries)));
        let (error, inquiries) = weeks.fold((0.0, 0.0), |(error, inquiries), week| (error + week.0, inquiries + week.1));
        (inquiries > 0.0).then(|| ModelScore { model: choice::named(model), wape: error / inquiries, weight: weights[model] })
    };
    let mut ranking: Vec<_> = (0..models::ALL.len()).filter_map(score).collect();
    ranking.sort_by(|one, other| one.wape.total_cmp(&other.wape));
    ranking
}

/// Mondays of the last weeks with rows that leave enough before them, in order.
fn held_back_weeks(history: &History) -> Vec<NaiveDate> {
    let earliest = history.first() + Days::new(DAYS_TO_LEARN_FROM);
    let has_rows = |monday: &NaiveDate| monday.iter_days().take(7).any(|date| history.day(date).is_some());
    let last = monday_of(history.last());
    let weeks = (0..).map(|weeks| last - Days::new(7 * weeks)).take_while(|monday| *monday >= earliest);
    let mut mondays: Vec<_> = weeks.filter(has_rows).take(WEEKS + WARM_UP_WEEKS).collect();
    mondays.reverse();
    mondays
}

/// Share of actuals within P10-P90 where anything was expected, each week judged by the misses of the other weeks only.
fn share_inside(errors: &[HeldBack], mondays: &[NaiveDate], slots: usize) -> f64 {
    let (mut inside, mut judged) = (0_u32, 0_u32);
    for monday in mondays {
        let (own, others): (Vec<HeldBack>, Vec<HeldBack>) = errors.iter().partition(|error| monday_of(error.date) == *monday);
        let quantiles = Quantiles::learn(&others, slots);
        for error in own.iter().filter(|error| error.expected > 0.0) {
            let point = quantiles.around(error.slot, error.expected);
            judged += 1;
            inside += u32::from((point.p10..=point.p90).contains(&error.actual));
        }
    }
    if judged == 0 { 0.0 } else { f64::from(inside) / f64::from(judged) }
}

//! Holds back the last weeks, one after the other, and forecasts each from all that came before its Monday.

use chrono::{Days, NaiveDate};

use super::accuracy::Accuracy;
use super::history::History;
use super::peaks::is_event;
use super::profile_level::ProfileLevel;
use super::same_weekdays::mean_of_four;
use super::special_days::SpecialDays;
use super::spread::Spread;
use crate::domain::calendar::monday_of;
use crate::domain::demand::Backtest;
use crate::domain::peak::PeakWindow;

/// Weeks held back at most.
const WEEKS: usize = 8;

/// Days of history that the first held-back week must leave.
const DAYS_TO_LEARN_FROM: u64 = 14;

/// One interval of a held-back week.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldBack {
    /// Which week.
    pub week: usize,
    /// Slot of the day.
    pub slot: usize,
    /// What the model expected.
    pub expected: f64,
    /// What arrived.
    pub actual: f64,
}

/// What a backtest gives.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Every interval of the held-back weeks that was seen.
    pub errors: Vec<HeldBack>,
    /// The figures; `None` where no week could be held back or nothing arrived in them.
    pub figures: Option<Backtest>,
}

/// Runs the backtest. Weeks and days without rows are not judged. Uplifts of weekly windows are left out: they say what is
/// to change from now on, while past weeks were as their history has them.
pub(super) fn run(history: &History, special_days: &SpecialDays<'_>, peaks: &[PeakWindow]) -> Outcome {
    let events: Vec<PeakWindow> = peaks.iter().filter(|window| is_event(window)).cloned().collect();
    let mondays = held_back_weeks(history);
    let mut errors = Vec::new();
    let (mut model_accuracy, mut yardstick_accuracy) = (Accuracy::default(), Accuracy::default());
    for (week, monday) in mondays.iter().enumerate() {
        let model = ProfileLevel::fit(history, special_days, &events, *monday);
        for (date, volumes) in monday.iter_days().take(7).filter_map(|date| Some((date, history.day(date)?))) {
            let (expected, yardstick) = (model.day(date), mean_of_four(history, *monday, date));
            for (slot, actual) in volumes.iter().enumerate() {
                let Some(actual) = *actual else { continue };
                model_accuracy.add(expected[slot], actual);
                yardstick_accuracy.add(yardstick[slot], actual);
                errors.push(HeldBack { week, slot, expected: expected[slot], actual });
            }
        }
    }
    let figures = model_accuracy.wape().zip(yardstick_accuracy.wape()).map(|(wape, wape_mean4)| Backtest {
        weeks: mondays.len() as u32,
        wape,
        wape_mean4,
        p10_p90_share: share_inside(&errors, mondays.len(), history.slots_per_day()),
        inquiries: model_accuracy.inquiries(),
    });
    Outcome { errors, figures }
}

/// Mondays of the last weeks with rows that leave enough before them, in order.
fn held_back_weeks(history: &History) -> Vec<NaiveDate> {
    let earliest = history.first() + Days::new(DAYS_TO_LEARN_FROM);
    let has_rows = |monday: &NaiveDate| monday.iter_days().take(7).any(|date| history.day(date).is_some());
    let last = monday_of(history.last());
    let weeks = (0..).map(|weeks| last - Days::new(7 * weeks)).take_while(|monday| *monday >= earliest);
    let mut mondays: Vec<_> = weeks.filter(has_rows).take(WEEKS).collect();
    mondays.reverse();
    mondays
}

/// Share of actuals within P10-P90 where anything was expected, each week judged by the misses of the other weeks only.
fn share_inside(errors: &[HeldBack], weeks: usize, slots: usize) -> f64 {
    let (mut inside, mut judged) = (0_u32, 0_u32);
    for week in 0..weeks {
        let others: Vec<_> = errors.iter().filter(|error| error.week != week).copied().collect();
        let spread = Spread::learn(&others, slots);
        for error in errors.iter().filter(|error| error.week == week && error.expected > 0.0) {
            let (p10, p90) = spread.around(error.slot, error.expected);
            judged += 1;
            inside += u32::from((p10..=p90).contains(&error.actual));
        }
    }
    if judged == 0 { 0.0 } else { f64::from(inside) / f64::from(judged) }
}

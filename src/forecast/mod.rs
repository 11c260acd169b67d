//! Inquiry history → expected inquiries of a planning week.
//!
//! `history` turns rows of any length into local days, `ordinary_days` picks those to learn from; `profile_level` is
//! the model: a robust weekday `profile`, its quiet hours `pooling` what other weekdays know, times a smoothed level, with effects of the `month_turn`, of `reopening` after closed days, of holidays
//! (`special_days`) and of peak windows (`peaks`). `same_weekdays` is the yardstick. `backtest` holds back the last
//! weeks one after the other; `spread` makes P10 and P90 of what the model missed there, `accuracy` the figures.
//!
//! All profiles are keyed by the wall clock of the site: a clock change moves no peak.

use std::ops::ControlFlow;

use chrono::{Duration, NaiveDate, Timelike};

use crate::domain::calendar::{IntervalGrid, IntervalMinutes, PlanningWeek, local_of};
use crate::domain::demand::{DemandForecast, ForecastPoint, QueueForecast, VolumeRecord};
use crate::domain::ids::QueueId;
use crate::domain::organisation::Holiday;
use crate::domain::peak::PeakWindow;

mod accuracy;
mod backtest;
mod error;
mod history;
mod month_turn;
mod ordinary_days;
mod peaks;
mod pooling;
mod profile;
mod profile_level;
mod reopening;
mod robust;
mod same_weekdays;
mod special_days;
mod spread;

pub use error::{ForecastError, ShortHistory, UnusableRecord};

use history::History;
use profile_level::ProfileLevel;
use special_days::SpecialDays;
use spread::Spread;

/// Weeks of history below which no forecast is made: two to learn from and one to hold back.
pub const WEEKS_NEEDED: u32 = 3;

/// What one queue has seen.
#[derive(Debug, Clone, Copy)]
pub struct QueueHistory<'a> {
    /// The queue.
    pub queue_id: QueueId,
    /// Its rows in any order; those of the forecast week and later are not looked at.
    pub records: &'a [VolumeRecord],
    /// Past and future peak windows of the queue's team and the teams above it; the caller knows the tree. Those of other
    /// queues are passed over.
    pub peaks: &'a [PeakWindow],
}

/// What a forecast is made from.
#[derive(Debug, Clone, Copy)]
pub struct ForecastInput<'a> {
    /// The week to forecast.
    pub week: PlanningWeek,
    /// The planning step.
    pub step: IntervalMinutes,
    /// Elapsed time after the week that is forecast too, for Sunday's late shifts.
    pub tail: Duration,
    /// Past and future holidays of the site.
    pub holidays: &'a [Holiday],
    /// The queues.
    pub queues: &'a [QueueHistory<'a>],
}

/// Forecasts the week, a point per queue and step, each queue with its backtest.
///
/// `before_queue` is told the index of the queue that comes next and may stop the work.
///
/// # Errors
/// [`ForecastError::UnusableRecords`] and [`ForecastError::InsufficientHistory`] list all queues at fault;
/// [`ForecastError::Stopped`] when `before_queue` breaks.
pub fn forecast_week(
    input: &ForecastInput<'_>,
    before_queue: &dyn Fn(usize) -> ControlFlow<()>,
) -> Result<DemandForecast, ForecastError> {
    let unusable: Vec<_> = input.queues.iter().flat_map(|queue| error::unusable_records(queue.records)).collect();
    if !unusable.is_empty() {
        return Err(ForecastError::UnusableRecords { records: unusable });
    }
    let special_days = SpecialDays::new(input.holidays);
    let grid = input.week.grid(input.step, input.tail);
    let mut queues = Vec::with_capacity(input.queues.len());
    let mut short = Vec::new();
    for (index, queue) in input.queues.iter().enumerate() {
        if before_queue(index).is_break() {
            return Err(ForecastError::Stopped);
        }
        let history = History::from_records(queue.records, input.week.zone(), input.step, input.week.monday());
        match history.filter(|history| history.weeks() >= WEEKS_NEEDED) {
            Some(history) => queues.push(forecast_queue(input, queue, &history, &special_days, &grid)),
            None => short.push(error::short_history(queue, input)),
        }
    }
    if short.is_empty() {
        Ok(DemandForecast { grid, queues })
    } else {
        Err(ForecastError::InsufficientHistory { weeks_needed: WEEKS_NEEDED, queues: short })
    }
}

fn forecast_queue(
    input: &ForecastInput<'_>,
    queue: &QueueHistory<'_>,
    history: &History,
    special_days: &SpecialDays,
    grid: &IntervalGrid,
) -> QueueForecast {
    let peaks: Vec<_> = queue.peaks.iter().filter(|window| window.concerns(queue.queue_id)).cloned().collect();
    let held_back = backtest::run(history, special_days, &peaks);
    let model = ProfileLevel::fit(history, special_days, &peaks, input.week.monday());
    let spread = Spread::learn(&held_back.errors, history.slots_per_day());
    let mut today: Option<(NaiveDate, Vec<f64>)> = None;
    let points = grid
        .intervals()
        .map(|interval| {
            let local = local_of(input.week.zone(), interval.start);
            let slot = ((local.num_seconds_from_midnight() / 60) / input.step.get()) as usize;
            if today.as_ref().is_none_or(|(date, _)| *date != local.date()) {
                today = Some((local.date(), model.day(local.date())));
            }
            let expected = today.as_ref().map_or(0.0, |(_, volumes)| volumes[slot]);
            let (p10, p90) = spread.around(slot, expected);
            ForecastPoint { expected, p10, p90 }
        })
        .collect();
    QueueForecast { queue_id: queue.queue_id, points, backtest: held_back.figures }
}

#[cfg(test)]
mod tests;

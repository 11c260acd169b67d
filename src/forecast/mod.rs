//! Inquiry history → expected inquiries of a planning week, with quantiles.
//!
//! `history` turns rows of any length into local days; `dirt` finds what is wrong with them, and `recorded` says what may be
//! learnt at a date. `effects` learns what dates do (`month_turn`, `reopening`, `special_days`, `neighbours` and lunar `feasts`,
//! `events`, `drivers`) and the ordinary days without it: a robust weekday `profile`, its quiet hours `pooling` what other
//! weekdays know. `models` forecast the ordinary week, one a file; `backtest` holds back the last weeks one after the other,
//! `choice` weighs the models by what they missed there, and `mixture` is the result. `quantiles` come from the same misses.
//! `queue` puts one queue together, `handling` adds its handling time, `totals` adds queues up.
//!
//! All profiles are keyed by the wall clock of the site: a clock change moves no peak.

use std::ops::ControlFlow;

use chrono::Duration;
use rayon::prelude::*;

use crate::domain::calendar::{DAY_MINUTES, IntervalMinutes, PlanningWeek};
use crate::domain::demand::{BorrowedProfile, DemandForecast, PlanFigure, TotalForecast, VolumeRecord};
use crate::domain::history::HistoryOverrule;
use crate::domain::ids::QueueId;
use crate::domain::organisation::Holiday;
use crate::domain::peak::PeakWindow;
use crate::domain::promotion::Promotion;

mod accuracy;
mod backtest;
mod choice;
mod dirt;
mod drivers;
mod effects;
mod error;
mod events;
mod feasts;
mod handling;
mod history;
mod mixture;
mod models;
mod month_turn;
mod neighbours;
mod ordinary_days;
mod pooling;
mod profile;
mod quantiles;
mod queue;
mod recorded;
mod reopening;
mod robust;
mod special_days;
mod totals;

pub use error::{ForecastError, ShortHistory, UnusableRecord};
pub use totals::Group;

use queue::{Forecast, Setting};
use totals::Member;

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
    /// Past and future promotions of the same teams.
    pub promotions: &'a [Promotion],
    /// Planned and past figures that drive volume, such as orders by day.
    pub figures: &'a [PlanFigure],
    /// What the queue's owner says of stretches of its history.
    pub overrules: &'a [HistoryOverrule],
    /// What it is forecast from while its own history is too short.
    pub borrowed: Option<Borrowed<'a>>,
}

/// The profile of another queue.
#[derive(Debug, Clone, Copy)]
pub struct Borrowed<'a> {
    /// Whose, and how much is expected.
    pub profile: BorrowedProfile,
    /// The rows of that queue.
    pub records: &'a [VolumeRecord],
}

impl<'a> QueueHistory<'a> {
    /// A queue of which only rows are known.
    pub fn of_records(queue_id: QueueId, records: &'a [VolumeRecord]) -> Self {
        Self { queue_id, records, peaks: &[], promotions: &[], figures: &[], overrules: &[], borrowed: None }
    }

    /// The rows of the queue that it borrows from.
    fn donor(&self) -> &'a [VolumeRecord] {
        self.borrowed.map_or(&[], |borrowed| borrowed.records)
    }
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
    /// Shops and teams whose queues are added up.
    pub groups: &'a [Group],
}

/// Forecasts the week, a point per queue and step, each queue with its backtest, and the totals of the groups.
///
/// Queues are worked on side by side. `before_queue` is told the index of a queue before it is begun, in no order, and may
/// stop the work.
///
/// # Errors
/// [`ForecastError::UnusableRecords`] and [`ForecastError::InsufficientHistory`] list all queues at fault;
/// [`ForecastError::Stopped`] when `before_queue` breaks.
pub fn forecast_week(
    input: &ForecastInput<'_>,
    before_queue: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
) -> Result<DemandForecast, ForecastError> {
    let records = input.queues.iter().flat_map(|queue| [queue.records, queue.donor()]);
    let unusable: Vec<_> = records.flat_map(error::unusable_records).collect();
    if !unusable.is_empty() {
        return Err(ForecastError::UnusableRecords { records: unusable });
    }
    let setting = Setting::new(input);
    let attempts: Vec<_> = input
        .queues
        .par_iter()
        .enumerate()
        .map(|(index, queue)| match before_queue(index) {
            ControlFlow::Break(()) => Err(ForecastError::Stopped),
            ControlFlow::Continue(()) => Ok(setting.forecast(queue)),
        })
        .collect::<Result<_, _>>()?;
    let mut queues = Vec::with_capacity(attempts.len());
    let mut short = Vec::new();
    for attempt in attempts {
        match attempt {
            Ok(made) => queues.push(made),
            Err(missing) => short.push(missing),
        }
    }
    if !short.is_empty() {
        return Err(ForecastError::InsufficientHistory { weeks_needed: WEEKS_NEEDED, queues: short });
    }
    let totals = input.groups.par_iter().map(|group| total(&setting, group, &queues)).collect();
    Ok(DemandForecast { grid: setting.grid, queues: queues.into_iter().map(|made| made.forecast).collect(), totals })
}

fn total(setting: &Setting<'_>, group: &Group, queues: &[Forecast]) -> TotalForecast {
    let is_member = |made: &&Forecast| group.queues.contains(&made.forecast.queue_id);
    let members: Vec<_> =
        queues.iter().filter(is_member).map(|made| Member { forecast: &made.forecast, held_back: &made.held_back }).collect();
    let slots: Vec<usize> = setting.places.iter().map(|(_, slot)| *slot).collect();
    totals::total(group.of, &members, &slots, (DAY_MINUTES / setting.input.step.get()) as usize)
}

#[cfg(test)]
mod tests;

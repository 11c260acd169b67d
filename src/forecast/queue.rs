//! One queue: its history, its backtest, its mixture of models, its quantiles.

use chrono::{NaiveDate, Timelike};

use super::backtest::{self, HeldBack};
use super::effects::Dates;
use super::error::{self, ShortHistory};
use super::events::Event;
use super::handling;
use super::history::History;
use super::mixture::Mixture;
use super::neighbours::Neighbours;
use super::quantiles::Quantiles;
use super::recorded::Recorded;
use super::special_days::SpecialDays;
use super::{ForecastInput, QueueHistory, WEEKS_NEEDED};
use crate::domain::calendar::{IntervalGrid, local_of};
use crate::domain::demand::{ForecastPoint, QueueForecast, VolumeRecord};

/// What all queues of a forecast share.
pub(super) struct Setting<'a> {
    pub input: &'a ForecastInput<'a>,
    pub special: SpecialDays<'a>,
    pub neighbours: Neighbours,
    pub grid: IntervalGrid,
    /// The date and the slot of each point.
    pub places: Vec<(NaiveDate, usize)>,
}

/// A forecast and what it missed on held-back weeks.
pub(super) struct Forecast {
    pub forecast: QueueForecast,
    pub held_back: Vec<HeldBack>,
}

impl<'a> Setting<'a> {
    /// What `input` says of dates and times.
    pub fn new(input: &'a ForecastInput<'a>) -> Self {
        let zone = input.week.zone();
        let records = input.queues.iter().flat_map(|queue| queue.records.iter().chain(queue.donor()));
        let monday = input.week.monday();
        let first = records.map(|record| record.starts_at).min().map_or(monday, |first| local_of(zone, first).date());
        let neighbours = Neighbours::new(input.holidays, zone, first, monday + chrono::Days::new(14));
        let grid = input.week.grid(input.step, input.tail);
        let place = |at| {
            let local = local_of(zone, at);
            (local.date(), ((local.num_seconds_from_midnight() / 60) / input.step.get()) as usize)
        };
        let places = grid.intervals().map(|interval| place(interval.start)).collect();
        Self { input, special: SpecialDays::new(input.holidays), neighbours, grid, places }
    }

    /// Forecasts a queue from its own history, or from another's where it has too little and borrows one.
    pub fn forecast(&self, queue: &QueueHistory<'_>) -> Result<Forecast, ShortHistory> {
        match (self.history(queue.records), &queue.borrowed) {
            (Some(history), _) => Ok(self.learn(queue, &history, queue.records, |_| 1.0)),
            (None, Some(borrowed)) => {
                let Some(history) = self.history(borrowed.records) else {
                    return Err(ShortHistory {
                        queue_id: borrowed.profile.from,
                        ..error::short_history(queue, borrowed.records, self.input)
                    });
                };
                let scale =
                    |mixture: &Mixture<'_>| borrowed.profile.weekly_inquiries / mixture.ordinary_week().max(f64::MIN_POSITIVE);
                let mut made = self.learn(queue, &history, borrowed.records, scale);
                made.forecast.borrowed_from = Some(borrowed.profile.from);
                made.forecast.backtest = None;
                made.forecast.faults.clear();
                made.held_back.clear();
                Ok(made)
            }
            (None, None) => Err(error::short_history(queue, queue.records, self.input)),
        }
    }

    /// The history before the week, if there is enough of it.
    fn history(&self, records: &[VolumeRecord]) -> Option<History> {
        let history = History::from_records(records, self.input.week.zone(), self.input.step, self.input.week.monday());
        history.filter(|history| history.weeks() >= WEEKS_NEEDED)
    }

    fn learn(
        &self,
        queue: &QueueHistory<'_>,
        history: &History,
        records: &[VolumeRecord],
        scale: impl Fn(&Mixture<'_>) -> f64,
    ) -> Forecast {
        let windows = queue.peaks.iter().filter(|window| window.concerns(queue.queue_id)).cloned().map(Event::Window);
        let promotions = queue.promotions.iter().filter(|promotion| promotion.concerns(queue.queue_id));
        let events: Vec<_> = windows.chain(promotions.flat_map(Event::of_promotion)).collect();
        let dates = Dates { special: &self.special, neighbours: &self.neighbours, events: &events, figures: queue.figures };
        let (zone, monday) = (self.input.week.zone(), self.input.week.monday());
        let recorded = Recorded { raw: history, zone, overrules: queue.overrules };
        let held_back = backtest::run(&recorded, dates);
        let slots = history.slots_per_day();
        let quantiles = Quantiles::learn(&held_back.errors, slots);
        let treated = recorded.before(dates, monday);
        let mut mixture = Mixture::new(&treated, dates, monday, &held_back.scores);
        let scale = scale(&mixture);
        let aht = handling::learn(records, zone, self.input.step.get(), slots);
        let point = |(date, slot): &(NaiveDate, usize)| {
            let point = quantiles.around(*slot, mixture.day(*date)[*slot] * scale);
            ForecastPoint { aht_secs: aht.as_ref().map(|aht| aht[*slot]), ..point }
        };
        let points = self.places.iter().map(point).collect();
        let faults = recorded.faults(dates);
        let forecast =
            QueueForecast { queue_id: queue.queue_id, points, backtest: held_back.figures, faults, borrowed_from: None };
        Forecast { forecast, held_back: held_back.errors }
    }
}

//! Backtests the forecast on a file of inquiries and prints one JSON line, with what simple methods miss in the same weeks.
//!
//! `cargo run --release --example forecast_backtest -- FILE --interval-minutes 30 --folds 8 [--end DATE]`: the first column is the
//! local start, the second the inquiries, whatever their names; rows of one length, empty ones may be missing. The weeks up to
//! the end are forecast in turn, each from the rows before its Monday alone, as a user would have had it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::{Context, ensure};
use augurs::Forecast;
use augurs::ets::AutoETS;
use augurs::mstl::MSTLModel;
use augurs::prelude::*;
use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use clap::Parser;
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek, instant, monday_of};
use paiban::domain::demand::{ForecastPoint, VolumeRecord};
use paiban::domain::ids::QueueId;
use paiban::forecast::{ForecastInput, QueueHistory, forecast_week};

/// What to backtest on.
#[derive(Parser)]
struct Arguments {
    /// The file: local start, inquiries.
    file: String,
    /// The planning step.
    #[arg(long, default_value_t = 30)]
    interval_minutes: u32,
    /// Weeks that are forecast in turn.
    #[arg(long, default_value_t = 8)]
    folds: u64,
    /// The last day; without it the last with rows.
    #[arg(long)]
    end: Option<NaiveDate>,
    /// The zone of the file's wall clock.
    #[arg(long, default_value = "UTC")]
    zone: Tz,
}

/// Inquiries of the slots of each day with rows.
type DayVolumes = BTreeMap<NaiveDate, Vec<f64>>;

/// Sums of errors and actuals.
#[derive(Default, Clone, Copy)]
struct Wape {
    error: f64,
    actual: f64,
}

impl Wape {
    fn add(&mut self, expected: &[f64], actual: &[f64]) {
        self.error += expected.iter().zip(actual).map(|(expected, actual)| (expected - actual).abs()).sum::<f64>();
        self.actual += actual.iter().sum::<f64>();
    }

    fn get(self) -> f64 {
        self.error / self.actual
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let step = IntervalMinutes::new(arguments.interval_minutes)?;
    let (rows, minutes) = read(&arguments)?;
    let queue_id = QueueId::generate();
    let record = |(local, inquiries): &(NaiveDateTime, f64)| VolumeRecord {
        queue_id,
        starts_at: instant(arguments.zone, *local),
        minutes,
        inquiries: *inquiries,
        aht_secs: None,
    };
    let records: Vec<_> = rows.iter().map(record).collect();
    let days = days(&rows, step.get());
    let (first, last) =
        (days.keys().next().context("the file has no rows")?, days.keys().last().context("the file has no rows")?);
    let started = Instant::now();
    let mut wapes = [Wape::default(); 5];
    let mut held = [0_u32; 3];
    let mondays: Vec<NaiveDate> = (0..arguments.folds).rev().map(|back| monday_of(*last) - Days::new(7 * back)).collect();
    for monday in &mondays {
        ensure!(
            (*monday - *first).num_days() >= 21,
            "the week of {monday} has fewer than three weeks before it; take fewer folds or a later end"
        );
        let week = PlanningWeek::new(*monday, arguments.zone)?;
        let queues = [QueueHistory::of_records(queue_id, &records)];
        let input = ForecastInput { week, step, tail: Duration::zero(), holidays: &[], queues: &queues, groups: &[] };
        let forecast = forecast_week(&input, &|_| ControlFlow::Continue(()))?;
        judge(&days, *monday, &by_date(&forecast.queues[0].points, &input), &mut wapes, &mut held);
    }
    let [ours, last_week, mean4, median6, mstl] = wapes.map(Wape::get);
    let line = serde_json::json!({
        "wape": ours, "wape_last_week": last_week, "wape_mean4": mean4, "wape_median6": median6, "wape_mstl_ets": mstl,
        "below_better_of_mean4_and_median6": 1.0 - ours / mean4.min(median6),
        "p10_p90_share": f64::from(held[1]) / f64::from(held[0]), "p05_p95_share": f64::from(held[2]) / f64::from(held[0]),
        "folds": arguments.folds, "first_monday": mondays.first(), "last_day": last,
        "seconds": started.elapsed().as_secs_f64(),
    });
    println!("{line}");
    Ok(())
}

/// The points of a forecast by local date.
fn by_date(points: &[ForecastPoint], input: &ForecastInput<'_>) -> BTreeMap<NaiveDate, Vec<(usize, ForecastPoint)>> {
    let mut by_date: BTreeMap<NaiveDate, Vec<_>> = BTreeMap::new();
    for (interval, point) in input.week.grid(input.step, input.tail).intervals().zip(points) {
        let local = interval.start.with_timezone(&input.week.zone()).naive_local();
        let slot = (local.num_seconds_from_midnight() / 60 / input.step.get()) as usize;
        by_date.entry(local.date()).or_default().push((slot, *point));
    }
    by_date
}

/// Adds what a week's forecasts missed, and how many of its intervals lay within the quantiles.
fn judge(
    days: &DayVolumes,
    monday: NaiveDate,
    forecast: &BTreeMap<NaiveDate, Vec<(usize, ForecastPoint)>>,
    wapes: &mut [Wape; 5],
    held: &mut [u32; 3],
) {
    let mstl = mstl(days, monday);
    for (date, actual) in days.range(monday..monday + Days::new(7)) {
        let Some(points) = forecast.get(date) else { continue };
        let of_points = |value: fn(&ForecastPoint) -> f64| points.iter().map(|(_, point)| value(point)).collect::<Vec<_>>();
        let seen: Vec<f64> = points.iter().map(|(slot, _)| actual[*slot]).collect();
        let same: Vec<&Vec<f64>> =
            days.range(..monday).rev().filter(|day| day.0.weekday() == date.weekday()).map(|day| day.1).take(6).collect();
        let centre = |count: usize, of: fn(&mut [f64]) -> f64| -> Vec<f64> {
            let slot =
                |(slot, _): &(usize, ForecastPoint)| of(&mut same.iter().take(count).map(|day| day[*slot]).collect::<Vec<_>>());
            points.iter().map(slot).collect()
        };
        wapes[0].add(&of_points(|point| point.expected), &seen);
        wapes[1].add(&centre(1, mean), &seen);
        wapes[2].add(&centre(4, mean), &seen);
        wapes[3].add(&centre(6, median), &seen);
        let of_mstl = |(slot, _): &(usize, ForecastPoint)| mstl.get(date).map_or(0.0, |day| day[*slot]);
        wapes[4].add(&points.iter().map(of_mstl).collect::<Vec<_>>(), &seen);
        for ((_, point), actual) in points.iter().zip(&seen).filter(|((_, point), _)| point.expected > 0.0) {
            held[0] += 1;
            held[1] += u32::from((point.p10..=point.p90).contains(actual));
            held[2] += u32::from((point.p05..=point.p95).contains(actual));
        }
    }
}

fn mean(values: &mut [f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        even if even % 2 == 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// augurs' MSTL with AutoETS on the raw series of the open slots of open weekdays, a missing day as the week before.
fn mstl(days: &DayVolumes, monday: NaiveDate) -> DayVolumes {
    let open_slots: Vec<usize> =
        (0..days.values().next().map_or(0, Vec::len)).filter(|slot| days.values().any(|day| day[*slot] > 0.0)).collect();
    let open_days: BTreeSet<u32> = days.range(..monday).map(|day| day.0.weekday().num_days_from_monday()).collect();
    let Some((first, _)) = days.iter().next() else { return DayVolumes::new() };
    let mut series: Vec<f64> = Vec::new();
    let week = open_slots.len() * open_days.len();
    for date in first.iter_days().take_while(|date| *date < monday) {
        if open_days.contains(&date.weekday().num_days_from_monday()) {
            for slot in &open_slots {
                let before = || series.len().checked_sub(week).map_or(0.0, |at| series[at]);
                let value = days.get(&date).map_or_else(before, |day| day[*slot]);
                series.push(value);
            }
        }
    }
    let fitted = MSTLModel::new(vec![open_slots.len(), week], AutoETS::non_seasonal().into_trend_model()).fit(&series);
    let mut forecast = Forecast::with_capacity(week);
    let Ok(()) = fitted.map_or(Err(()), |fitted| fitted.predict_inplace(week, None, &mut forecast).map_err(|_| ())) else {
        return DayVolumes::new();
    };
    let dates = monday.iter_days().take(7).filter(|date| open_days.contains(&date.weekday().num_days_from_monday()));
    let day = |(date, values): (NaiveDate, &[f64])| {
        let mut slots = vec![0.0; days.values().next().map_or(0, Vec::len)];
        open_slots.iter().zip(values).for_each(|(slot, value)| slots[*slot] = value.max(0.0));
        (date, slots)
    };
    dates.zip(forecast.point.chunks(open_slots.len())).map(day).collect()
}

/// The rows up to the end and their length in minutes. Slots that rows never cover in full (a desk that closes at 21:05) are
/// left out.
fn read(arguments: &Arguments) -> anyhow::Result<(Vec<(NaiveDateTime, f64)>, u32)> {
    let path = &arguments.file;
    let mut rows: Vec<(NaiveDateTime, f64)> = Vec::new();
    for row in csv::Reader::from_path(path).with_context(|| format!("cannot read {path}"))?.records() {
        let row = row?;
        let cell = |column: usize| row.get(column).with_context(|| format!("a row of {path} has fewer than two columns"));
        let start = cell(0)?;
        let local = start.parse().or_else(|_| NaiveDateTime::parse_from_str(start, "%Y-%m-%d %H:%M:%S"));
        let local = local.or_else(|_| NaiveDateTime::parse_from_str(start, "%Y-%m-%d %H:%M"));
        rows.push((local.with_context(|| format!("{start} is no local time"))?, cell(1)?.parse()?));
    }
    rows.sort_by_key(|row| row.0);
    rows.retain(|row| arguments.end.is_none_or(|end| row.0.date() <= end));
    let steps = rows.windows(2).map(|pair| (pair[1].0 - pair[0].0).num_minutes()).filter(|step| *step > 0);
    let minutes = u32::try_from(steps.min().context("the file has fewer than two rows")?)?;
    let step = arguments.interval_minutes;
    let slot = |local: NaiveDateTime| local.num_seconds_from_midnight() / 60 / step;
    let starts: BTreeSet<u32> = rows.iter().map(|row| row.0.num_seconds_from_midnight() / 60).collect();
    let covered = |slot: u32| starts.iter().filter(|start| **start / step == slot).count() as u32 * minutes >= step;
    rows.retain(|row| covered(slot(row.0)));
    Ok((rows, minutes))
}

fn days(rows: &[(NaiveDateTime, f64)], step: u32) -> DayVolumes {
    let mut days = DayVolumes::new();
    for (local, inquiries) in rows {
        let slots = days.entry(local.date()).or_insert_with(|| vec![0.0; (1440 / step) as usize]);
        slots[(local.num_seconds_from_midnight() / 60 / step) as usize] += inquiries;
    }
    days
}

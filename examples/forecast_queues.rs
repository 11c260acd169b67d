//! Forecasts many queues at once and prints one JSON line: time and memory.
//!
//! `cargo run --release --example forecast_queues -- [queues] [weeks]`: 1,000 queues and 12 weeks unless told otherwise; made
//! half-hourly volumes with evening peaks, livelier weekends and days that are unlike each other.

use std::ops::ControlFlow;
use std::time::Instant;

use chrono::{Datelike, Days, Duration, NaiveDate};
use chrono_tz::Tz;
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek, instant_at_minute};
use paiban::domain::demand::{TotalOf, VolumeRecord};
use paiban::domain::ids::{QueueId, TeamId};
use paiban::forecast::{ForecastInput, Group, QueueHistory, forecast_week};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Poisson};

const ZONE: Tz = Tz::Asia__Shanghai;

fn main() -> anyhow::Result<()> {
    let number = |place: usize, or: u64| std::env::args().nth(place).map_or(Ok(or), |text| text.parse());
    let (queues, weeks) = (number(1, 1000)?, number(2, 12)?);
    let monday: NaiveDate = "2026-11-30".parse()?;
    let histories: Vec<_> = (0..queues).map(|seed| made(seed, monday, weeks)).collect();
    let started = Instant::now();
    let rows: usize = histories.iter().map(|queue| queue.1.len()).sum();
    let queue_histories: Vec<_> = histories.iter().map(|(id, records)| QueueHistory::of_records(*id, records)).collect();
    let team = Group { of: TotalOf::Team(TeamId::generate()), queues: histories.iter().map(|queue| queue.0).collect() };
    let input = ForecastInput {
        week: PlanningWeek::new(monday, ZONE)?,
        step: IntervalMinutes::HALF_HOUR,
        tail: Duration::hours(2),
        holidays: &[],
        queues: &queue_histories,
        groups: &[team],
    };
    let forecast = forecast_week(&input, &|_| ControlFlow::Continue(()))?;
    let line = serde_json::json!({
        "queues": forecast.queues.len(), "rows": rows, "points": forecast.queues.len() * forecast.grid.len(),
        "seconds": started.elapsed().as_secs_f64(), "peak_memory_mib": peak_memory_mib(),
    });
    println!("{line}");
    Ok(())
}

/// What the kernel says the process held at most; `None` where it does not say.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn made(seed: u64, monday: NaiveDate, weeks: u64) -> (QueueId, Vec<VolumeRecord>) {
    let mut random = SmallRng::seed_from_u64(seed);
    let queue_id = QueueId::generate();
    let busy = 2.0 * 1.005_f64.powf(seed as f64 % 1000.0);
    let mut records = Vec::new();
    for date in (monday - Days::new(7 * weeks)).iter_days().take(7 * weeks as usize) {
        let weekend = if date.weekday().num_days_from_monday() > 4 { 1.25 } else { 1.0 };
        let today = weekend * random.random_range(0.9..1.1);
        for slot in 0..48 {
            let hour = f64::from(slot) / 2.0;
            let mean = busy * today * (0.1 + (-(hour - 11.0).powi(2) / 8.0).exp() + 1.4 * (-(hour - 20.5).powi(2) / 6.0).exp());
            let inquiries = Poisson::new(mean).map_or(0.0, |poisson| poisson.sample(&mut random));
            let starts_at = instant_at_minute(ZONE, date, slot * 30);
            records.push(VolumeRecord { queue_id, starts_at, minutes: 30, inquiries, aht_secs: None });
        }
    }
    (queue_id, records)
}

//! Backtests the forecast on a file of inquiries and prints one JSON line.
//!
//! `cargo run --release --example forecast_backtest -- <csv> [zone]`: columns `start` (local time) and `calls`, rows of five
//! minutes; 30-minute steps from 07:00 to 21:00, the last eight weeks in turn, each forecast from all rows before its Monday.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Context;
use chrono::{Duration, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use paiban::domain::calendar::{IntervalMinutes, PlanningWeek, instant, local_of, monday_of};
use paiban::domain::demand::VolumeRecord;
use paiban::domain::ids::QueueId;
use paiban::forecast::{ForecastInput, QueueHistory, forecast_week};

const ROW_MINUTES: u32 = 5;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("say which file: forecast_backtest <csv> [zone]")?;
    let zone: Tz = arguments.next().map_or(Ok(Tz::UTC), |zone| zone.parse())?;
    let queue_id = QueueId::generate();
    let records = read(&path, zone, queue_id)?;
    let last = records.iter().map(|record| record.starts_at).max().context("the file has no rows within 07:00-21:00")?;
    let started = Instant::now();
    let input = ForecastInput {
        week: PlanningWeek::new(monday_of(local_of(zone, last).date()) + Duration::days(7), zone)?,
        step: IntervalMinutes::HALF_HOUR,
        tail: Duration::zero(),
        holidays: &[],
        queues: &[QueueHistory { queue_id, records: &records, peaks: &[] }],
    };
    let forecast = forecast_week(&input, &|_| std::ops::ControlFlow::Continue(()))?;
    let backtest = forecast.queues[0].backtest.context("no week could be held back")?;
    let line = serde_json::json!({
        "wape": backtest.wape,
        "wape_mean4": backtest.wape_mean4,
        "p10_p90_share": backtest.p10_p90_share,
        "weeks": backtest.weeks,
        "seconds": started.elapsed().as_secs_f64(),
    });
    println!("{line}");
    Ok(())
}

fn read(path: &str, zone: Tz, queue_id: QueueId) -> anyhow::Result<Vec<VolumeRecord>> {
    let mut records = Vec::new();
    for row in csv::Reader::from_path(path).with_context(|| format!("cannot read {path}"))?.deserialize() {
        let row: BTreeMap<String, String> = row?;
        let column = |name: &str| row.get(name).with_context(|| format!("{path} has no column {name}"));
        let local: NaiveDateTime = column("start")?.parse()?;
        if (7..21).contains(&local.hour()) {
            let starts_at = instant(zone, local);
            records.push(VolumeRecord { queue_id, starts_at, minutes: ROW_MINUTES, inquiries: column("calls")?.parse()? });
        }
    }
    Ok(records)
}

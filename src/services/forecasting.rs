//! Inquiry history → forecast.

use std::ops::ControlFlow;

use chrono::{Duration, Utc};

use super::execution::{Job, RunFailure};
use super::plan::ServedQueue;
use crate::domain::access::Scope;
use crate::domain::calendar::PlanningWeek;
use crate::domain::demand::{DemandForecast, VolumeRecord};
use crate::domain::ids::{ForecastId, QueueId};
use crate::domain::organisation::Holiday;
use crate::domain::run::Phase;
use crate::forecast::{ForecastError, ForecastInput, QueueHistory, forecast_week as forecast};
use crate::store::forecasts::{self, ForecastHead};
use crate::store::holidays::{self, HolidayFilter};
use crate::store::{Page, volumes};

/// How far back history is read: two years show a holiday twice.
const LOOKBACK: Duration = Duration::weeks(104);

/// Forecasts the run's weeks for every queue of its team.
pub(super) async fn forecast_weeks(job: Job<'_>) -> Result<(), RunFailure> {
    if job.plan.queues.is_empty() {
        let detail = format!("team {} serves no queue; give it one (queues.team_id), then try again", job.plan.team.name);
        return Err(RunFailure::problem("validation-failed", "Validation failed", detail));
    }
    let start = job.horizon.span().start;
    let queue_ids: Vec<_> = job.plan.queues.iter().map(|served| served.queue.id).collect();
    let records = volumes::history(job.store, &queue_ids, start - LOOKBACK, start).await?;
    let holidays = holidays_of(&job).await?;
    job.observer.phase(Phase::Forecasting);
    let forecast_one = |week| Ok((week, forecast_week(&job, week, &records, &holidays)?));
    let made = job.horizon.weeks().map(forecast_one).collect::<Result<Vec<_>, RunFailure>>()?;

    job.check_cancelled()?;
    job.observer.phase(Phase::Storing);
    let tx = job.store.begin().await?;
    let mut ids = Vec::new();
    for (week, result) in &made {
        let head = ForecastHead {
            id: ForecastId::generate(),
            run_id: job.run.id,
            team_id: job.run.team_id,
            week_start: week.monday(),
            created_at: Utc::now(),
        };
        forecasts::insert(&tx, &head, result).await?;
        ids.push(head.id.0);
    }
    job.conclude(&tx, &ids).await?;
    tx.commit().await?;
    Ok(())
}

/// Forecasts one week. Of what is known nothing is later than the first week's Monday.
fn forecast_week(
    job: &Job<'_>,
    week: PlanningWeek,
    records: &[VolumeRecord],
    holidays: &[Holiday],
) -> Result<DemandForecast, RunFailure> {
    let histories: Vec<_> = job
        .plan
        .queues
        .iter()
        .map(|served| QueueHistory {
            queue_id: served.queue.id,
            records: of_queue(records, served.queue.id),
            peaks: &served.peaks,
        })
        .collect();
    let input = ForecastInput { week, step: job.params.interval_minutes, tail: job.plan.tail(), holidays, queues: &histories };
    let go_on = |_| if job.observer.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    forecast(&input, &go_on).map_err(|error| failure(&error, &job.plan.queues))
}

/// The records of one queue: they come sorted by queue.
fn of_queue(records: &[VolumeRecord], id: QueueId) -> &[VolumeRecord] {
    let from = records.partition_point(|record| record.queue_id < id);
    let len = records[from..].partition_point(|record| record.queue_id == id);
    &records[from..from + len]
}

async fn holidays_of(job: &Job<'_>) -> Result<Vec<Holiday>, RunFailure> {
    let filter = HolidayFilter {
        scope: &Scope::Everything,
        site_id: Some(job.plan.site.id),
        from: None,
        until: None,
        include_archived: false,
    };
    let listed = holidays::list(job.store, &filter, Page::ALL).await?;
    Ok(listed.items.into_iter().map(|row| row.value).collect())
}

/// What a forecast cannot do, with the queues by name: the pure module knows ids only.
fn failure(error: &ForecastError, queues: &[ServedQueue]) -> RunFailure {
    let detail = queues
        .iter()
        .fold(error.to_string(), |text, served| text.replace(&served.queue.id.to_string(), &format!("“{}”", served.queue.name)));
    match error {
        ForecastError::Stopped => RunFailure::Cancelled,
        ForecastError::InsufficientHistory { .. } => RunFailure::problem("insufficient-history", "Insufficient history", detail),
        ForecastError::UnusableRecords { .. } => RunFailure::problem("validation-failed", "Validation failed", detail),
    }
}

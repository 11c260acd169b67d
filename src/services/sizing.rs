//! Forecast → staffing requirement.

use chrono::Utc;

use super::execution::{Job, RunFailure};
use super::inputs::booked_leave;
use super::plan::ServedQueue;
use crate::domain::demand::DemandForecast;
use crate::domain::ids::RequirementId;
use crate::domain::run::Phase;
use crate::staffing::{QueueService, StaffingError, size_forecast};
use crate::store::forecasts::{self, ForecastHead};
use crate::store::requirements::{self, RequirementHead};

/// Sizes the forecast that the run names, or the latest of its week.
pub(super) async fn size_week(job: Job<'_>) -> Result<(), RunFailure> {
    let (head, forecast) = forecast_of(&job).await?;
    job.observer.phase(Phase::Sizing);
    let booked_leave = booked_leave(job.store, &job.plan, job.week).await?;
    let services: Vec<_> =
        job.plan.queues.iter().map(|served| QueueService { queue: &served.queue, peaks: &served.peaks, booked_leave }).collect();
    let staffing = size_forecast(&forecast, &job.week, &services, &job.plan.site.opening_hours)
        .map_err(|error| failure(&error, &job.plan.queues))?;

    job.check_cancelled()?;
    job.observer.phase(Phase::Storing);
    let made = RequirementHead {
        id: RequirementId::generate(),
        run_id: job.run.id,
        forecast_id: head.id,
        team_id: job.run.team_id,
        week_start: job.run.week_start,
        created_at: Utc::now(),
    };
    let tx = job.store.begin().await?;
    requirements::insert(&tx, &made, &staffing).await?;
    job.conclude(&tx, made.id.0).await?;
    tx.commit().await?;
    Ok(())
}

async fn forecast_of(job: &Job<'_>) -> Result<(ForecastHead, DemandForecast), RunFailure> {
    let id = match job.params.forecast_id {
        Some(id) => Some(id),
        None => forecasts::latest(job.store, job.run.team_id, job.run.week_start).await?.map(|head| head.id),
    };
    let found = match id {
        Some(id) => forecasts::get(job.store, id).await?,
        None => None,
    };
    let missing = "there is no forecast of this team and week; start a run of kind forecast first, or one with `through`";
    found
        .filter(|(head, _)| (head.team_id, head.week_start) == (job.run.team_id, job.run.week_start))
        .ok_or_else(|| RunFailure::problem("not-found", "Not found", missing))
}

/// What cannot be sized, with the queues by name: the pure module knows ids only.
fn failure(error: &StaffingError, queues: &[ServedQueue]) -> RunFailure {
    let detail = queues
        .iter()
        .fold(error.to_string(), |text, served| text.replace(&served.queue.id.to_string(), &format!("“{}”", served.queue.name)));
    RunFailure::problem("targets-unreachable", "Targets unreachable", detail)
}

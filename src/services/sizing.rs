//! Forecast → staffing requirement.

use chrono::Utc;

use super::execution::{Job, RunFailure};
use crate::domain::adjustment::adjusted;
use crate::domain::demand::DemandForecast;
use crate::domain::ids::RequirementId;
use crate::domain::run::Phase;
use crate::staffing::{ConcurrencyFactors, QueueService, StaffingError, size_forecast};
use crate::store::adjustments;
use crate::store::forecasts::{self, ForecastHead};
use crate::store::requirements::{self, RequirementHead};

/// Sizes the forecast that the run names, or the latest of its week.
pub(super) async fn size_week(job: Job<'_>) -> Result<(), RunFailure> {
    let (head, forecast) = forecast_of(&job).await?;
    let queue_ids: Vec<_> = forecast.queues.iter().map(|queue| queue.queue_id).collect();
    let forecast = adjusted(&forecast, &adjustments::of_queues(job.store, &queue_ids).await?);
    job.observer.phase(Phase::Sizing);
    let services: Vec<_> =
        job.plan.queues.iter().map(|served| QueueService { queue: &served.queue, peaks: &served.peaks }).collect();
    let factors = ConcurrencyFactors::default();
    let staffing = size_forecast(&forecast, &job.week, &services, &job.plan.site.opening_hours, &factors).map_err(failure)?;

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

fn failure(error: StaffingError) -> RunFailure {
    RunFailure::problem("targets-unreachable", "Targets unreachable", error.to_string())
}

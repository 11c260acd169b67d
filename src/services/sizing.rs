//! Forecast → staffing requirement.

use chrono::Utc;

use super::execution::{Job, RunFailure};
use super::inputs::booked_leave;
use super::plan::ServedQueue;
use crate::domain::adjustment::adjusted;
use crate::domain::calendar::PlanningWeek;
use crate::domain::demand::DemandForecast;
use crate::domain::ids::RequirementId;
use crate::domain::run::Phase;
use crate::staffing::{QueueService, StaffingError, size_forecast};
use crate::store::adjustments;
use crate::store::forecasts::{self, ForecastHead};
use crate::store::requirements::{self, RequirementHead};

/// Sizes the forecast that the run names, or the latest of each of its weeks.
pub(super) async fn size_weeks(job: Job<'_>) -> Result<(), RunFailure> {
    let mut found = Vec::new();
    for week in job.horizon.weeks() {
        let (head, forecast) = forecast_of(&job, week).await?;
        let queue_ids: Vec<_> = forecast.queues.iter().map(|queue| queue.queue_id).collect();
        let adjustments = adjustments::of_queues(job.store, &queue_ids).await?;
        found.push((week, (head, adjusted(&forecast, &adjustments))));
    }
    job.observer.phase(Phase::Sizing);
    let mut sized = Vec::new();
    for (week, (head, forecast)) in &found {
        let booked_leave = booked_leave(job.store, &job.plan, *week).await?;
        let served = job.plan.queues.iter();
        let services: Vec<_> =
            served.map(|served| QueueService { queue: &served.queue, peaks: &served.peaks, booked_leave }).collect();
        let staffing = size_forecast(forecast, week, &services, &job.plan.site.opening_hours)
            .map_err(|error| failure(&error, &job.plan.queues))?;
        sized.push((*week, head.id, staffing));
    }

    job.check_cancelled()?;
    job.observer.phase(Phase::Storing);
    let tx = job.store.begin().await?;
    let mut ids = Vec::new();
    for (week, forecast_id, staffing) in &sized {
        let head = RequirementHead {
            id: RequirementId::generate(),
            run_id: job.run.id,
            forecast_id: *forecast_id,
            team_id: job.run.team_id,
            week_start: week.monday(),
            created_at: Utc::now(),
        };
        requirements::insert(&tx, &head, staffing).await?;
        ids.push(head.id.0);
    }
    job.conclude(&tx, &ids).await?;
    tx.commit().await?;
    Ok(())
}

async fn forecast_of(job: &Job<'_>, week: PlanningWeek) -> Result<(ForecastHead, DemandForecast), RunFailure> {
    let id = match job.params.forecast_id {
        Some(id) => Some(id),
        None => forecasts::latest(job.store, job.run.team_id, week.monday()).await?.map(|head| head.id),
    };
    let found = match id {
        Some(id) => forecasts::get(job.store, id).await?,
        None => None,
    };
    let missing = format!(
        "there is no forecast of this team and the week of {}; start a run of kind forecast first, or one with `through`",
        week.monday()
    );
    found
        .filter(|(head, _)| (head.team_id, head.week_start) == (job.run.team_id, week.monday()))
        .ok_or_else(|| RunFailure::problem("not-found", "Not found", missing))
}

/// What cannot be sized, with the queues by name: the pure module knows ids only.
fn failure(error: &StaffingError, queues: &[ServedQueue]) -> RunFailure {
    let detail = queues
        .iter()
        .fold(error.to_string(), |text, served| text.replace(&served.queue.id.to_string(), &format!("“{}”", served.queue.name)));
    RunFailure::problem("targets-unreachable", "Targets unreachable", detail)
}

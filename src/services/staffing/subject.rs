//! What a question is about: a roster, or a requirement as if it were fully staffed.

use crate::domain::access::Actor;
use crate::domain::calendar::IntervalGrid;
use crate::domain::coverage::Coverage;
use crate::domain::demand::{DemandForecast, StaffingRequirement};
use crate::domain::ids::{QueueId, RequirementId, RosterId};
use crate::domain::organisation::Queue;
use crate::services::ServiceError;
use crate::services::plan::TeamPlan;
use crate::services::rosters::{self, RosterContext};
use crate::staffing::shrinkage;
use crate::staffing::what_if::Interval;
use crate::store::{Db, StoreError, forecasts, requirements};

/// A queue with what comes and who is there, by interval.
pub(super) struct SubjectQueue {
    pub queue: Queue,
    pub intervals: Vec<Interval>,
}

/// What a question is about.
pub(super) struct Subject {
    pub plan: TeamPlan,
    pub grid: IntervalGrid,
    pub queues: Vec<SubjectQueue>,
}

impl Subject {
    /// Heads that a requirement asks for.
    pub(super) async fn of_requirement(db: &impl Db, actor: &Actor, id: RequirementId) -> Result<Self, ServiceError> {
        let (head, requirement) = found_requirement(db, actor, id).await?;
        let unknown_team = || StoreError::NotFound { kind: "team", id: head.team_id.0 };
        let plan = TeamPlan::load(db, head.team_id).await?.ok_or_else(unknown_team)?;
        let forecast = forecast_of(db, id).await?;
        let on_seat =
            |queue: &Queue, step: usize| f64::from(point(&requirement, queue.id, step).map_or(0, |point| point.on_seat));
        Ok(Self::new(plan, &forecast, &requirement, on_seat))
    }

    /// Heads that a roster has on seat, breaks and shrinkage taken off.
    pub(super) async fn of_roster(db: &impl Db, actor: &Actor, id: RosterId) -> Result<(Self, RosterContext), ServiceError> {
        let (row, context) = rosters::read_roster(db, actor, id).await?;
        let Some(requirement_id) = row.value.requirement_id else {
            return Err(ServiceError::field("", "this roster was built for no requirement, so what comes is not known"));
        };
        let unknown_team = || StoreError::NotFound { kind: "team", id: row.value.team_id.0 };
        let plan = TeamPlan::load(db, row.value.team_id).await?.ok_or_else(unknown_team)?;
        let forecast = forecast_of(db, requirement_id).await?;
        let coverage = Coverage::of(&context.input, &context.assignments);
        let on_seat = |queue: &Queue, step: usize| {
            let covered = coverage.queues.iter().find(|one| one.queue_id == queue.id);
            let heads = covered.and_then(|covered| covered.points.get(step)).map_or(0.0, |point| point.covered);
            heads * (1.0 - shrinkage::of_roster(queue.shrinkage, &queue.service.absences, 1.0).get())
        };
        let subject = Self::new(plan, &forecast, &context.input.requirement, on_seat);
        Ok((subject, context))
    }

    fn new(
        plan: TeamPlan,
        forecast: &DemandForecast,
        requirement: &StaffingRequirement,
        on_seat: impl Fn(&Queue, usize) -> f64,
    ) -> Self {
        let queues = plan.queues.iter().filter_map(|served| {
            let expected = forecast.queues.iter().find(|queue| queue.queue_id == served.queue.id)?;
            let interval = |(step, volume): (usize, f64)| {
                // Where nobody is needed the queue is closed: what comes then is not the agents' to answer.
                let is_open = point(requirement, served.queue.id, step).is_some_and(|point| point.on_seat > 0);
                let heads = on_seat(&served.queue, step).round() as u32;
                Interval { volume: if is_open { volume } else { 0.0 }, heads }
            };
            let volumes = expected.points.iter().map(|point| point.expected).enumerate();
            Some(SubjectQueue { queue: served.queue.clone(), intervals: volumes.map(interval).collect() })
        });
        let queues = queues.collect();
        Self { grid: forecast.grid, queues, plan }
    }
}

fn point(requirement: &StaffingRequirement, id: QueueId, step: usize) -> Option<&crate::domain::demand::RequirementPoint> {
    requirement.queues.iter().find(|queue| queue.queue_id == id)?.points.get(step)
}

async fn found_requirement(
    db: &impl Db,
    actor: &Actor,
    id: RequirementId,
) -> Result<(requirements::RequirementHead, StaffingRequirement), ServiceError> {
    let found = requirements::get(db, id).await?.filter(|(head, _)| actor.scope.reaches(head.team_id));
    found.ok_or_else(|| ServiceError::NotFound { what: "requirement", id: id.to_string() })
}

/// The forecast that a requirement was sized from.
async fn forecast_of(db: &impl Db, id: RequirementId) -> Result<DemandForecast, ServiceError> {
    let corrupt = || StoreError::NotFound { kind: "forecast", id: id.0 };
    let head = requirements::head(db, id).await?.ok_or_else(corrupt)?;
    let (_, forecast) = forecasts::get(db, head.forecast_id).await?.ok_or_else(corrupt)?;
    Ok(forecast)
}

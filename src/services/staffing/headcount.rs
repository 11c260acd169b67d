//! How many to hire, train and borrow over months.

use std::collections::BTreeMap;

use super::refused;
use crate::domain::access::Actor;
use crate::domain::demand::DemandForecast;
use crate::domain::ids::ForecastId;
use crate::services::ServiceError;
use crate::services::plan::TeamPlan;
use crate::staffing::headcount::{
    Borrowing, DemandScenario, HeadcountInput, HeadcountPlan, Hiring, Staff, Training, plan_headcount,
};
use crate::staffing::{QueueService, StaffingError, shrinkage, size_forecast};
use crate::store::{Store, StoreError, forecasts};

/// The demand of one period, ordinary and high: in heads, or as a factor on a week that was forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HeadcountDemand {
    /// Fully trained full-time heads.
    Heads {
        /// As likely above as below.
        p50: f64,
        /// Above once in ten times.
        p90: f64,
    },
    /// Factors on the volumes of the forecast week.
    Factor {
        /// As likely above as below.
        p50: f64,
        /// Above once in ten times.
        p90: f64,
    },
}

/// What to plan.
#[derive(Debug, Clone)]
pub struct HeadcountRequest {
    /// The week that factors refer to.
    pub forecast_id: Option<ForecastId>,
    /// Hours that a full-time head is paid for in a week.
    pub weekly_hours: f64,
    /// By period.
    pub demand: Vec<HeadcountDemand>,
    /// How likely the high demand is; the ordinary one is the rest.
    pub p90_probability: f64,
    /// Who is there.
    pub staff: Staff,
    /// Who can be hired.
    pub hiring: Hiring,
    /// Who can be trained.
    pub training: Training,
    /// Who can be borrowed.
    pub borrowing: Vec<Borrowing>,
    /// What a missing head costs in a period.
    pub shortage_cost: f64,
}

/// Plans heads. Outcomes of the plan are in the order ordinary, high.
///
/// # Errors
/// [`ServiceError::NotFound`] for the forecast, [`ServiceError::Invalid`] for factors without one.
pub async fn plan_heads(store: &Store, actor: &Actor, request: HeadcountRequest) -> Result<HeadcountPlan, ServiceError> {
    let base = match request.forecast_id {
        Some(id) => Some(base_week(store, actor, id).await?),
        None if request.demand.iter().any(|demand| matches!(demand, HeadcountDemand::Factor { .. })) => {
            return Err(ServiceError::field("/forecast_id", "factors need the forecast of a week that they refer to"));
        }
        None => None,
    };
    let task = tokio::task::spawn_blocking(move || {
        let (ordinary, high) = heads(&request, base.as_ref())?;
        let probability = request.p90_probability;
        let input = HeadcountInput {
            periods: request.demand.len(),
            scenarios: vec![
                DemandScenario { probability: 1.0 - probability, heads: ordinary },
                DemandScenario { probability, heads: high },
            ],
            staff: request.staff,
            hiring: request.hiring,
            training: request.training,
            borrowing: request.borrowing,
            shortage_cost: request.shortage_cost,
        };
        plan_headcount(&input).map_err(|fault| ServiceError::field("", fault.to_string()))
    });
    task.await.expect("a plan does not panic")
}

/// A forecast week with the team that serves it.
struct BaseWeek {
    plan: TeamPlan,
    forecast: DemandForecast,
    week: crate::domain::calendar::PlanningWeek,
}

async fn base_week(store: &Store, actor: &Actor, id: ForecastId) -> Result<BaseWeek, ServiceError> {
    let found = forecasts::get(store, id).await?.filter(|(head, _)| actor.scope.reaches(head.team_id));
    let (head, forecast) = found.ok_or_else(|| ServiceError::NotFound { what: "forecast", id: id.to_string() })?;
    let corrupt = || StoreError::NotFound { kind: "team", id: head.team_id.0 };
    let plan = TeamPlan::load(store, head.team_id).await?.ok_or_else(corrupt)?;
    let week = plan.week(head.week_start).expect("a forecast is stored under its Monday");
    Ok(BaseWeek { plan, forecast, week })
}

/// Heads by period: ordinary and high demand.
fn heads(request: &HeadcountRequest, base: Option<&BaseWeek>) -> Result<(Vec<f64>, Vec<f64>), ServiceError> {
    let mut known: BTreeMap<u64, f64> = BTreeMap::new();
    let mut of_factor = |factor: f64| -> Result<f64, ServiceError> {
        if let Some(heads) = known.get(&factor.to_bits()) {
            return Ok(*heads);
        }
        let base = base.expect("factors without a forecast were refused");
        let heads = week_heads(base, factor, request.weekly_hours).map_err(|error| refused(&error, &base.plan))?;
        known.insert(factor.to_bits(), heads);
        Ok(heads)
    };
    let (mut ordinary, mut high) = (Vec::new(), Vec::new());
    for demand in &request.demand {
        let (p50, p90) = match *demand {
            HeadcountDemand::Heads { p50, p90 } => (p50, p90),
            HeadcountDemand::Factor { p50, p90 } => (of_factor(p50)?, of_factor(p90)?),
        };
        ordinary.push(p50);
        high.push(p90);
    }
    Ok((ordinary, high))
}

/// Full-time heads for the week at `factor` times its volume: hours on seat over the hours that a head is on seat.
fn week_heads(base: &BaseWeek, factor: f64, weekly_hours: f64) -> Result<f64, StaffingError> {
    let mut forecast = base.forecast.clone();
    for point in forecast.queues.iter_mut().flat_map(|queue| &mut queue.points) {
        point.expected *= factor;
    }
    let served = base.plan.queues.iter();
    let services: Vec<_> =
        served.map(|served| QueueService { queue: &served.queue, peaks: &served.peaks, booked_leave: 0.0 }).collect();
    let sized = size_forecast(&forecast, &base.week, &services, &base.plan.site.opening_hours)?;
    let hours_of_step = f64::from(sized.step().get()) / 60.0;
    // The tail of the grid is the next week's Monday.
    let steps = sized.grid.overlapping(base.week.span());
    let heads = sized.queues.iter().filter_map(|queue| {
        let of = &services.iter().find(|service| service.queue.id == queue.queue_id)?.queue;
        let on_seat: u32 = queue.points.get(steps.clone())?.iter().map(|point| point.on_seat).sum();
        let seated = 1.0 - shrinkage::of_paid_time(of.shrinkage, &of.service.absences).get();
        Some(f64::from(on_seat) * hours_of_step / seated / weekly_hours)
    });
    Ok(heads.sum())
}

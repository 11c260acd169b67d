//! What a roster would give, by simulation.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::expect_factor;
use crate::domain::access::Permission::ReadPlans;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::RosterId;
use crate::http::access::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::staffing::{self, Estimate, RosterSimulation, SimulatedService, SimulationRequest};

/// How to simulate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "replications": 20, "seed": 1, "volume_factor": 1.0, "shares_skills": false }))]
pub struct SimulationCreate {
    /// Weeks simulated, 2-200; 20 if absent.
    #[serde(default = "twenty")]
    #[schema(minimum = 2, maximum = 200)]
    pub replications: u32,
    /// The same seed gives the same figures; 0 if absent.
    #[serde(default)]
    pub seed: u32,
    /// Factor on the forecast, 0.01 to 100; 1 if absent.
    #[serde(default = "one")]
    pub volume_factor: f64,
    /// Whether agents answer every queue that they have the skill for, and not only the one they are rostered on.
    #[serde(default)]
    pub shares_skills: bool,
}

fn twenty() -> u32 {
    20
}

fn one() -> f64 {
    1.0
}

impl SimulationCreate {
    fn into_request(self) -> Result<SimulationRequest, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let detail = format!("must be between 2 and 200, got {}", self.replications);
        faults.expect((2..=200).contains(&self.replications), "/replications", detail);
        expect_factor(&mut faults, "/volume_factor", self.volume_factor);
        let request = SimulationRequest {
            replications: self.replications as usize,
            seed: self.seed.into(),
            volume: self.volume_factor,
            shares_skills: self.shares_skills,
        };
        faults.into_result(Some(request))
    }
}

/// A figure and its 95 % confidence interval.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "mean": 0.842, "low": 0.829, "high": 0.855 }))]
pub struct EstimateView {
    /// The figure.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl From<Estimate> for EstimateView {
    fn from(Estimate { mean, half_width }: Estimate) -> Self {
        Self { mean, low: mean - half_width, high: mean + half_width }
    }
}

/// Service figures of a simulation; shares 0-1.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct SimulatedServiceView {
    /// Chats in one replication.
    pub chats: f64,
    /// Share of chats that waited for an agent.
    pub wait_probability: EstimateView,
    /// Share taken up within the service goal's threshold.
    pub service_level: EstimateView,
    /// Mean seconds in the queue.
    pub average_wait_secs: EstimateView,
    /// Share that left.
    pub abandonment: EstimateView,
    /// Share never answered: nobody was on seat for them any more.
    pub unanswered: f64,
    /// Share with a first reply within that goal's threshold, 30 seconds without one.
    pub first_reply: EstimateView,
    /// Share of questions replied to within that goal's threshold, 180 seconds without one.
    pub replies: Option<EstimateView>,
    /// Mean seconds from a question to its reply; `null` where none was given.
    pub average_reply_secs: Option<EstimateView>,
}

impl From<SimulatedService> for SimulatedServiceView {
    fn from(of: SimulatedService) -> Self {
        Self {
            chats: of.chats,
            wait_probability: of.wait_probability.into(),
            service_level: of.service_level.into(),
            average_wait_secs: of.average_wait_secs.into(),
            abandonment: of.abandonment.into(),
            unanswered: of.unanswered,
            first_reply: of.first_reply.into(),
            replies: of.replies.map(Into::into),
            average_reply_secs: of.average_reply_secs.map(Into::into),
        }
    }
}

/// An interval.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulatedPointView {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// The figures of the chats that arrived in it.
    #[serde(flatten)]
    pub service: SimulatedServiceView,
}

/// A queue.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulatedQueueView {
    /// The queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: String,
    /// Over the week; `null` where nothing came.
    pub week: Option<SimulatedServiceView>,
    /// By interval; those in which nothing came are left out.
    pub points: Vec<SimulatedPointView>,
}

/// A simulated roster.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulationView {
    /// The planning step, in minutes.
    pub interval_minutes: u32,
    /// Chats over all replications.
    pub chats: f64,
    /// By queue.
    pub queues: Vec<SimulatedQueueView>,
}

impl From<&RosterSimulation> for SimulationView {
    fn from(simulated: &RosterSimulation) -> Self {
        let queues = simulated.queues.iter().map(|queue| SimulatedQueueView {
            queue_id: queue.queue_id.0,
            queue: queue.name.clone(),
            week: queue.week.map(Into::into),
            points: simulated
                .grid
                .intervals()
                .zip(&queue.intervals)
                .filter_map(|(at, service)| Some(SimulatedPointView { starts_at: at.start, service: (*service)?.into() }))
                .collect(),
        });
        Self { interval_minutes: simulated.grid.step().get(), chats: simulated.chats, queues: queues.collect() }
    }
}

/// Simulate a roster against the forecast it was built for.
///
/// Every chat is followed through its queue, its turns and its end; agents are on seat as rostered, take up nothing in breaks and
/// finish open chats. Nothing is stored. At most 2,000,000 chats in all.
#[utoipa::path(tag = "rosters", params(("id" = Uuid, Path, description = "The roster")), request_body = SimulationCreate,
    responses((status = 200, description = "The service by queue and interval, with confidence intervals", body = SimulationView)),
    extensions(("x-permission" = json!("read-plans"))))]
#[post("/rosters/{id}/simulation")]
pub async fn simulate_roster(
    caller: Caller,
    state: Data<AppState>,
    id: Path<RosterId>,
    body: Json<SimulationCreate>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let request = body.0.into_request().map_err(ServiceError::from)?;
    let simulated = staffing::simulate_roster(&state.store, actor, id.0, request).await?;
    Ok(HttpResponse::Ok().json(SimulationView::from(&simulated)))
}

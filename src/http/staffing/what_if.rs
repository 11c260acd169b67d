//! What if.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::expect_factor;
use crate::domain::access::Permission::ReadPlans;
use crate::domain::calendar::IntervalGrid;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{QueueId, RequirementId, RosterId};
use crate::domain::quantity::Concurrency;
use crate::http::access::Caller;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::state::AppState;
use crate::services::ServiceError;
use crate::services::staffing::{self, Change, Changed, Service, WhatIfAnswer, WhatIfQueue, WhatIfRequest};

/// A question: whose heads, and what is different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "requirement_id": "01936d7e-0000-7000-8000-000000000000", "volume_factor": 1.3,
    "max_concurrent_chats": 4, "heads": -2, "pool": [] }))]
pub struct WhatIfCreate {
    /// The roster whose heads are there, breaks and shrinkage taken off.
    pub roster_id: Option<Uuid>,
    /// Or the requirement that is taken as fully staffed.
    pub requirement_id: Option<Uuid>,
    /// Factor on the forecast volumes, 0.01 to 100; 1 if absent.
    #[serde(default = "one")]
    pub volume_factor: f64,
    /// Factor on handling times, 0.01 to 100; 1 if absent.
    #[serde(default = "one")]
    pub handling_factor: f64,
    /// Chats held at once, 1-30; as they are if absent.
    #[schema(minimum = 1, maximum = 30)]
    pub max_concurrent_chats: Option<u32>,
    /// Heads more, or fewer, on every queue in every interval that has some, -1000 to 1000; 0 if absent.
    #[serde(default)]
    pub heads: i32,
    /// Queues that one pool of agents would serve; at least two.
    #[serde(default)]
    pub pool: Vec<Uuid>,
}

fn one() -> f64 {
    1.0
}

impl WhatIfCreate {
    fn into_request(self) -> Result<WhatIfRequest, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let is_one = self.roster_id.is_some() != self.requirement_id.is_some();
        faults.expect(is_one, "/roster_id", "give either roster_id or requirement_id, and not both");
        expect_factor(&mut faults, "/volume_factor", self.volume_factor);
        expect_factor(&mut faults, "/handling_factor", self.handling_factor);
        let chats_at_once = self.max_concurrent_chats.and_then(|chats| {
            let checked = u8::try_from(chats).ok().and_then(|chats| Concurrency::new(chats).ok());
            let detail = format!("must be between 1 and {}, got {chats}", Concurrency::MAX);
            faults.expect(checked.is_some(), "/max_concurrent_chats", detail);
            checked
        });
        faults.expect((-1000..=1000).contains(&self.heads), "/heads", "must be between -1000 and 1000");
        faults.expect(self.pool.len() != 1, "/pool", "a pool has at least two queues; leave it empty for none");
        let mut pool: Vec<QueueId> = self.pool.into_iter().map(QueueId).collect();
        pool.sort_unstable();
        pool.dedup();
        let change = Change { volume: self.volume_factor, handling: self.handling_factor, chats_at_once, heads: self.heads };
        let request = WhatIfRequest {
            roster_id: self.roster_id.map(RosterId),
            requirement_id: self.requirement_id.map(RequirementId),
            change,
            pool,
        };
        faults.into_result(Some(request))
    }
}

/// Service figures; all shares 0-1.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct ServiceView {
    /// Probability that a chat waits for an agent.
    pub wait_probability: f64,
    /// Share taken up within the service goal's threshold.
    pub service_level: f64,
    /// Mean seconds in the queue.
    pub average_wait_secs: f64,
    /// Share that leaves unanswered.
    pub abandonment: f64,
    /// Share with a first reply within that goal's threshold, 30 seconds without one.
    pub first_reply: f64,
    /// Share of questions replied to within that goal's threshold, 180 seconds without one.
    pub replies: f64,
    /// Mean seconds from a question to its reply.
    pub average_reply_secs: f64,
    /// Busy share of the agents' time.
    pub occupancy: f64,
    /// Chats that an agent holds, on average.
    pub open_chats: f64,
}

impl From<Service> for ServiceView {
    fn from(service: Service) -> Self {
        let Service { wait_probability, service_level, average_wait_secs, abandonment, first_reply, replies, .. } = service;
        let Service { average_reply_secs, occupancy, open_chats, .. } = service;
        Self {
            wait_probability,
            service_level,
            average_wait_secs,
            abandonment,
            first_reply,
            replies,
            average_reply_secs,
            occupancy,
            open_chats,
        }
    }
}

/// An interval, as it is or as it would be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct OutcomeView {
    /// Chats expected.
    pub volume: f64,
    /// Heads on seat.
    pub heads: u32,
    /// Heads that would meet every goal.
    pub needed: u32,
    /// What the heads give, with the queue that the interval before left; `null` where nothing is expected.
    pub service: Option<ServiceView>,
    /// Customers waiting at its end, on average.
    pub backlog: f64,
}

impl From<&Changed> for OutcomeView {
    fn from(changed: &Changed) -> Self {
        let Changed { volume, heads, needed, found } = *changed;
        Self { volume, heads, needed, service: found.service.map(Into::into), backlog: found.backlog }
    }
}

/// An interval.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct WhatIfPointView {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// As it is.
    pub before: OutcomeView,
    /// As it would be.
    pub after: OutcomeView,
}

/// A queue of the answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhatIfQueueView {
    /// The queue.
    pub queue_id: Uuid,
    /// Its display name.
    pub queue: String,
    /// Share of the week's chats taken up in time, as it is; `null` where none is expected.
    pub service_level_before: Option<f64>,
    /// The same as it would be.
    pub service_level_after: Option<f64>,
    /// By interval; those with neither chats nor heads nor anybody waiting are left out.
    pub points: Vec<WhatIfPointView>,
}

/// What pooling would save, as it would be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PoolView {
    /// Agent-minutes on seat of the queues apart.
    pub apart_agent_minutes: f64,
    /// Agent-minutes on seat of one pool.
    pub pooled_agent_minutes: f64,
    /// Heads that it saves at most in an interval.
    pub most_saved_heads: u32,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhatIfView {
    /// The planning step, in minutes.
    pub interval_minutes: u32,
    /// By queue.
    pub queues: Vec<WhatIfQueueView>,
    /// What the pool would save; `null` where none was asked for.
    pub pool: Option<PoolView>,
}

impl WhatIfView {
    fn of(answer: &WhatIfAnswer) -> Self {
        let minutes = answer.grid.step().get();
        let pool = answer.pooled.as_ref().map(|pooled| {
            let total = |heads: &[u32]| f64::from(heads.iter().sum::<u32>() * minutes);
            let saved = pooled.apart.iter().zip(&pooled.together).map(|(apart, together)| apart.saturating_sub(*together));
            PoolView {
                apart_agent_minutes: total(&pooled.apart),
                pooled_agent_minutes: total(&pooled.together),
                most_saved_heads: saved.max().unwrap_or(0),
            }
        });
        let queues = answer.queues.iter().map(|queue| WhatIfQueueView::of(queue, &answer.grid));
        Self { interval_minutes: minutes, queues: queues.collect(), pool }
    }
}

impl WhatIfQueueView {
    fn of(queue: &WhatIfQueue, grid: &IntervalGrid) -> Self {
        let is_told = |one: &Changed| one.volume > 0.0 || one.heads > 0 || one.found.backlog > 0.005;
        let points = grid.intervals().zip(queue.before.iter().zip(&queue.after));
        let points = points.filter(|(_, (before, after))| is_told(before) || is_told(after));
        Self {
            queue_id: queue.queue_id.0,
            queue: queue.name.clone(),
            service_level_before: week_level(&queue.before),
            service_level_after: week_level(&queue.after),
            points: points
                .map(|(at, (before, after))| WhatIfPointView { starts_at: at.start, before: before.into(), after: after.into() })
                .collect(),
        }
    }
}

fn week_level(intervals: &[Changed]) -> Option<f64> {
    let all: f64 = intervals.iter().map(|interval| interval.volume).sum();
    let levels = intervals.iter().filter_map(|interval| Some(interval.volume * interval.found.service?.service_level));
    (all > 0.0).then(|| levels.sum::<f64>() / all)
}

/// Ask what the service would be if volume, handling, chats at once or heads were different.
///
/// Nothing is stored. An interval inherits the queue that the one before leaves, so that a shortage shows where it is felt.
/// Outside the hours that the requirement serves nothing is expected.
#[utoipa::path(tag = "planning", request_body = WhatIfCreate,
    responses((status = 200, description = "The service by queue and interval, as it is and as it would be", body = WhatIfView),
        (status = 404, description = "The roster or requirement is not there, or outside the key's scope",
            body = crate::http::problem::Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("read-plans"))))]
#[post("/what-ifs")]
pub async fn answer_what_if(caller: Caller, state: Data<AppState>, body: Json<WhatIfCreate>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadPlans)?;
    let request = body.0.into_request().map_err(ServiceError::from)?;
    let answer = staffing::answer_what_if(&state.store, actor, request).await?;
    Ok(HttpResponse::Ok().json(WhatIfView::of(&answer)))
}

//! Corrections of time worked: each a new entry, never changed.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, ListQuery, PageQuery, PageView};
use super::problem::ApiError;
use super::state::AppState;
use crate::domain::access::Permission::{ManageLeave, ReadRosters};
use crate::domain::calendar::Interval;
use crate::domain::ids::{AgentId, TimeCorrectionId};
use crate::domain::labour::TimeCorrection;
use crate::services::labour::{add_correction, list_corrections};
use crate::store::time_corrections::TimeCorrectionFilter;

/// Time that was worked beyond the roster, or not worked as it says. Of several on one moment the last counts: another one
/// takes a correction back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "starts_at": "2026-11-20T10:00:00Z",
    "ends_at": "2026-11-20T10:45:00Z", "is_worked": true, "reason": "大促加班" }))]
pub struct TimeCorrectionCreate {
    /// Whose.
    pub agent_id: Uuid,
    /// First moment, a whole minute.
    pub starts_at: DateTime<Utc>,
    /// First moment after, a whole minute, 48 hours later at most and not in the future.
    pub ends_at: DateTime<Utc>,
    /// Whether the agent worked then.
    pub is_worked: bool,
    /// Why, in 1-500 characters.
    pub reason: String,
}

/// A correction of time worked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-000000000000",
    "starts_at": "2026-11-20T10:00:00Z", "ends_at": "2026-11-20T10:45:00Z", "is_worked": true, "reason": "大促加班",
    "author": "李组长", "made_at": "2026-11-21T08:00:00Z" }))]
pub struct TimeCorrectionView {
    /// Identity.
    pub id: Uuid,
    /// Whose.
    pub agent_id: Uuid,
    /// First moment.
    pub starts_at: DateTime<Utc>,
    /// First moment after.
    pub ends_at: DateTime<Utc>,
    /// Whether the agent worked then.
    pub is_worked: bool,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// Since when it counts.
    pub made_at: DateTime<Utc>,
}

impl From<TimeCorrection> for TimeCorrectionView {
    fn from(value: TimeCorrection) -> Self {
        Self {
            id: value.id.0,
            agent_id: value.agent_id.0,
            starts_at: value.span.start,
            ends_at: value.span.end,
            is_worked: value.is_worked,
            reason: value.reason,
            author: value.author,
            made_at: value.made_at,
        }
    }
}

/// Which corrections to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimeCorrectionQuery {
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only those that end after this time.
    #[param(nullable = false)]
    pub from: Option<DateTime<Utc>>,
    /// Only those that begin before this time.
    #[param(nullable = false)]
    pub until: Option<DateTime<Utc>>,
}

/// Correct the time that an agent worked. The ledger and what is to be paid follow at once.
#[utoipa::path(tag = "labour", request_body = TimeCorrectionCreate,
    responses((status = 201, description = "Made", body = TimeCorrectionView)),
    extensions(("x-permission" = json!(ManageLeave))))]
#[post("/time-corrections")]
pub async fn create_time_correction(
    caller: Caller,
    state: Data<AppState>,
    body: Json<TimeCorrectionCreate>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageLeave)?;
    let now = Utc::now();
    let TimeCorrectionCreate { agent_id, starts_at, ends_at, is_worked, reason } = body.0;
    let correction = TimeCorrection {
        id: TimeCorrectionId::generate(),
        agent_id: AgentId(agent_id),
        span: Interval { start: starts_at, end: ends_at },
        is_worked,
        reason,
        author: actor.name.clone(),
        made_at: now,
    };
    let made = add_correction(&state.store, actor, correction, now).await?;
    Ok(HttpResponse::Created().json(TimeCorrectionView::from(made)))
}

/// List corrections of agents within reach; for a key of the role agent its own.
#[utoipa::path(tag = "labour", params(PageQuery, TimeCorrectionQuery),
    responses((status = 200, description = "A page, the first made first", body = PageView<TimeCorrectionView>)),
    extensions(("x-permission" = json!(ReadRosters))))]
#[get("/time-corrections")]
pub async fn list_time_corrections(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<TimeCorrectionQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadRosters)?;
    let TimeCorrectionQuery { agent_id, from, until } = query.filter;
    let (start, end) = (
        from.unwrap_or(DateTime::UNIX_EPOCH),
        until.unwrap_or(DateTime::from_timestamp(32_503_680_000, 0).expect("the year 3000 is there")),
    );
    let overlapping = Some(Interval { start, end });
    let filter = TimeCorrectionFilter { scope: &actor.scope, agent_id: agent_id.map(AgentId), overlapping };
    let listed = list_corrections(&state.store, actor, filter, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |row| row.id.0, TimeCorrectionView::from)))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(create_time_correction).service(list_time_corrections);
}

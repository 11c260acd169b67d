//! Staffing requirements: what runs made of forecasts.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{ListQuery, PageQuery, PageView, Path};
use super::problem::ApiError;
use super::state::AppState;
use super::words::BindingGoalView;
use crate::domain::access::Permission::ReadFigures;
use crate::domain::access::Scope;
use crate::domain::calendar::IntervalGrid;
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::{RequirementId, TeamId};
use crate::services::ServiceError;
use crate::store::WeekFilter;
use crate::store::requirements::{self, RequirementHead};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_requirements).service(get_requirement);
}

/// Whose plans of which week to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WeekQuery {
    /// Only those of this team.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of the week that this Monday names.
    #[param(nullable = false)]
    pub week_start: Option<NaiveDate>,
}

impl WeekQuery {
    /// As the store takes it.
    pub(super) fn within<'a>(&self, scope: &'a Scope) -> WeekFilter<'a> {
        WeekFilter { scope, team_id: self.team_id.map(TeamId), week_start: self.week_start }
    }
}

/// Pairs every point with the start of its interval.
pub(super) fn dated<'a, P>(grid: &'a IntervalGrid, points: &'a [P]) -> impl Iterator<Item = (DateTime<Utc>, &'a P)> {
    grid.intervals().map(|interval| interval.start).zip(points)
}

/// A stored staffing requirement, without its figures.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "run_id": "01936d7e-0000-7000-8000-000000000001",
    "forecast_id": "01936d7e-0000-7000-8000-000000000003", "team_id": "01936d7e-0000-7000-8000-000000000002",
    "week_start": "2026-11-30", "created_at": "2026-11-26T12:00:01Z" }))]
pub struct RequirementHeadView {
    /// Identity.
    pub id: Uuid,
    /// The run that made it.
    pub run_id: Uuid,
    /// What it was sized from.
    pub forecast_id: Uuid,
    /// Whose queues.
    pub team_id: Uuid,
    /// The Monday that names the week.
    pub week_start: NaiveDate,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

impl From<RequirementHead> for RequirementHeadView {
    fn from(head: RequirementHead) -> Self {
        Self {
            id: head.id.0,
            run_id: head.run_id.0,
            forecast_id: head.forecast_id.0,
            team_id: head.team_id.0,
            week_start: head.week_start,
            created_at: head.created_at,
        }
    }
}

/// A staffing requirement.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RequirementView {
    /// What it is.
    #[serde(flatten)]
    pub head: RequirementHeadView,
    /// The planning step, in minutes.
    pub interval_minutes: u32,
    /// By queue.
    pub queues: Vec<QueueRequirementView>,
}

/// Staff that one queue needs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueRequirementView {
    /// The queue.
    pub queue_id: Uuid,
    /// By interval.
    pub points: Vec<RequirementPointView>,
}

/// Staff that one queue needs in one interval.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "starts_at": "2026-11-30T01:00:00Z", "on_seat": 4, "required": 5, "service_level": 0.86,
    "occupancy": 0.71, "is_peak": false, "binding": "service_goal" }))]
pub struct RequirementPointView {
    /// Start of the interval.
    pub starts_at: DateTime<Utc>,
    /// Heads on seat that meet the service goal, the occupancy cap and minimum cover.
    pub on_seat: u32,
    /// Heads to roster so that after shrinkage that many are on seat.
    pub required: u32,
    /// Expected share answered in time, 0-1; `null` where no inquiry is expected.
    pub service_level: Option<f64>,
    /// Expected busy share of on-seat time, 0-1; `null` without anyone on seat.
    pub occupancy: Option<f64>,
    /// Whether a peak window holds.
    pub is_peak: bool,
    /// What decides the heads on seat: the goal that one head fewer would miss; `null` where nobody is needed.
    pub binding: Option<BindingGoalView>,
}

impl RequirementView {
    fn of(head: RequirementHead, requirement: &StaffingRequirement) -> Self {
        let queues = requirement.queues.iter().map(|queue| QueueRequirementView {
            queue_id: queue.queue_id.0,
            points: dated(&requirement.grid, &queue.points)
                .map(|(starts_at, point)| RequirementPointView {
                    starts_at,
                    on_seat: point.on_seat,
                    required: point.required,
                    service_level: point.service_level,
                    occupancy: point.occupancy,
                    is_peak: point.is_peak,
                    binding: point.binding.map(Into::into),
                })
                .collect(),
        });
        Self { head: head.into(), interval_minutes: requirement.step().get(), queues: queues.collect() }
    }
}

/// List staffing requirements.
#[utoipa::path(tag = "planning", params(WeekQuery, PageQuery),
    responses((status = 200, description = "A page of requirements, without their figures", body = PageView<RequirementHeadView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/requirements")]
pub async fn list_requirements(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<WeekQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let listed = requirements::list(&state.store, &query.filter.within(&actor.scope), query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |head| head.id.0, RequirementHeadView::from)))
}

/// Read a staffing requirement: heads by queue and interval, with the service they give.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The requirement")),
    responses((status = 200, description = "The requirement", body = RequirementView)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/requirements/{id}")]
pub async fn get_requirement(caller: Caller, state: Data<AppState>, id: Path<RequirementId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let found = requirements::get(&state.store, id.0).await?.filter(|(head, _)| actor.scope.reaches(head.team_id));
    let (head, requirement) = found.ok_or_else(|| ServiceError::NotFound { what: "requirement", id: id.0.to_string() })?;
    Ok(HttpResponse::Ok().json(RequirementView::of(head, &requirement)))
}

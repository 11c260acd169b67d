//! When the clock plans for a team.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{IfMatch, Json, Path, versioned};
use super::problem::ApiError;
use super::state::AppState;
use super::windows::{clock, minute};
use crate::domain::access::Permission::{ManageOrganisation, ReadOrganisation};
use crate::domain::calendar::{DAY_MINUTES, IntervalMinutes};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::TeamId;
use crate::services::ServiceError;
use crate::services::planning_policies::{self, CurrentPolicy};
use crate::store::team_policies::TeamPolicy;

/// When the clock plans for a team, as a whole. What is absent has its usual value, not the one it had before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "is_enabled": true, "build_days_ahead": 3, "build_at": "03:00", "forecast_at": "02:00",
    "interval_minutes": 30 }))]
pub struct PlanningPolicyPut {
    /// Whether the clock does anything for the team.
    pub is_enabled: bool,
    /// How many days before its Monday a week is built, 1-28; 3 if absent.
    #[serde(default = "default_days_ahead")]
    #[schema(minimum = 1, maximum = 28)]
    pub build_days_ahead: u32,
    /// Local time of that day, `HH:MM`; 03:00 if absent.
    #[serde(default = "default_build_at")]
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub build_at: String,
    /// Local time of every day at which the forecast is refreshed, `HH:MM`; 02:00 if absent.
    #[serde(default = "default_forecast_at")]
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub forecast_at: String,
    /// The step it is planned in: 15, 30 or 60; 30 if absent.
    #[serde(default = "default_interval")]
    pub interval_minutes: u32,
}

fn default_days_ahead() -> u32 {
    3
}

fn default_build_at() -> String {
    "03:00".into()
}

fn default_forecast_at() -> String {
    "02:00".into()
}

fn default_interval() -> u32 {
    IntervalMinutes::HALF_HOUR.get()
}

impl PlanningPolicyPut {
    fn into_policy(self, team_id: TeamId) -> Result<TeamPolicy, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let build_days_ahead = self.build_days_ahead;
        let is_ahead = (1..=28).contains(&build_days_ahead);
        faults.expect(is_ahead, "/build_days_ahead", format!("must be between 1 and 28, got {build_days_ahead}"));
        let build_at = time_of_day("/build_at", &self.build_at, &mut faults);
        let forecast_at = time_of_day("/forecast_at", &self.forecast_at, &mut faults);
        let interval_minutes = faults.take("/interval_minutes", IntervalMinutes::new(self.interval_minutes));
        let policy = || {
            Some(TeamPolicy {
                team_id,
                is_enabled: self.is_enabled,
                build_days_ahead,
                build_at_minute: build_at?,
                forecast_at_minute: forecast_at?,
                interval_minutes: interval_minutes?,
            })
        };
        faults.into_result(policy())
    }
}

fn time_of_day(pointer: &str, text: &str, faults: &mut Faults) -> Option<u32> {
    let at = minute(text).filter(|minute| *minute < DAY_MINUTES);
    faults.expect(at.is_some(), pointer, format!("must be a time such as 03:00, before 24:00; got `{text}`"));
    at
}

/// When the clock plans for a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "is_enabled": true, "build_days_ahead": 3,
    "build_at": "03:00", "forecast_at": "02:00", "interval_minutes": 30, "version": 1, "updated_at": "2026-11-22T08:00:00Z" }))]
pub struct PlanningPolicyView {
    /// The team.
    pub team_id: Uuid,
    /// Whether the clock does anything for the team.
    pub is_enabled: bool,
    /// How many days before its Monday a week is built.
    pub build_days_ahead: u32,
    /// Local time of that day, `HH:MM`.
    pub build_at: String,
    /// Local time of every day at which the forecast is refreshed, `HH:MM`.
    pub forecast_at: String,
    /// The step it is planned in.
    pub interval_minutes: u32,
    /// Counts changes, the `ETag`; 0 while nobody has set the policy.
    pub version: i32,
    /// When it was last set; `null` while nobody has.
    pub updated_at: Option<DateTime<Utc>>,
}

impl From<CurrentPolicy> for PlanningPolicyView {
    fn from(current: CurrentPolicy) -> Self {
        let CurrentPolicy { policy, version, updated_at } = current;
        Self {
            team_id: policy.team_id.0,
            is_enabled: policy.is_enabled,
            build_days_ahead: policy.build_days_ahead,
            build_at: clock(policy.build_at_minute),
            forecast_at: clock(policy.forecast_at_minute),
            interval_minutes: policy.interval_minutes.get(),
            version,
            updated_at,
        }
    }
}

/// Read when the clock plans for a team. One that nobody has set is disabled and at version 0.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The team")),
    responses((status = 200, description = "As it is", body = PlanningPolicyView)),
    extensions(("x-permission" = json!(ReadOrganisation))))]
#[get("/teams/{id}/planning-policy")]
pub async fn get_planning_policy(caller: Caller, state: Data<AppState>, id: Path<TeamId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadOrganisation)?;
    let current = planning_policies::get_policy(&state.store, actor, id.0).await?;
    Ok(versioned(current.version, PlanningPolicyView::from(current)))
}

/// Set when the clock plans for a team.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The team")), request_body = PlanningPolicyPut,
    responses((status = 200, description = "As it is now", body = PlanningPolicyView)),
    extensions(("x-permission" = json!(ManageOrganisation)), ("x-if-match" = json!(true))))]
#[put("/teams/{id}/planning-policy")]
pub async fn put_planning_policy(
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
    if_match: IfMatch,
    body: Json<PlanningPolicyPut>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let policy = body.0.into_policy(id.0).map_err(ServiceError::from)?;
    let current = planning_policies::put_policy(&state.store, actor, policy, if_match.0, Utc::now()).await?;
    Ok(versioned(current.version, PlanningPolicyView::from(current)))
}

/// Registers the routes.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(get_planning_policy).service(put_planning_policy);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_policy_is_told_at_once_and_the_rest_has_usual_values() {
        let policy = |text: &str| serde_json::from_str::<PlanningPolicyPut>(text).unwrap().into_policy(TeamId::generate());
        assert_eq!(policy(r#"{ "is_enabled": true }"#).unwrap().build_at_minute, 180);
        let wrong =
            r#"{ "is_enabled": true, "build_days_ahead": 0, "build_at": "24:00", "forecast_at": "2", "interval_minutes": 20 }"#;
        let pointers: Vec<String> = policy(wrong).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["#/build_days_ahead", "#/build_at", "#/forecast_at", "#/interval_minutes"]);
    }
}

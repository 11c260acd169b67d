//! When alerts open: the organisation's rules, and those of teams.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, put};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, Path};
use super::figures::DailyWindowView;
use super::problem::ApiError;
use super::state::AppState;
use super::words::{AlertKindView, BadSideView, SeverityView};
use crate::domain::access::Permission::{ManageOrganisation, ReadFigures};
use crate::domain::alert::AlertRule;
use crate::domain::ids::{AgentId, TeamId};
use crate::services::{ServiceError, alerts};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_alert_rules)
        .service(put_alert_rule)
        .service(list_team_alert_rules)
        .service(put_team_alert_rule)
        .service(delete_team_alert_rule);
}

/// When an alert opens, and when it is over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "code": "slow_3min_reply", "kind": "figure", "severity": "warning", "name_zh": "3分钟人工回复率偏低",
    "name_en": "Low 3-minute rate", "figure": "within_3min_rate", "days": 2, "min_counted": 100.0, "bad_side": "below",
    "open_at": 0.9, "clear_at": 0.92, "clear_checks": 4, "quiet": { "start_minute": 1320, "end_minute": 480 },
    "is_enabled": true, "owner_id": null }))]
pub struct AlertRuleView {
    /// Short name, unique.
    pub code: String,
    /// What is watched.
    pub kind: AlertKindView,
    /// How much it matters.
    pub severity: SeverityView,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// For a figure, which: the code of a definition.
    pub figure: Option<String>,
    /// For a figure, over how many days up to today.
    pub days: Option<u32>,
    /// For a figure, the least that must have been counted.
    pub min_counted: f64,
    /// On which side a value is bad.
    pub bad_side: BadSideView,
    /// Beyond this edge an alert opens; shares are 0-1.
    pub open_at: f64,
    /// Back at this edge a check counts as clear.
    pub clear_at: f64,
    /// So many clear checks in a row end it.
    pub clear_checks: u32,
    /// When nothing opens, by the clocks of the site; `null` for never.
    pub quiet: Option<DailyWindowView>,
    /// Whether it is watched at all.
    pub is_enabled: bool,
    /// Who answers for its alerts; `null` for the leader of each team.
    pub owner_id: Option<Uuid>,
}

impl From<AlertRule> for AlertRuleView {
    fn from(rule: AlertRule) -> Self {
        Self {
            code: rule.code,
            kind: rule.kind.into(),
            severity: rule.severity.into(),
            name_zh: rule.name_zh,
            name_en: rule.name_en,
            figure: rule.figure,
            days: rule.days,
            min_counted: rule.min_counted,
            bad_side: rule.bad_side.into(),
            open_at: rule.open_at,
            clear_at: rule.clear_at,
            clear_checks: rule.clear_checks,
            quiet: rule.quiet.map(Into::into),
            is_enabled: rule.is_enabled,
            owner_id: rule.owner_id.map(Into::into),
        }
    }
}

/// An alert rule as it holds for a team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamAlertRuleView {
    /// The rule.
    #[serde(flatten)]
    pub rule: AlertRuleView,
    /// The team itself or the nearest above that says so; `null` for the organisation's.
    pub set_by_team_id: Option<Uuid>,
}

impl From<(AlertRule, Option<TeamId>)> for TeamAlertRuleView {
    fn from((rule, set_by): (AlertRule, Option<TeamId>)) -> Self {
        Self { rule: rule.into(), set_by_team_id: set_by.map(Into::into) }
    }
}

/// What users may change of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "severity": "warning", "min_counted": 100, "open_at": 0.9, "clear_at": 0.92, "clear_checks": 4,
    "quiet": { "start_minute": 1320, "end_minute": 480 }, "is_enabled": true }))]
pub struct AlertRuleChange {
    /// `notice`, `warning` or `critical`; quiet hours do not hold back what is critical.
    pub severity: SeverityView,
    /// For a figure, the least that must have been counted.
    pub min_counted: f64,
    /// Beyond this edge an alert opens; shares are 0-1.
    pub open_at: f64,
    /// Back at this edge a check counts as clear.
    pub clear_at: f64,
    /// So many clear checks in a row, a quarter of an hour apart, end it, 1-100.
    pub clear_checks: u32,
    /// When nothing opens, by the clocks of the site; `null` for never.
    pub quiet: Option<DailyWindowView>,
    /// Whether it is watched at all.
    pub is_enabled: bool,
    /// Who answers for its alerts; absent for the leader of each team.
    pub owner_id: Option<Uuid>,
}

impl AlertRuleChange {
    fn of(self, rule: &AlertRule) -> AlertRule {
        AlertRule {
            severity: self.severity.into(),
            min_counted: self.min_counted,
            open_at: self.open_at,
            clear_at: self.clear_at,
            clear_checks: self.clear_checks,
            quiet: self.quiet.map(Into::into),
            is_enabled: self.is_enabled,
            owner_id: self.owner_id.map(AgentId),
            ..rule.clone()
        }
    }
}

/// List the alert rules.
#[utoipa::path(tag = "alerts", responses((status = 200, description = "All rules", body = Vec<AlertRuleView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/alert-rules")]
pub async fn list_alert_rules(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.may(ReadFigures)?;
    let rules = alerts::rules(&state.store).await.map_err(ServiceError::from)?;
    Ok(HttpResponse::Ok().json(rules.into_iter().map(AlertRuleView::from).collect::<Vec<_>>()))
}

/// Change the edges, quiet hours and weight of an alert rule. Needs a key that reaches the whole organisation.
#[utoipa::path(tag = "alerts", params(("code" = String, Path, description = "The rule")), request_body = AlertRuleChange,
    responses((status = 200, description = "The rule as it is now", body = AlertRuleView)),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[put("/alert-rules/{code}")]
pub async fn put_alert_rule(
    caller: Caller,
    state: Data<AppState>,
    code: Path<String>,
    body: Json<AlertRuleChange>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let rule = alerts::change_rule(&state.store, actor, (None, code.0.as_str()), |rule| body.0.of(rule), Utc::now()).await?;
    Ok(HttpResponse::Ok().json(AlertRuleView::from(rule)))
}

/// List the alert rules as they hold for a team: its own, those of the nearest team above that has its own, or the organisation's.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The team")),
    responses((status = 200, description = "All rules", body = Vec<TeamAlertRuleView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/teams/{id}/alert-rules")]
pub async fn list_team_alert_rules(caller: Caller, state: Data<AppState>, id: Path<TeamId>) -> Result<HttpResponse, ApiError> {
    let rules = alerts::rules_of(&state.store, caller.may(ReadFigures)?, id.0).await?;
    Ok(HttpResponse::Ok().json(rules.into_iter().map(TeamAlertRuleView::from).collect::<Vec<_>>()))
}

/// Change the edges, quiet hours, weight and owner of an alert rule for a team and those below it that have none of their own.
#[utoipa::path(tag = "alerts", request_body = AlertRuleChange,
    params(("id" = Uuid, Path, description = "The team"), ("code" = String, Path, description = "The rule")),
    responses((status = 200, description = "The rule as it is now", body = TeamAlertRuleView)),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[put("/teams/{id}/alert-rules/{code}")]
pub async fn put_team_alert_rule(
    caller: Caller,
    state: Data<AppState>,
    path: Path<(TeamId, String)>,
    body: Json<AlertRuleChange>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let (team_id, code) = path.0;
    let wanted = (Some(team_id), code.as_str());
    let rule = alerts::change_rule(&state.store, actor, wanted, |rule| body.0.of(rule), Utc::now()).await?;
    Ok(HttpResponse::Ok().json(TeamAlertRuleView::from((rule, Some(team_id)))))
}

/// Give up an alert rule of a team's own: that of the team above holds again, or the organisation's.
#[utoipa::path(tag = "alerts",
    params(("id" = Uuid, Path, description = "The team"), ("code" = String, Path, description = "The rule")),
    responses((status = 200, description = "The rule as it holds now", body = TeamAlertRuleView)),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[delete("/teams/{id}/alert-rules/{code}")]
pub async fn delete_team_alert_rule(
    caller: Caller,
    state: Data<AppState>,
    path: Path<(TeamId, String)>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let (team_id, code) = path.0;
    let held = alerts::remove_rule(&state.store, actor, team_id, &code, Utc::now()).await?;
    Ok(HttpResponse::Ok().json(TeamAlertRuleView::from(held)))
}

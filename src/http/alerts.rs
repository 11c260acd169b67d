//! Alerts: what went wrong, until it is verified gone.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, ListQuery, PageQuery, PageView, Path};
use super::problem::{ApiError, Problem};
use super::state::AppState;
use super::words::{AlertKindView, AlertStateView, SeverityView};
use crate::domain::access::Permission::{ManageOrganisation, ReadFigures, TendTeam};
use crate::domain::alert::{Alert, AlertKind, AlertRule, AlertState, BadSide, Mark, Severity};
use crate::domain::figure::DailyWindow;
use crate::domain::ids::{AgentId, AlertId, TeamId};
use crate::services::{ServiceError, alerts};
use crate::store::alerts::{AlertFilter, StoredAlert};
use crate::team::alerts::Act;

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_alerts)
        .service(get_alert)
        .service(acknowledge_alert)
        .service(resolve_alert)
        .service(verify_alert)
        .service(list_alert_rules)
        .service(put_alert_rule)
        .service(list_team_alert_rules)
        .service(put_team_alert_rule)
        .service(delete_team_alert_rule);
}

/// Which alerts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only `figure`, `compliance`, `coverage` or `missing_registers`.
    #[param(nullable = false, value_type = Option<AlertKindView>)]
    pub kind: Option<AlertKind>,
    /// Only `open`, `acknowledged`, `resolved` or `verified`.
    #[param(nullable = false, value_type = Option<AlertStateView>)]
    pub state: Option<AlertState>,
}

/// Who took a step, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkView {
    /// Display name; `clock` for the watch.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said.
    pub note: String,
}

impl From<Mark> for MarkView {
    fn from(Mark { by, at, note }: Mark) -> Self {
        Self { by, at, note }
    }
}

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "rule": "slow_3min_reply", "kind": "figure",
    "severity": "warning", "subject": "01936d7e-0000-7000-8000-000000000001",
    "team_id": "01936d7e-0000-7000-8000-000000000001", "shop_id": null, "owner_id": null,
    "cause_zh": "一组：3分钟人工回复率 75.0 %，低于 90.0 %（自 2026-11-21 起，样本 200）",
    "cause_en": "一组: 3-minute rate 75.0 %, below 90.0 % (150 of 200 since 2026-11-21)", "value": 0.75, "worst": 0.71,
    "open_at": 0.9, "state": "open", "opened_at": "2026-11-22T06:00:00Z", "last_bad_at": "2026-11-22T08:15:00Z",
    "occurrences": 10, "reopened": 0, "clear_checks": 0, "acknowledged": null, "resolved": null, "verified": null }))]
pub struct AlertView {
    /// Identity.
    pub id: Uuid,
    /// The rule that opened it.
    pub rule: String,
    /// What is watched.
    #[schema(value_type = AlertKindView)]
    pub kind: AlertKind,
    /// How much it matters.
    #[schema(value_type = SeverityView)]
    pub severity: Severity,
    /// What it is about, within its rule.
    pub subject: String,
    /// The team it concerns.
    pub team_id: Uuid,
    /// The shop, where it is about one.
    pub shop_id: Option<Uuid>,
    /// Who answers for it: the team's leader, where it has one.
    pub owner_id: Option<Uuid>,
    /// The cause in words, in Chinese.
    pub cause_zh: String,
    /// The cause in words, in English.
    pub cause_en: String,
    /// The value last seen.
    pub value: f64,
    /// The worst value seen.
    pub worst: f64,
    /// The edge it went beyond.
    pub open_at: f64,
    /// How far it has come.
    #[schema(value_type = AlertStateView)]
    pub state: AlertState,
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// When it was last seen bad.
    pub last_bad_at: DateTime<Utc>,
    /// How many checks saw it bad; it is not told again for each.
    pub occurrences: u32,
    /// How often it came back after it was said to be dealt with.
    pub reopened: u32,
    /// Clear checks in a row.
    pub clear_checks: u32,
    /// Who took it up.
    pub acknowledged: Option<MarkView>,
    /// Who said it is dealt with.
    pub resolved: Option<MarkView>,
    /// Who saw it gone.
    pub verified: Option<MarkView>,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id.0,
            rule: alert.rule_code,
            kind: alert.kind,
            severity: alert.severity,
            subject: alert.subject,
            team_id: alert.team_id.0,
            shop_id: alert.shop_id.map(Into::into),
            owner_id: alert.owner_id.map(Into::into),
            cause_zh: alert.cause_zh,
            cause_en: alert.cause_en,
            value: alert.value,
            worst: alert.worst,
            open_at: alert.open_at,
            state: alert.state,
            opened_at: alert.opened_at,
            last_bad_at: alert.last_bad_at,
            occurrences: alert.occurrences,
            reopened: alert.reopened,
            clear_checks: alert.clear_checks,
            acknowledged: alert.acknowledged.map(Into::into),
            resolved: alert.resolved.map(Into::into),
            verified: alert.verified.map(Into::into),
        }
    }
}

/// A step with a word on it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "晚班加一人" }))]
pub struct AlertStep {
    /// What was found or done, at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

/// When an alert opens, and when it is over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "code": "slow_3min_reply", "kind": "figure", "severity": "warning", "name_zh": "3分钟人工回复率偏低",
    "name_en": "Low 3-minute rate", "figure": "within_3min_rate", "days": 2, "min_counted": 100, "bad_side": "below",
    "open_at": 0.9, "clear_at": 0.92, "clear_checks": 4, "quiet": { "start_minute": 1320, "end_minute": 480 },
    "is_enabled": true }))]
pub struct AlertRuleView {
    /// The rule.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub rule: AlertRule,
}

/// An alert rule as it holds for a team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamAlertRuleView {
    /// The rule.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub rule: AlertRule,
    /// The team itself or the nearest above that says so; `null` for the organisation's.
    pub set_by_team_id: Option<Uuid>,
}

impl From<(AlertRule, Option<TeamId>)> for TeamAlertRuleView {
    fn from((rule, set_by): (AlertRule, Option<TeamId>)) -> Self {
        Self { rule, set_by_team_id: set_by.map(Into::into) }
    }
}

/// What users may change of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "severity": "warning", "min_counted": 100, "open_at": 0.9, "clear_at": 0.92, "clear_checks": 4,
    "quiet": { "start_minute": 1320, "end_minute": 480 }, "is_enabled": true }))]
pub struct AlertRuleChange {
    /// `notice`, `warning` or `critical`; quiet hours do not hold back what is critical.
    #[schema(value_type = SeverityView)]
    pub severity: Severity,
    /// For a figure, the least that must have been counted.
    pub min_counted: f64,
    /// Beyond this edge an alert opens; shares are 0-1.
    pub open_at: f64,
    /// Back at this edge a check counts as clear.
    pub clear_at: f64,
    /// So many clear checks in a row, a quarter of an hour apart, end it, 1-100.
    pub clear_checks: u32,
    /// When nothing opens, by the clocks of the site; `null` for never.
    #[schema(value_type = Option<Object>)]
    pub quiet: Option<DailyWindow>,
    /// Whether it is watched at all.
    pub is_enabled: bool,
    /// Who answers for its alerts; absent for the leader of each team.
    pub owner_id: Option<Uuid>,
}

impl AlertRuleChange {
    fn of(self, rule: &AlertRule) -> AlertRule {
        let Self { severity, min_counted, open_at, clear_at, clear_checks, quiet, is_enabled, owner_id } = self;
        let (bad_side, owner_id): (BadSide, _) = (rule.bad_side, owner_id.map(AgentId));
        AlertRule {
            severity,
            min_counted,
            open_at,
            clear_at,
            clear_checks,
            quiet,
            is_enabled,
            bad_side,
            owner_id,
            ..rule.clone()
        }
    }
}

/// List alerts of teams within reach, oldest first.
#[utoipa::path(tag = "alerts", params(AlertQuery, PageQuery),
    responses((status = 200, description = "A page of alerts", body = PageView<AlertView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/alerts")]
pub async fn list_alerts(caller: Caller, state: Data<AppState>, query: ListQuery<AlertQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadFigures)?;
    let AlertQuery { team_id, kind, state: wanted } = query.filter;
    let filter = AlertFilter { scope: &actor.scope, team_id: team_id.map(TeamId), kind, state: wanted };
    let listed = crate::store::alerts::list(&state.store, &filter, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |found| found.alert.id.0, |found| AlertView::from(found.alert))))
}

/// Read an alert.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The alert")),
    responses((status = 200, description = "The alert", body = AlertView)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/alerts/{id}")]
pub async fn get_alert(caller: Caller, state: Data<AppState>, id: Path<AlertId>) -> Result<HttpResponse, ApiError> {
    let found = alerts::get(&state.store, caller.may(ReadFigures)?, id.0).await?;
    Ok(answer(found))
}

/// Take an alert up.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The alert")), request_body = AlertStep,
    responses((status = 200, description = "The alert", body = AlertView),
        (status = 409, description = "`alert-not-now`: it is not open", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/alerts/{id}/acknowledge")]
pub async fn acknowledge_alert(
    caller: Caller,
    state: Data<AppState>,
    id: Path<AlertId>,
    body: Json<AlertStep>,
) -> Result<HttpResponse, ApiError> {
    take(&caller, &state, id.0, Act::Acknowledge, body.0).await
}

/// Say that what an alert is about is dealt with: the watch looks again, and opens the same alert if it is not.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The alert")), request_body = AlertStep,
    responses((status = 200, description = "The alert", body = AlertView),
        (status = 409, description = "`alert-not-now`: it is resolved already", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/alerts/{id}/resolve")]
pub async fn resolve_alert(
    caller: Caller,
    state: Data<AppState>,
    id: Path<AlertId>,
    body: Json<AlertStep>,
) -> Result<HttpResponse, ApiError> {
    take(&caller, &state, id.0, Act::Resolve, body.0).await
}

/// Answer for it that what a resolved alert was about is gone.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The alert")), request_body = AlertStep,
    responses((status = 200, description = "The alert", body = AlertView),
        (status = 409, description = "`alert-not-now`: it is not resolved", body = Problem, content_type = "application/problem+json")),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/alerts/{id}/verify")]
pub async fn verify_alert(
    caller: Caller,
    state: Data<AppState>,
    id: Path<AlertId>,
    body: Json<AlertStep>,
) -> Result<HttpResponse, ApiError> {
    take(&caller, &state, id.0, Act::Verify, body.0).await
}

async fn take(caller: &Caller, state: &AppState, id: AlertId, act: Act, step: AlertStep) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    Ok(answer(alerts::take_step(&state.store, actor, id, act, step.note, Utc::now()).await?))
}

fn answer(found: StoredAlert) -> HttpResponse {
    HttpResponse::Ok().json(AlertView::from(found.alert))
}

/// List the alert rules.
#[utoipa::path(tag = "alerts", responses((status = 200, description = "All rules", body = Vec<AlertRuleView>)),
    extensions(("x-permission" = json!("read-figures"))))]
#[get("/alert-rules")]
pub async fn list_alert_rules(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    caller.may(ReadFigures)?;
    let rules = alerts::rules(&state.store).await.map_err(ServiceError::from)?;
    Ok(HttpResponse::Ok().json(rules.into_iter().map(|rule| AlertRuleView { rule }).collect::<Vec<_>>()))
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
    Ok(HttpResponse::Ok().json(AlertRuleView { rule }))
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

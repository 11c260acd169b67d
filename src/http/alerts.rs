//! Alerts: what went wrong, until it is verified gone.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, ListQuery, PageQuery, PageView, Path};
use super::mark::MarkView;
use super::problem::{ApiError, Problem};
use super::state::AppState;
use super::words::{AlertKindView, AlertStateView, SeverityView};
use crate::domain::access::Permission::{ReadFigures, TendTeam};
use crate::domain::alert::{Alert, AlertKind, AlertState, Severity};
use crate::domain::ids::{AlertId, TeamId};
use crate::services::alerts;
use crate::store::alerts::{AlertFilter, StoredAlert};
use crate::team::alerts::Act;

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(list_alerts).service(get_alert).service(acknowledge_alert).service(resolve_alert).service(verify_alert);
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

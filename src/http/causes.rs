//! Causes of weak figures, and the actions against them.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::extract::{Json, ListQuery, PageQuery, PageView, Path};
use super::mark::MarkView;
use super::problem::ApiError;
use super::state::AppState;
use super::words::{CauseClassView, CauseStateView};
use crate::domain::access::Permission::{ReadCauses, TendTeam};
use crate::domain::cause::{Cause, CauseAction, CauseCheck, Evidence};
use crate::domain::ids::{AgentId, CauseId, TeamId};
use crate::services::causes::{self, Choice, Decision};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(propose_causes)
        .service(list_causes)
        .service(get_cause)
        .service(decide_cause)
        .service(finish_cause_action)
        .service(check_cause);
}

/// From when to when figures are read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-11-01", "until": "2026-11-21" }))]
pub struct CauseProposal {
    /// The first local date.
    pub from: NaiveDate,
    /// The last local date; at most 92 days.
    pub until: NaiveDate,
}

/// Which causes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CauseQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only `proposed`, `confirmed` or `closed`.
    #[param(nullable = false)]
    pub state: Option<CauseStateView>,
}

/// A figure that speaks for or against a cause, or for the quality of an agent's work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "figure": "satisfaction_rate", "value": 0.95, "of": 200.0, "others": 0.93, "is_weak": false }))]
pub struct EvidenceView {
    /// Short name of the figure.
    pub figure: String,
    /// The agent's value.
    pub value: f64,
    /// What was counted of the agent.
    pub of: f64,
    /// The others' value in the parts of the week that the agent worked.
    pub others: f64,
    /// Whether the agent's is weaker by more than chance.
    pub is_weak: bool,
}

impl From<Evidence> for EvidenceView {
    fn from(Evidence { figure, value, of, others, is_weak }: Evidence) -> Self {
        Self { figure, value, of, others, is_weak }
    }
}

/// Something to be done about a cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseActionView {
    /// Short name of the action.
    pub code: String,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// Who does it: the agent, or whoever leads them.
    pub owner_id: Uuid,
    /// Until when.
    pub due_on: NaiveDate,
    /// Who said it is done: that alone ends nothing.
    pub done: Option<MarkView>,
}

impl From<CauseAction> for CauseActionView {
    fn from(CauseAction { code, name_zh, name_en, owner_id, due_on, done }: CauseAction) -> Self {
        Self { code, name_zh, name_en, owner_id: owner_id.0, due_on, done: done.map(Into::into) }
    }
}

/// The figure of a cause read again.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseCheckView {
    /// On which local date.
    pub on: NaiveDate,
    /// What it said; `null` where too little was counted to say anything.
    pub found: Option<EvidenceView>,
}

impl From<CauseCheck> for CauseCheckView {
    fn from(CauseCheck { on, found }: CauseCheck) -> Self {
        Self { on, found: found.map(Into::into) }
    }
}

/// Why an agent's figure is weak, and what is done about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-0000000000a1",
    "team_id": "01936d7e-0000-7000-8000-000000000001", "figure": "order_conversion", "from": "2026-11-01", "until": "2026-11-21",
    "proposed_class": "ability", "class": "ability", "reason_zh": "回复及时而转化低：销售能力不足",
    "reason_en": "Replies in time and sells little: sales sense",
    "evidence": [ { "figure": "order_conversion", "value": 0.29, "of": 100.0, "others": 0.4, "is_weak": true } ],
    "state": "proposed", "decided": null, "actions": [], "check_on": null, "checks": [] }))]
pub struct CauseView {
    /// Identity.
    pub id: Uuid,
    /// Whose figure.
    pub agent_id: Uuid,
    /// The agent's team.
    pub team_id: Uuid,
    /// Which figure: the code of a definition.
    pub figure: String,
    /// First local date it was read over.
    pub from: NaiveDate,
    /// Last one.
    pub until: NaiveDate,
    /// What the rule table makes of it.
    pub proposed_class: CauseClassView,
    /// The class that counts: the leader's, once there is one.
    pub class: CauseClassView,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
    /// The figures that led there.
    pub evidence: Vec<EvidenceView>,
    /// How far it has come.
    pub state: CauseStateView,
    /// Who decided on the class; `null` before.
    pub decided: Option<MarkView>,
    /// What is done about it.
    pub actions: Vec<CauseActionView>,
    /// When the figure is read again; `null` before a leader decided, and once it is closed.
    pub check_on: Option<NaiveDate>,
    /// The times it was read again.
    pub checks: Vec<CauseCheckView>,
}

impl From<Cause> for CauseView {
    fn from(cause: Cause) -> Self {
        Self {
            id: cause.id.0,
            agent_id: cause.agent_id.0,
            team_id: cause.team_id.0,
            figure: cause.figure,
            from: cause.from,
            until: cause.until,
            proposed_class: cause.proposed_class.into(),
            class: cause.class.into(),
            reason_zh: cause.reason_zh,
            reason_en: cause.reason_en,
            evidence: cause.evidence.into_iter().map(Into::into).collect(),
            state: cause.state.into(),
            decided: cause.decided.map(Into::into),
            actions: cause.actions.into_iter().map(Into::into).collect(),
            check_on: cause.check_on,
            checks: cause.checks.into_iter().map(Into::into).collect(),
        }
    }
}

/// An action to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseActionChoice {
    /// Which.
    pub code: String,
    /// Who does it; absent for the agent, or the leader where the table says so.
    pub owner_id: Option<Uuid>,
    /// Until when; absent for as long as the table says.
    pub due_on: Option<NaiveDate>,
}

/// What a leader decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "class": "ability", "actions": [ { "code": "ten_good_scripts" } ], "check_on": "2026-12-06", "note": "" }))]
pub struct CauseDecision {
    /// `knowledge`, `ability` or `attitude`.
    pub class: CauseClassView,
    /// What is done; absent for all that is usual for the class.
    pub actions: Option<Vec<CauseActionChoice>>,
    /// When the figure is read again, after today.
    pub check_on: NaiveDate,
    /// Why, at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

/// An action that was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "ten_good_scripts", "note": "" }))]
pub struct CauseActionDone {
    /// Which.
    pub code: String,
    /// What came of it, at most 1000 characters.
    #[serde(default)]
    pub note: String,
}

/// Read the likely causes of weak figures of a team and those below it: against the others of each agent's team, by more than
/// chance. A figure that has an open cause keeps it; the answer has the new ones.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The team")), request_body = CauseProposal,
    responses((status = 200, description = "The new causes", body = Vec<CauseView>)),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/teams/{id}/causes")]
pub async fn propose_causes(
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
    body: Json<CauseProposal>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    let found = causes::propose(&state.store, actor, id.0, (body.0.from, body.0.until), Utc::now()).await?;
    Ok(HttpResponse::Ok().json(found.into_iter().map(CauseView::from).collect::<Vec<_>>()))
}

/// List causes within reach, oldest first; an agent's key lists its own.
#[utoipa::path(tag = "alerts", params(CauseQuery, PageQuery),
    responses((status = 200, description = "A page of causes", body = PageView<CauseView>)),
    extensions(("x-permission" = json!("read-causes"))))]
#[get("/causes")]
pub async fn list_causes(caller: Caller, state: Data<AppState>, query: ListQuery<CauseQuery>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadCauses)?;
    let CauseQuery { team_id, agent_id, state: wanted } = query.filter;
    let wanted = (team_id.map(TeamId), agent_id.map(AgentId), wanted.map(Into::into));
    let listed = causes::list(&state.store, actor, wanted, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(listed, |found| found.cause.id.0, |found| CauseView::from(found.cause))))
}

/// Read a cause; with an agent's key only its own.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The cause")),
    responses((status = 200, description = "The cause", body = CauseView)),
    extensions(("x-permission" = json!("read-causes"))))]
#[get("/causes/{id}")]
pub async fn get_cause(caller: Caller, state: Data<AppState>, id: Path<CauseId>) -> Result<HttpResponse, ApiError> {
    let found = causes::get(&state.store, caller.may(ReadCauses)?, id.0).await?;
    Ok(answer(found.cause))
}

/// Confirm or change the class of a cause, set the actions and the day on which the figure is read again.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The cause")), request_body = CauseDecision,
    responses((status = 200, description = "The cause", body = CauseView)),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/causes/{id}/decide")]
pub async fn decide_cause(
    caller: Caller,
    state: Data<AppState>,
    id: Path<CauseId>,
    body: Json<CauseDecision>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    let CauseDecision { class, actions, check_on, note } = body.0;
    let choice =
        |choice: CauseActionChoice| Choice { code: choice.code, owner_id: choice.owner_id.map(AgentId), due_on: choice.due_on };
    let actions = actions.map(|actions| actions.into_iter().map(choice).collect());
    let decision = Decision { class: class.into(), actions, check_on, note };
    Ok(answer(causes::decide(&state.store, actor, id.0, decision, Utc::now()).await?.cause))
}

/// Note that an action was done. That does not close the cause: its figure does, on the check date.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The cause")), request_body = CauseActionDone,
    responses((status = 200, description = "The cause", body = CauseView)),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/causes/{id}/actions/done")]
pub async fn finish_cause_action(
    caller: Caller,
    state: Data<AppState>,
    id: Path<CauseId>,
    body: Json<CauseActionDone>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    let CauseActionDone { code, note } = body.0;
    Ok(answer(causes::finish(&state.store, actor, id.0, &code, note, Utc::now()).await?.cause))
}

/// Read the figure of a cause again now, over the days since the decision: weak no longer, the cause is closed.
#[utoipa::path(tag = "alerts", params(("id" = Uuid, Path, description = "The cause")),
    responses((status = 200, description = "The cause", body = CauseView),
        (status = 422, description = "No leader has decided on it yet, or it is closed", body = super::problem::Problem,
            content_type = "application/problem+json")),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/causes/{id}/check")]
pub async fn check_cause(caller: Caller, state: Data<AppState>, id: Path<CauseId>) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    Ok(answer(causes::check(&state.store, actor, id.0, Utc::now()).await?.cause))
}

fn answer(cause: Cause) -> HttpResponse {
    HttpResponse::Ok().json(CauseView::from(cause))
}

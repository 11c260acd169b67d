//! Measured figures for planning, to be accepted or refused.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::access::Caller;
use super::causes::EvidenceView;
use super::extract::{Json, ListQuery, PageQuery, PageView, Path};
use super::mark::MarkView;
use super::problem::ApiError;
use super::state::AppState;
use super::words::{PaceBasisView, ProposalKindView, ProposalStateView, QualityGateView};
use crate::domain::access::Permission::{ManageOrganisation, ReadCauses, TendTeam};
use crate::domain::ids::{AgentId, PlanningProposalId, QueueId, TeamId};
use crate::domain::planning_proposal::{PaceAgainstTeam, PlanningProposal, ProposalEvidence};
use crate::services::planning_proposals::{self, Verdict, Wanted};

/// The routes of this file.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(review_planning_proposals)
        .service(list_planning_proposals)
        .service(get_planning_proposal)
        .service(accept_planning_proposals)
        .service(refuse_planning_proposals);
}

/// Which proposals to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlanningProposalQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only those on this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// Only those about this figure.
    #[param(nullable = false)]
    pub kind: Option<ProposalKindView>,
    /// Only those that are so far.
    #[param(nullable = false)]
    pub state: Option<ProposalStateView>,
}

/// An agent's pace beside the team's.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaceAgainstTeamView {
    /// Agents of the team whose pace on the queue was read.
    pub agents: u32,
    /// Seconds of the team's work on a reply, in the parts of the week that the agent worked.
    pub reply_work_secs: f64,
    /// The team's work by the agent's: 1.2 is a fifth more in the same time.
    pub speed: f64,
    /// How much of that counts, 0-1, the rest being the team's mean: τ²/(τ² + v), with the variance v of the agent's figure
    /// and the variance τ² between agents.
    pub weight: f64,
    /// What is left of the speed: the proposal before quality, limits and rounding.
    pub shrunk_speed: f64,
    /// Whether quality allows more than 1.
    pub quality: QualityGateView,
}

impl From<PaceAgainstTeam> for PaceAgainstTeamView {
    fn from(pace: PaceAgainstTeam) -> Self {
        let PaceAgainstTeam { agents, reply_work_secs, speed, weight, shrunk_speed, quality } = pace;
        Self { agents, reply_work_secs, speed, weight, shrunk_speed, quality: quality.into() }
    }
}

/// What a proposal was read from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalEvidenceView {
    /// First local date.
    pub from: NaiveDate,
    /// Last one.
    pub until: NaiveDate,
    /// What the work on a reply was read from; `null` where it was not.
    pub basis: Option<PaceBasisView>,
    /// Agents' days with any of it.
    pub days: u32,
    /// Chats counted.
    pub chats: f64,
    /// Replies counted.
    pub replies: f64,
    /// Seconds to a reply, on average.
    pub average_reply_secs: Option<f64>,
    /// Seconds of work on a reply.
    pub reply_work_secs: Option<f64>,
    /// Chats held at once, on average.
    pub chats_at_once: Option<f64>,
    /// Chats held at once in the busiest twentieth of the time on seat, at least.
    pub busiest_chats_at_once: Option<f64>,
    /// For a proficiency, the team's pace.
    pub team: Option<PaceAgainstTeamView>,
    /// For a proficiency, figures of quality against the others.
    pub quality: Vec<EvidenceView>,
}

impl From<ProposalEvidence> for ProposalEvidenceView {
    fn from(evidence: ProposalEvidence) -> Self {
        Self {
            from: evidence.from,
            until: evidence.until,
            basis: evidence.basis.map(Into::into),
            days: evidence.days,
            chats: evidence.chats,
            replies: evidence.replies,
            average_reply_secs: evidence.average_reply_secs,
            reply_work_secs: evidence.reply_work_secs,
            chats_at_once: evidence.chats_at_once,
            busiest_chats_at_once: evidence.busiest_chats_at_once,
            team: evidence.team.map(Into::into),
            quality: evidence.quality.into_iter().map(Into::into).collect(),
        }
    }
}

/// The work of a turn, as measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasuredTurnsView {
    /// Mean seconds of work on a reply.
    pub reply_secs: f64,
    /// Mean seconds from a reply to the customer's next question.
    pub think_secs: f64,
}

/// A measured figure for planning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000001",
    "kind": "proficiency", "agent_id": "01936d7e-0000-7000-8000-0000000000a1", "queue_id": "01936d7e-0000-7000-8000-0000000000b1",
    "present": 1.0, "proposed": 1.2, "turns": null, "evidence": { "from": "2026-09-28", "until": "2026-11-22",
    "basis": "reply_work", "days": 38, "chats": 1210.0, "replies": 6300.0, "average_reply_secs": 31.2, "reply_work_secs": 16.4,
    "chats_at_once": 2.3, "busiest_chats_at_once": null, "team": { "agents": 12, "reply_work_secs": 20.1, "speed": 1.226,
    "weight": 0.93, "shrunk_speed": 1.21, "quality": "passed" }, "quality": [ { "figure": "satisfaction_rate", "value": 0.93,
    "of": 310.0, "others": 0.91, "is_weak": false } ] }, "state": "open", "decided": null }))]
pub struct PlanningProposalView {
    /// Identity.
    pub id: Uuid,
    /// The agent's team, or the queue's.
    pub team_id: Uuid,
    /// Which figure.
    pub kind: ProposalKindView,
    /// Whose; `null` for a figure of the queue.
    pub agent_id: Option<Uuid>,
    /// On which queue.
    pub queue_id: Uuid,
    /// The figure in force when it was made: a proficiency, seconds, or chats.
    pub present: f64,
    /// The figure proposed.
    pub proposed: f64,
    /// With a handling time, the work of a turn.
    pub turns: Option<MeasuredTurnsView>,
    /// What it was read from.
    pub evidence: ProposalEvidenceView,
    /// How far it has come.
    pub state: ProposalStateView,
    /// Who decided.
    pub decided: Option<MarkView>,
}

impl From<PlanningProposal> for PlanningProposalView {
    fn from(proposal: PlanningProposal) -> Self {
        let turns = |turns: crate::domain::service::Turns| MeasuredTurnsView {
            reply_secs: turns.reply_secs,
            think_secs: turns.think_secs,
        };
        Self {
            id: proposal.id.0,
            team_id: proposal.team_id.0,
            kind: proposal.kind.into(),
            agent_id: proposal.agent_id.map(Into::into),
            queue_id: proposal.queue_id.0,
            present: proposal.present,
            proposed: proposal.proposed,
            turns: proposal.turns.map(turns),
            evidence: proposal.evidence.into(),
            state: proposal.state.into(),
            decided: proposal.decided.map(Into::into),
        }
    }
}

/// Proposals to decide on, all of them or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ids": ["01936d7e-0000-7000-8000-000000000000"], "note": "下周起生效" }))]
pub struct PlanningDecision {
    /// Which, 1-500.
    pub ids: Vec<Uuid>,
    /// Why, at most 1000 characters; needed to refuse.
    #[serde(default)]
    pub note: String,
}

fn views(proposals: Vec<PlanningProposal>) -> HttpResponse {
    HttpResponse::Ok().json(proposals.into_iter().map(PlanningProposalView::from).collect::<Vec<_>>())
}

/// Measure the agents and queues of a team and those below it over the last eight weeks, and propose what differs from the
/// figures in force. Done again it brings the open proposals up to date; the clock does it every Monday. The answer has all
/// that are open.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The team")),
    responses((status = 200, description = "The open proposals", body = Vec<PlanningProposalView>)),
    extensions(("x-permission" = json!("tend-team"))))]
#[post("/teams/{id}/planning-proposals")]
pub async fn review_planning_proposals(
    caller: Caller,
    state: Data<AppState>,
    id: Path<TeamId>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(TendTeam)?;
    Ok(views(planning_proposals::review(&state.store, actor, id.0, Utc::now()).await?))
}

/// List measured figures for planning within reach, oldest first; an agent's key lists its own.
#[utoipa::path(tag = "planning", params(PlanningProposalQuery, PageQuery),
    responses((status = 200, description = "A page of proposals", body = PageView<PlanningProposalView>)),
    extensions(("x-permission" = json!("read-causes"))))]
#[get("/planning-proposals")]
pub async fn list_planning_proposals(
    caller: Caller,
    state: Data<AppState>,
    query: ListQuery<PlanningProposalQuery>,
) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ReadCauses)?;
    let PlanningProposalQuery { team_id, agent_id, queue_id, kind, state: wanted } = query.filter;
    let (team_id, agent_id, queue_id) = (team_id.map(TeamId), agent_id.map(AgentId), queue_id.map(QueueId));
    let wanted = Wanted { team_id, agent_id, queue_id, kind: kind.map(Into::into), state: wanted.map(Into::into) };
    let listed = planning_proposals::list(&state.store, actor, wanted, query.page).await?;
    Ok(HttpResponse::Ok().json(PageView::of(
        listed,
        |found| found.proposal.id.0,
        |found| PlanningProposalView::from(found.proposal),
    )))
}

/// Read a measured figure for planning; with an agent's key only its own.
#[utoipa::path(tag = "planning", params(("id" = Uuid, Path, description = "The proposal")),
    responses((status = 200, description = "The proposal", body = PlanningProposalView)),
    extensions(("x-permission" = json!("read-causes"))))]
#[get("/planning-proposals/{id}")]
pub async fn get_planning_proposal(
    caller: Caller,
    state: Data<AppState>,
    id: Path<PlanningProposalId>,
) -> Result<HttpResponse, ApiError> {
    let found = planning_proposals::get(&state.store, caller.may(ReadCauses)?, id.0).await?;
    Ok(HttpResponse::Ok().json(PlanningProposalView::from(found.proposal)))
}

/// Accept measured figures: agents and queues have them from now on, and staffing and rosters reckon with them.
#[utoipa::path(tag = "planning", request_body = PlanningDecision,
    responses((status = 200, description = "The proposals as they are now", body = Vec<PlanningProposalView>),
        (status = 412, description = "An agent, queue or proposal was changed at the same moment", body = super::problem::Problem,
            content_type = "application/problem+json")),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[post("/planning-proposals/accept")]
pub async fn accept_planning_proposals(
    caller: Caller,
    state: Data<AppState>,
    body: Json<PlanningDecision>,
) -> Result<HttpResponse, ApiError> {
    decide(&caller, &state, Verdict::Accept, body.0).await
}

/// Refuse measured figures, with a note. The same is not proposed again from the same days.
#[utoipa::path(tag = "planning", request_body = PlanningDecision,
    responses((status = 200, description = "The proposals as they are now", body = Vec<PlanningProposalView>),
        (status = 412, description = "A proposal was changed at the same moment", body = super::problem::Problem,
            content_type = "application/problem+json")),
    extensions(("x-permission" = json!("manage-organisation"))))]
#[post("/planning-proposals/refuse")]
pub async fn refuse_planning_proposals(
    caller: Caller,
    state: Data<AppState>,
    body: Json<PlanningDecision>,
) -> Result<HttpResponse, ApiError> {
    decide(&caller, &state, Verdict::Refuse, body.0).await
}

async fn decide(caller: &Caller, state: &AppState, verdict: Verdict, body: PlanningDecision) -> Result<HttpResponse, ApiError> {
    let actor = caller.may(ManageOrganisation)?;
    let ids: Vec<PlanningProposalId> = body.ids.into_iter().map(PlanningProposalId).collect();
    Ok(views(planning_proposals::decide(&state.store, actor, &ids, (verdict, body.note), Utc::now()).await?))
}

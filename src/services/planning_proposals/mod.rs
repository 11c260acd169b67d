//! Measured figures for planning: proposed with their evidence, accepted into what planning reckons with, or refused.
//!
//! One way for an agent's proficiency and for a queue's handling time and chats at once. A subject has one open proposal, which
//! later figures bring up to date or withdraw; what was refused is not proposed again from the same days.

mod decide;
mod evidence;
mod handling;
mod measure;
mod review;

use crate::domain::access::{Actor, Role};
use crate::domain::ids::{AgentId, PlanningProposalId, QueueId, TeamId};
use crate::domain::planning_proposal::{PlanningProposal, ProposalKind, ProposalState};
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::store::planning_proposals::{self, ProposalFilter, StoredProposal};
use crate::store::{Db, Listed, Page, StoreError, Tx, audit};

pub use decide::{Verdict, decide};
pub use review::{review, review_due};

/// Which proposals to list.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Only those of this team itself.
    pub team_id: Option<TeamId>,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those on this queue.
    pub queue_id: Option<QueueId>,
    /// Only those about this figure.
    pub kind: Option<ProposalKind>,
    /// Only those in this state.
    pub state: Option<ProposalState>,
}

/// The proposals within reach: an agent's key reaches its own agent's only.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list(db: &impl Db, actor: &Actor, wanted: Wanted, page: Page) -> Result<Listed<StoredProposal>, ServiceError> {
    let Wanted { team_id, agent_id, queue_id, kind, state } = wanted;
    let agent_id = match (actor.role, actor.agent_id) {
        (Role::Agent, own) if own.is_none() || agent_id.is_some_and(|agent| Some(agent) != own) => {
            return Ok(Listed { items: Vec::new(), has_more: false });
        }
        (Role::Agent, own) => own,
        _ => agent_id,
    };
    let filter = ProposalFilter { scope: &actor.scope, team_id, agent_id, queue_id, kind, state };
    Ok(planning_proposals::list(db, &filter, page).await?)
}

/// Reads a proposal within reach.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get(db: &impl Db, actor: &Actor, id: PlanningProposalId) -> Result<StoredProposal, ServiceError> {
    let found = planning_proposals::get(db, id).await?.filter(|found| is_within(actor, &found.proposal));
    found.ok_or_else(|| ServiceError::NotFound { what: "planning proposal", id: id.to_string() })
}

fn is_within(actor: &Actor, proposal: &PlanningProposal) -> bool {
    let is_own = actor.role != Role::Agent || (actor.agent_id.is_some() && actor.agent_id == proposal.agent_id);
    is_own && actor.scope.reaches(proposal.team_id)
}

/// A line of the audit log.
async fn note(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    before: Option<&PlanningProposal>,
    after: &PlanningProposal,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let subject = Subject { what: "planning proposal", id: after.id.0, team_id: Some(after.team_id) };
    audit::insert(tx, &entry(actor, action, subject, before, Some(after), now)).await
}

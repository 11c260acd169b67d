//! Causes of weak figures: proposed by the table, decided by a leader, closed by the figure.

mod checking;
mod deciding;
mod proposing;

use chrono::{DateTime, NaiveDate, Utc};

use super::ServiceError;
use super::audit::{Subject, entry};
use super::sites::today;
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::cause::{Cause, CauseState};
use crate::domain::ids::{AgentId, CauseId, TeamId};
use crate::store::causes::{self, CauseFilter, StoredCause};
use crate::store::{Db, Listed, Page, StoreError, Tx, audit};

pub use checking::{check, check_due};
pub use deciding::{Choice, Decision, decide, finish};
pub use proposing::propose;

/// The causes within reach: an agent's key reaches its own agent's only.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list(
    db: &impl Db,
    actor: &Actor,
    (team_id, agent_id, state): (Option<TeamId>, Option<AgentId>, Option<CauseState>),
    page: Page,
) -> Result<Listed<StoredCause>, ServiceError> {
    let own = (actor.role == Role::Agent).then_some(actor.agent_id);
    let wanted = match own {
        Some(own) if own.is_none() || agent_id.is_some_and(|agent| Some(agent) != own) => {
            return Ok(Listed { items: Vec::new(), has_more: false });
        }
        Some(own) => own,
        None => agent_id,
    };
    Ok(causes::list(db, &CauseFilter { scope: &actor.scope, team_id, agent_id: wanted, state }, page).await?)
}

/// Reads a cause within reach.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get(db: &impl Db, actor: &Actor, id: CauseId) -> Result<StoredCause, ServiceError> {
    let is_within = |found: &StoredCause| {
        let is_own = actor.role != Role::Agent || actor.agent_id == Some(found.cause.agent_id);
        is_own && actor.scope.reaches(found.cause.team_id)
    };
    let found = causes::get(db, id).await?.filter(is_within);
    found.ok_or_else(|| ServiceError::NotFound { what: "cause", id: id.to_string() })
}

/// Today by the clocks of the site of the cause's team.
async fn today_of(db: &impl Db, cause: &Cause, now: DateTime<Utc>) -> Result<NaiveDate, StoreError> {
    today(db, &Scope::Teams([cause.team_id].into()), now).await
}

async fn note(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    before: Option<&Cause>,
    after: &Cause,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let subject = Subject { what: "cause", id: after.id.0, team_id: Some(after.team_id) };
    audit::insert(tx, &entry(actor, action, subject, before, Some(after), now)).await
}

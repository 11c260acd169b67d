//! Agents.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::agent::Agent;
use crate::domain::ids::{AgentId, TeamId};
use crate::store::{Db, StoreError, Tx, Versioned, agents};

impl Kept for Agent {
    const WHAT: &'static str = "agent";
    kept_in!(agents by AgentId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }
}

/// The team of an agent, where there is such an agent.
pub(super) async fn team_of(db: &impl Db, id: AgentId) -> Result<Option<TeamId>, StoreError> {
    Ok(agents::get(db, id).await?.map(|agent| agent.value.team_id))
}

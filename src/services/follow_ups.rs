//! Follow-ups of weak figures.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use super::figures::catalogue;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::follow_up::FollowUp;
use crate::domain::ids::{FollowUpId, TeamId};
use crate::store::{Db, StoreError, Tx, Versioned, agents};

impl Kept for FollowUp {
    const WHAT: &'static str = "follow-up";
    kept_in!(follow_ups by FollowUpId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.sees_figures_of(self.agent_id, self.team_id))
    }

    /// A new one is of an agent of its team and of a figure that there is; later the agent may have moved on.
    async fn misfits(&self, before: Option<&Self>, db: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        if before.is_none_or(|before| (before.agent_id, before.team_id) != (self.agent_id, self.team_id)) {
            let agent = agents::get(db, self.agent_id).await?;
            let is_member = agent.is_none_or(|agent| agent.value.team_id == self.team_id);
            faults.expect(is_member, "/agent_id", "must be an agent of the team; choose the agent's team");
        }
        if before.is_none_or(|before| before.figure_code != self.figure_code) {
            let known = catalogue(db).await.is_ok_and(|figures| figures.iter().any(|figure| figure.code() == self.figure_code));
            faults.expect(known, "/figure", "must be the code of a figure; GET /api/v1/figure-definitions lists them");
        }
        Ok(faults.into_list())
    }
}

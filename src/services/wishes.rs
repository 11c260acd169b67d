//! Wishes. A key of the role agent states and sees those of its own agent only.

use chrono::{DateTime, Utc};

use super::agents::team_of;
use super::editing::{Kept, kept_in};
use crate::domain::absence::Wish;
use crate::domain::access::{Actor, Role};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, TeamId, WishId};
use crate::store::wishes::{self, WishFilter};
use crate::store::{Db, Listed, Page, StoreError, Tx, Versioned, shift_templates, teams};

impl Kept for Wish {
    const WHAT: &'static str = "wish";
    kept_in!(wishes by WishId);

    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError> {
        team_of(db, self.agent_id).await
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        let is_reached = team_of(db, self.agent_id).await?.is_some_and(|team_id| actor.scope.reaches(team_id));
        Ok(is_reached && speaks_for(actor, self.agent_id))
    }

    /// A wish is the caller's own where it must be, and names a shift that the agent could be given.
    async fn misfits(&self, _: Option<&Self>, db: &impl Db, actor: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        let mut faults = Faults::default();
        faults.expect(
            speaks_for(actor, self.agent_id),
            "/agent_id",
            "must be your own: your key states wishes for no other agent",
        );
        if let Some(template_id) = self.shift_template_id {
            let template = shift_templates::get(db, template_id).await?;
            let team_id = team_of(db, self.agent_id).await?;
            let team = match team_id {
                Some(team_id) => teams::get(db, team_id).await?,
                None => None,
            };
            let is_here = template.zip(team).is_some_and(|(template, team)| template.value.site_id == team.value.site_id);
            faults.expect(is_here, "/shift_template_id", "must be a shift template of the site that the agent's team works at");
        }
        Ok(faults.into_list())
    }
}

/// Lists wishes, for a key of the role agent its own only.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list_wishes(
    db: &impl Db,
    actor: &Actor,
    filter: WishFilter<'_>,
    page: Page,
) -> Result<Listed<Versioned<Wish>>, StoreError> {
    let asked = filter.agent_id.or(actor.agent_id.filter(|_| actor.role == Role::Agent));
    let is_nobodys = actor.role == Role::Agent && asked.is_none_or(|agent_id| !speaks_for(actor, agent_id));
    if is_nobodys {
        return Ok(Listed { items: Vec::new(), has_more: false });
    }
    wishes::list(db, &WishFilter { agent_id: asked, ..filter }, page).await
}

/// Whether the caller may state and see the agent's wishes.
pub(super) fn speaks_for(actor: &Actor, agent_id: AgentId) -> bool {
    actor.role != Role::Agent || actor.agent_id == Some(agent_id)
}

//! Teams.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::roster_rules::RosterRulesView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, SiteId, TeamId};
use crate::domain::organisation::Team;
use crate::services::proposal::Reference;
use crate::store::teams::{self, TeamFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A team to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "site_id": "01936d7e-0000-7000-8000-000000000000", "name": "售前一组",
    "parent_id": "01936d7e-0000-7000-8000-000000000000", "rules": { "max_late_shifts": 3 } }))]
pub struct TeamCreate {
    /// The site whose zone and opening hours it works by.
    pub site_id: Uuid,
    /// The team above; absent at the root.
    pub parent_id: Option<Uuid>,
    /// Display name.
    pub name: String,
    /// The agent who leads it.
    pub leader_id: Option<Uuid>,
    /// The roster rules it works by; absent takes those of the team above, or the usual ones at the root.
    pub rules: Option<RosterRulesView>,
}

impl Body for TeamCreate {
    type Value = Team;

    fn of(team: &Team) -> Self {
        Self {
            site_id: team.site_id.0,
            parent_id: team.parent_id.map(Into::into),
            name: team.name.clone(),
            leader_id: team.leader_id.map(Into::into),
            rules: team.rules.as_ref().map(Into::into),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let site = Reference::new("/site_id", SiteId(self.site_id));
        let parent = self.parent_id.map(|id| Reference::new("/parent_id", TeamId(id)));
        let leader = self.leader_id.map(|id| Reference::new("/leader_id", AgentId(id)));
        let named = self.rules.iter().flat_map(|rules| rules.references("/rules"));
        [Some(site), parent, leader].into_iter().flatten().chain(named).collect()
    }

    fn into_value(self, id: TeamId) -> Result<Team, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let rules = self.rules.map(|rules| rules.into_rules("/rules", &mut faults));
        faults.into_result(Some(Team {
            id,
            site_id: SiteId(self.site_id),
            parent_id: self.parent_id.map(TeamId),
            name: self.name,
            leader_id: self.leader_id.map(AgentId),
            rules,
        }))
    }
}

/// What to change of a team; absent fields stay as they are, `null` clears. A team keeps its site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "leader_id": "01936d7e-0000-7000-8000-000000000000", "rules": null }))]
pub struct TeamPatch {
    /// The team above; `null` moves it to the root.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub parent_id: Option<Option<Uuid>>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The agent who leads it.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub leader_id: Option<Option<Uuid>>,
    /// The roster rules as a whole; `null` takes those of the team above.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub rules: Option<Option<RosterRulesView>>,
}

impl TeamPatch {
    fn apply(self, team: TeamCreate) -> TeamCreate {
        TeamCreate {
            parent_id: self.parent_id.unwrap_or(team.parent_id),
            name: self.name.unwrap_or(team.name),
            leader_id: self.leader_id.unwrap_or(team.leader_id),
            rules: self.rules.unwrap_or(team.rules),
            ..team
        }
    }
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "site_id": "01936d7e-0000-7000-8000-000000000000",
    "parent_id": null, "name": "售前一组", "leader_id": null, "rules": null,
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct TeamView {
    /// Identity.
    pub id: Uuid,
    /// The site whose zone and opening hours it works by.
    pub site_id: Uuid,
    /// The team above; `null` at the root.
    pub parent_id: Option<Uuid>,
    /// Display name.
    pub name: String,
    /// The agent who leads it.
    pub leader_id: Option<Uuid>,
    /// The roster rules of its own; `null` where it works by those of the team above.
    pub rules: Option<RosterRulesView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Team>> for TeamView {
    fn from(row: Versioned<Team>) -> Self {
        let TeamCreate { site_id, parent_id, name, leader_id, rules } = TeamCreate::of(&row.value);
        Self { id: row.value.id.0, site_id, parent_id, name, leader_id, rules, stamp: (&row).into() }
    }
}

/// Which teams to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamQuery {
    /// Only those of this site.
    #[param(nullable = false)]
    pub site_id: Option<Uuid>,
    /// Only those directly below this one.
    #[param(nullable = false)]
    pub parent_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl TeamQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Team>>, StoreError> {
        let (site_id, parent_id) = (self.site_id.map(SiteId), self.parent_id.map(TeamId));
        let filter = TeamFilter { scope: &actor.scope, site_id, parent_id, include_archived: self.include_archived };
        teams::list(store, &filter, page).await
    }
}

kept_routes! {
    Team by TeamId: TeamCreate, TeamPatch, TeamView, TeamQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a team. A key that is limited to a team makes teams below that one only.
    POST "/teams" create_team;
    /// List teams.
    GET list_teams;
    /// Read a team.
    GET "/teams/{id}" get_team;
    /// Change a team: its name, leader, rules, or place in the tree.
    PATCH patch_team;
    /// Archive a team. Refused while teams, agents, queues or peak windows belong to it that are not archived, or a
    /// published roster of this week or later is for it.
    DELETE archive_team;
}

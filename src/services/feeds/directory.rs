//! Everything that rows name, read once for all of them.

use std::collections::HashMap;

use crate::domain::access::Scope;
use crate::domain::agent::Agent;
use crate::domain::ids::{QueueId, ShiftTemplateId, SiteId, TeamId};
use crate::domain::organisation::{Queue, Site, Team};
use crate::domain::shift::ShiftTemplate;
use crate::feeds::rows::Place;
use crate::store::agents::{self, AgentFilter};
use crate::store::queues::{self, QueueFilter};
use crate::store::shift_templates::{self, ShiftTemplateFilter};
use crate::store::sites::{self, SiteFilter};
use crate::store::teams::{self, TeamFilter};
use crate::store::{Db, Page, StoreError, Versioned};

/// Sites, teams and queues of the whole organisation, archived ones included: the past names them too.
pub(in crate::services) struct Directory {
    sites: HashMap<SiteId, Site>,
    teams: HashMap<TeamId, Team>,
    queues: HashMap<QueueId, Queue>,
}

/// Who works, and on which shifts.
pub(super) struct People {
    pub agents: Vec<Versioned<Agent>>,
    pub templates: HashMap<ShiftTemplateId, ShiftTemplate>,
}

impl Directory {
    pub(in crate::services) async fn read(db: &impl Db) -> Result<Self, StoreError> {
        let everything = &Scope::Everything;
        let filter = SiteFilter { scope: everything, include_archived: true };
        let sites = sites::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value));
        let filter = TeamFilter { scope: everything, site_id: None, parent_id: None, include_archived: true };
        let teams = teams::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value));
        let filter = QueueFilter { scope: everything, team_id: None, shop_id: None, include_archived: true };
        let queues = queues::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value));
        Ok(Self { sites: sites.collect(), teams: teams.collect(), queues: queues.collect() })
    }

    /// A team and its site; `None` for a team made after the directory was read.
    pub(super) fn team(&self, id: TeamId) -> Option<(&Team, &Site)> {
        let team = self.teams.get(&id)?;
        Some((team, self.sites.get(&team.site_id)?))
    }

    /// Where rows of a team belong.
    pub(in crate::services) fn place(&self, id: TeamId) -> Option<Place> {
        let (team, site) = self.team(id)?;
        Some(Place { site: site.name.clone(), team_id: id, team: team.name.clone(), zone: site.zone })
    }

    /// Where rows of a queue belong, and its name.
    pub(super) fn queue(&self, id: QueueId) -> Option<(Place, &str)> {
        let queue = self.queues.get(&id)?;
        Some((self.place(queue.team_id)?, queue.name.as_str()))
    }

    pub(in crate::services) fn queue_name(&self, id: QueueId) -> String {
        self.queues.get(&id).map(|queue| queue.name.clone()).unwrap_or_default()
    }
}

impl People {
    pub(super) async fn read(db: &impl Db) -> Result<Self, StoreError> {
        let filter = AgentFilter { scope: &Scope::Everything, team_id: None, staff_number: None, include_archived: true };
        let agents = agents::list(db, &filter, Page::ALL).await?.items;
        let filter = ShiftTemplateFilter { scope: &Scope::Everything, site_id: None, include_archived: true };
        let templates = shift_templates::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
        Ok(Self { agents, templates: templates.map(|template| (template.id, template)).collect() })
    }
}

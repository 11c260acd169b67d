//! Rows of team figures.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::directory::Directory;
use super::{FeedFilter, scope_of};
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::ids::{AgentId, QueueId, ShopId, TeamId};
use crate::feeds::rows::{FigureGrain, FigureRow, figure_rows as rows_of};
use crate::services::ServiceError;
use crate::services::figures::chosen;
use crate::store::agents::AgentFilter;
use crate::store::figure_days::{FigureFilter, Grain, SumKey, sums};
use crate::store::shops::ShopFilter;
use crate::store::{Db, Page, StoreError, agents, shops};

/// Rows in one answer at most, some hundred megabytes.
const MAX_ROWS: usize = 250_000;

/// By what the sums of a grain are grouped.
fn column(grain: FigureGrain) -> Grain {
    match grain {
        FigureGrain::Agent => Grain::Agent,
        FigureGrain::Team => Grain::Team,
        FigureGrain::Shop => Grain::Shop,
        FigureGrain::Queue => Grain::Queue,
    }
}

/// Every figure, by local date and grain, of the dates that begin in the span. An agent has the own rows only.
///
/// # Errors
/// [`ServiceError::Invalid`] for an unknown figure, or when there are more rows than one answer holds.
pub async fn figure_rows(
    db: &impl Db,
    actor: &Actor,
    filter: &FeedFilter,
    grain: FigureGrain,
    codes: &[String],
) -> Result<Vec<FigureRow>, ServiceError> {
    let figures = chosen(db, codes).await?;
    let (reach, scope) = (filter.span.reach(), scope_of(db, actor, filter).await?);
    let own = (actor.role == Role::Agent).then_some(actor.agent_id);
    if own == Some(None) {
        return Ok(Vec::new());
    }
    let wanted = FigureFilter {
        scope: &scope,
        agent_id: own.flatten(),
        team_ids: None,
        shop_id: None,
        queue_id: filter.queue_id,
        from: reach.start.date_naive(),
        until: reach.end.date_naive() + Days::new(1),
    };
    // By team too, whatever the grain: its zone says whether the date begins in the span.
    let by: &[Grain] =
        if grain == FigureGrain::Team { &[Grain::Date, Grain::Team] } else { &[Grain::Date, Grain::Team, column(grain)] };
    let found = sums(db, &wanted, by, &figures).await?;
    let names = Names::read(db).await?;
    let mut rows = Vec::new();
    for (key, tallies) in found {
        let Some(head) = names.head(&key, grain, filter) else { continue };
        rows.extend(rows_of(&head, &figures, &tallies));
        if rows.len() > MAX_ROWS {
            let detail = format!("this span has more than {MAX_ROWS} rows; ask for less time, one team or fewer figures");
            return Err(ServiceError::field("/to", detail));
        }
    }
    Ok(rows)
}

/// Display names of everything that figures are of.
pub(super) struct Names {
    directory: Directory,
    agents: HashMap<AgentId, (String, String)>,
    shops: HashMap<ShopId, String>,
}

impl Names {
    pub(super) async fn read(db: &impl Db) -> Result<Self, StoreError> {
        let everything = &Scope::Everything;
        let filter = AgentFilter { scope: everything, team_id: None, staff_number: None, include_archived: true };
        let agents = agents::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value);
        let filter = ShopFilter { scope: everything, site_id: None, include_archived: true };
        let shops = shops::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value.name));
        Ok(Self {
            directory: Directory::read(db).await?,
            agents: agents.map(|agent| (agent.id, (agent.staff_number, agent.name))).collect(),
            shops: shops.collect(),
        })
    }

    /// Staff number and name.
    pub(super) fn agent(&self, id: AgentId) -> Option<&(String, String)> {
        self.agents.get(&id)
    }

    pub(super) fn team(&self, id: TeamId) -> Option<String> {
        self.directory.place(id).map(|place| place.team)
    }

    pub(super) fn shop(&self, id: ShopId) -> Option<String> {
        self.shops.get(&id).cloned()
    }

    pub(super) fn queue(&self, id: QueueId) -> String {
        self.directory.queue_name(id)
    }

    /// The row without its figure; `None` where the date does not begin in the span.
    fn head(&self, key: &SumKey, grain: FigureGrain, filter: &FeedFilter) -> Option<FigureRow> {
        let place = self.directory.place(key.team_id?)?;
        let date: NaiveDate = key.date?;
        if !filter.span.contains(place.zone, crate::domain::calendar::midnight(place.zone, date)) {
            return None;
        }
        let agent = key.agent_id.and_then(|id| self.agents.get(&id));
        Some(FigureRow {
            site: place.site,
            team_id: place.team_id,
            team: place.team,
            date,
            grain,
            agent_id: key.agent_id,
            staff_number: agent.map(|(number, _)| number.clone()),
            agent: agent.map(|(_, name)| name.clone()),
            shop_id: key.shop_id,
            shop: key.shop_id.and_then(|id| self.shop(id)),
            queue_id: key.queue_id,
            queue: key.queue_id.map(|id| self.queue(id)),
            figure: String::new(),
            name_zh: String::new(),
            name_en: String::new(),
            definition: String::new(),
            numerator: 0.0,
            denominator: None,
            value: 0.0,
        })
    }
}

//! Storing a whole organisation with its history at once: all of it, or nothing.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::ServiceError;
use super::audit::{Subject, entry};
use crate::domain::absence::{Leave, Wish};
use crate::domain::access::{Actor, Scope};
use crate::domain::agent::Agent;
use crate::domain::demand::VolumeRecord;
use crate::domain::ids::RunId;
use crate::domain::organisation::{Holiday, Queue, Shop, Site, Team};
use crate::domain::peak::PeakWindow;
use crate::domain::run::RunKind;
use crate::domain::shift::ShiftTemplate;
use crate::store::sites::SiteFilter;
use crate::store::team_policies::{self, TeamPolicy};
use crate::store::{
    Db, Page, Store, StoreError, Tx, agents, audit, due_work, holidays, leaves, peak_windows, queues, shift_templates, shops,
    sites, teams, volumes, wishes,
};

/// One site with everything it works by.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// The site.
    pub site: Site,
    /// Its days that are not ordinary.
    pub holidays: Vec<Holiday>,
    /// Its teams, each after the one above it.
    pub teams: Vec<Team>,
    /// Its shops.
    pub shops: Vec<Shop>,
    /// Their queues.
    pub queues: Vec<Queue>,
    /// Its agents.
    pub agents: Vec<Agent>,
    /// Its shifts.
    pub shift_templates: Vec<ShiftTemplate>,
    /// When more is asked for than usual.
    pub peak_windows: Vec<PeakWindow>,
    /// Who is away.
    pub leaves: Vec<Leave>,
    /// Who would like what.
    pub wishes: Vec<Wish>,
    /// Inquiries that arrived.
    pub volumes: Vec<VolumeRecord>,
}

/// The sites of the database, archived ones too. Everything a user enters hangs from one: without a site it is empty.
///
/// # Errors
/// [`StoreError`].
pub async fn sites_there(db: &impl Db) -> Result<Vec<Site>, StoreError> {
    let filter = SiteFilter { scope: &Scope::Everything, include_archived: true };
    Ok(sites::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect())
}

/// Stores the organisation in one transaction.
///
/// # Errors
/// [`ServiceError::Store`]; nothing is stored then.
pub async fn found(store: &Store, actor: &Actor, new: &Organisation, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let tx = store.begin().await?;
    insert_places(&tx, new, now).await?;
    insert_people(&tx, new, now).await?;
    volumes::upsert(&tx, &new.volumes).await?;
    let site = Subject { what: "site", id: new.site.id.0, team_id: None };
    audit::insert(&tx, &entry(actor, "found", site, None, Some(&Founded::of(new)), now)).await?;
    Ok(tx.commit().await?)
}

/// What the audit log keeps: the site, and how much came with it.
#[derive(Serialize)]
struct Founded<'a> {
    site: &'a Site,
    teams: usize,
    agents: usize,
    queues: usize,
    volumes: usize,
}

impl<'a> Founded<'a> {
    fn of(new: &'a Organisation) -> Self {
        let (teams, agents, queues) = (new.teams.len(), new.agents.len(), new.queues.len());
        Self { site: &new.site, teams, agents, queues, volumes: new.volumes.len() }
    }
}

async fn insert_places(tx: &Tx, new: &Organisation, now: DateTime<Utc>) -> Result<(), StoreError> {
    sites::insert(tx, &new.site, now).await?;
    for holiday in &new.holidays {
        holidays::insert(tx, holiday, now).await?;
    }
    for team in &new.teams {
        // A leader is an agent of a team: neither can be first, so the leaders follow once the agents are there.
        teams::insert(tx, &Team { leader_id: None, ..team.clone() }, now).await?;
    }
    for shop in &new.shops {
        shops::insert(tx, shop, now).await?;
    }
    for queue in &new.queues {
        queues::insert(tx, queue, now).await?;
    }
    for template in &new.shift_templates {
        shift_templates::insert(tx, template, now).await?;
    }
    for window in &new.peak_windows {
        peak_windows::insert(tx, window, now).await?;
    }
    Ok(())
}

async fn insert_people(tx: &Tx, new: &Organisation, now: DateTime<Utc>) -> Result<(), StoreError> {
    for agent in &new.agents {
        agents::insert(tx, agent, now).await?;
    }
    for team in new.teams.iter().filter(|team| team.leader_id.is_some()) {
        teams::update(tx, team, 1, now).await?;
    }
    for leave in &new.leaves {
        leaves::insert(tx, leave, now).await?;
    }
    for wish in &new.wishes {
        wishes::insert(tx, wish, now).await?;
    }
    Ok(())
}

/// Hands a team over to the clock: it plans by the policy from now on. The week that `run_id` built, and the forecast of
/// `today`, count as done.
///
/// # Errors
/// [`ServiceError::Store`], also when the team has a policy already.
pub async fn hand_over_to_clock(
    store: &Store,
    actor: &Actor,
    policy: &TeamPolicy,
    (week_start, run_id): (NaiveDate, RunId),
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let tx = store.begin().await?;
    due_work::take(&tx, RunKind::Roster, policy.team_id, week_start, run_id, now).await?;
    due_work::take(&tx, RunKind::Forecast, policy.team_id, today, run_id, now).await?;
    team_policies::put(&tx, policy, 0, now).await?;
    let team = Subject { what: "team", id: policy.team_id.0, team_id: Some(policy.team_id) };
    let facts = serde_json::json!({ "build_days_ahead": policy.build_days_ahead, "build_at_minute": policy.build_at_minute });
    audit::insert(&tx, &entry(actor, "hand over to the clock", team, None, Some(&facts), now)).await?;
    Ok(tx.commit().await?)
}

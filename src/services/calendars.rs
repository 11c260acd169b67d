//! Calendar addresses: an agent's published shifts for a phone, which sends no key. The address itself is the secret.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use serde_json::json;
use uuid::Uuid;

use super::ServiceError;
use super::audit::{Subject, entry};
use super::keys::{fresh_token, token_hash};
use super::sites::site_of;
use crate::domain::access::{Actor, Permission};
use crate::domain::agent::Agent;
use crate::domain::calendar::local_of;
use crate::domain::ids::{AgentId, QueueId, ShiftTemplateId, TeamId};
use crate::domain::organisation::{Site, Team};
use crate::feeds::Language;
use crate::feeds::ics::{CalendarFeed, CalendarShift, ics};
use crate::store::assignments::{self, PublishedAssignment};
use crate::store::calendar_tokens::{self, CalendarToken};
use crate::store::{Db, Store, StoreError, agents, audit, queues, shift_templates, teams};

/// How far back shifts are shown.
const PAST_DAYS: u64 = 28;

/// Issues an address for an agent's shifts, beside those that there are; the token is in the answer and nowhere else.
/// Agents may issue their own.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub async fn issue_calendar(store: &Store, actor: &Actor, agent_id: AgentId, now: DateTime<Utc>) -> Result<String, ServiceError> {
    let tx = store.begin().await?;
    let agent = manageable(&tx, actor, agent_id).await?;
    let token = fresh_token("cal");
    let row = CalendarToken { id: Uuid::now_v7(), agent_id, token_hash: token_hash(&token), created_at: now, revoked_at: None };
    calendar_tokens::insert(&tx, &row).await?;
    let after = json!({ "calendar_id": row.id });
    audit::insert(&tx, &entry(actor, "issue", subject(&agent), None, Some(&after), now)).await?;
    tx.commit().await?;
    Ok(token)
}

/// Revokes every address of an agent.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`].
pub async fn revoke_calendars(store: &Store, actor: &Actor, agent_id: AgentId, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let tx = store.begin().await?;
    let agent = manageable(&tx, actor, agent_id).await?;
    let revoked = calendar_tokens::revoke_all(&tx, agent_id, now).await?;
    if revoked > 0 {
        let before = json!({ "calendars": revoked });
        audit::insert(&tx, &entry(actor, "revoke", subject(&agent), Some(&before), None, now)).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn subject(agent: &Agent) -> Subject {
    Subject { what: "calendar", id: agent.id.0, team_id: Some(agent.team_id) }
}

/// The agent, if the caller may manage the agent's calendars: by role and scope, or because they are the caller's own.
async fn manageable(db: &impl Db, actor: &Actor, id: AgentId) -> Result<Agent, ServiceError> {
    let is_own = actor.agent_id == Some(id);
    if !is_own && !actor.role.allows(Permission::ManageCalendars) {
        return Err(ServiceError::Forbidden { permission: Permission::ManageCalendars });
    }
    let found = agents::get(db, id).await?.filter(|row| row.archived_at.is_none()).map(|row| row.value);
    found
        .filter(|agent| is_own || actor.scope.reaches(agent.team_id))
        .ok_or_else(|| ServiceError::NotFound { what: "agent", id: id.to_string() })
}

/// The calendar behind a token: published shifts of the past four weeks and all that are to come.
///
/// # Errors
/// [`ServiceError::NotFound`] for a token that is unknown or revoked, or whose agent is archived.
pub async fn calendar(db: &impl Db, token: &str, language: Language, now: DateTime<Utc>) -> Result<String, ServiceError> {
    // The token is a secret, and the message goes into logs.
    let not_found = || ServiceError::NotFound { what: "calendar", id: "of this address".into() };
    let found = calendar_tokens::find_by_hash(db, &token_hash(token)).await?.ok_or_else(not_found)?;
    let agent = agents::get(db, found.agent_id).await?.filter(|row| row.archived_at.is_none()).ok_or_else(not_found)?.value;
    let mut names = Names::default();
    let (team, site) = names.team(db, agent.team_id).await?;
    let first_day = local_of(site.zone, now).date() - Days::new(PAST_DAYS);
    let mut shifts = Vec::new();
    for published in assignments::published_of_agent(db, agent.id, first_day).await? {
        shifts.push(shift(db, &mut names, published).await?);
    }
    let name = format!("{} · {}", agent.name, team.name);
    Ok(ics(&CalendarFeed { name, zone: site.zone, language, shifts }))
}

async fn shift(db: &impl Db, names: &mut Names, published: PublishedAssignment) -> Result<CalendarShift, StoreError> {
    let assignment = &published.placed.assignment;
    Ok(CalendarShift {
        assignment_id: assignment.id,
        sequence: published.placed.sequence,
        changed_at: published.published_at,
        name: names.template(db, assignment.shift_template_id).await?,
        queue: names.queue(db, assignment.queue_id).await?,
        site: names.team(db, published.team_id).await?.1.name,
        shift: published.placed.shift,
    })
}

/// What the shifts of one agent name: a few of each, read once.
#[derive(Default)]
struct Names {
    teams: BTreeMap<TeamId, (Team, Site)>,
    templates: BTreeMap<ShiftTemplateId, String>,
    queues: BTreeMap<QueueId, String>,
}

impl Names {
    async fn team(&mut self, db: &impl Db, id: TeamId) -> Result<(Team, Site), StoreError> {
        if let Some(known) = self.teams.get(&id) {
            return Ok(known.clone());
        }
        let team = teams::get(db, id).await?.ok_or(StoreError::NotFound { kind: "team", id: id.0 })?.value;
        let site = site_of(db, &team).await?;
        self.teams.insert(id, (team.clone(), site.clone()));
        Ok((team, site))
    }

    async fn template(&mut self, db: &impl Db, id: ShiftTemplateId) -> Result<String, StoreError> {
        if let Some(known) = self.templates.get(&id) {
            return Ok(known.clone());
        }
        let name = shift_templates::get(db, id).await?.map(|row| row.value.name).unwrap_or_default();
        self.templates.insert(id, name.clone());
        Ok(name)
    }

    async fn queue(&mut self, db: &impl Db, id: QueueId) -> Result<String, StoreError> {
        if let Some(known) = self.queues.get(&id) {
            return Ok(known.clone());
        }
        let name = queues::get(db, id).await?.map(|row| row.value.name).unwrap_or_default();
        self.queues.insert(id, name.clone());
        Ok(name)
    }
}

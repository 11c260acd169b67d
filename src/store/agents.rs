//! Agents and their skills.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, unneeded, versioned};
use super::entities::{agent_skills, agents, teams};
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, published, scope};
use crate::domain::access::Scope;
use crate::domain::agent::{Agent, Contract, Skill};
use crate::domain::ids::{AgentId, QueueId, TeamId};
use crate::domain::quantity::Proficiency;

/// Which agents to list.
#[derive(Debug, Clone, Copy)]
pub struct AgentFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team itself.
    pub team_id: Option<TeamId>,
    /// Only the one of this staff number.
    pub staff_number: Option<&'a str>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

/// Stores a new agent with the skills.
///
/// # Errors
/// [`StoreError::Conflict`] on the staff number, [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, agent: &Agent, now: DateTime<Utc>) -> Result<Versioned<Agent>, StoreError> {
    let stored = editable::insert::<agents::Entity>(tx, agent, now).await?;
    insert_skills(tx, agent).await?;
    Ok(stored)
}

/// Reads an agent, archived or not.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: AgentId) -> Result<Option<Versioned<Agent>>, StoreError> {
    let Some(agent) = editable::get::<agents::Entity>(db, id.0).await? else { return Ok(None) };
    Ok(with_skills(db, vec![agent]).await?.pop())
}

/// Lists agents.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &AgentFilter<'_>, page: Page) -> Result<Listed<Versioned<Agent>>, StoreError> {
    let mut query = agents::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    if let Some(staff_number) = filter.staff_number {
        query = query.filter(Expr::col("staff_number").eq(staff_number));
    }
    let listed = editable::page(db, scope::archived_too(query, filter.include_archived), page).await?;
    Ok(Listed { items: with_skills(db, listed.items).await?, has_more: listed.has_more })
}

/// Replaces an agent and the skills.
///
/// # Errors
/// [`StoreError::VersionConflict`], [`StoreError::NotFound`], [`StoreError::Archived`], and those of [`insert`].
pub async fn update(tx: &Tx, agent: &Agent, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Agent>, StoreError> {
    let stored = editable::update::<agents::Entity>(tx, agent, expected_version, now).await?;
    let old = agent_skills::Entity::delete_many().filter(Expr::col("agent_id").eq(agent.id.0));
    old.exec(&tx.executor()).await?;
    insert_skills(tx, agent).await?;
    Ok(stored.map(|_| agent.clone()))
}

/// How many assignments of published rosters on `from` or later the agent has.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn published_uses(db: &impl Db, id: AgentId, from: NaiveDate) -> Result<u64, StoreError> {
    published::uses(db, "agent_id", id.0, from).await
}

/// Archives an agent who leads no unarchived team and has no shift in a published roster of today or later.
///
/// # Errors
/// [`StoreError::ReferencedBy`], and those of [`update`].
pub async fn archive(
    db: &impl Db,
    id: AgentId,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<Agent>, StoreError> {
    let led = Expr::col("leader_id").eq(id.0).and(Expr::col("archived_at").is_null());
    unneeded("agent", id.0, "teams led", teams::Entity::find().filter(led).count(&db.executor()).await?)?;
    unneeded("agent", id.0, published::ASSIGNMENTS, published_uses(db, id, published::today(now)).await?)?;
    editable::archive::<agents::Entity>(db, id.0, expected_version, now).await?;
    get(db, id).await?.ok_or(StoreError::NotFound { kind: "agent", id: id.0 })
}

async fn insert_skills(tx: &Tx, agent: &Agent) -> Result<(), StoreError> {
    let rows = agent.skills.iter().map(|skill| {
        let (agent_id, queue_id, proficiency) = (agent.id.0, skill.queue_id.0, skill.proficiency.get());
        agent_skills::Model { agent_id, queue_id, proficiency }.into_active_model().reset_all()
    });
    agent_skills::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    Ok(())
}

async fn with_skills(db: &impl Db, mut agents: Vec<Versioned<Agent>>) -> Result<Vec<Versioned<Agent>>, StoreError> {
    let mut skills: BTreeMap<Uuid, Vec<Skill>> = BTreeMap::new();
    // SQLite takes at most 32766 parameters.
    for some in agents.chunks(10_000) {
        let query = agent_skills::Entity::find()
            .filter(Expr::col("agent_id").is_in(some.iter().map(|agent| agent.value.id.0)))
            .order_by_asc(agent_skills::Column::QueueId);
        for row in query.all(&db.executor()).await? {
            let reader = Reader::new("agent_skills", row.agent_id);
            let proficiency = reader.checked("proficiency", Proficiency::new(row.proficiency))?;
            skills.entry(row.agent_id).or_default().push(Skill { queue_id: QueueId(row.queue_id), proficiency });
        }
    }
    for agent in &mut agents {
        agent.value.skills = skills.remove(&agent.value.id.0).unwrap_or_default();
    }
    Ok(agents)
}

impl Editable for agents::Entity {
    type Domain = Agent;
    const KIND: &'static str = "agent";

    fn id(agent: &Agent) -> Uuid {
        agent.id.0
    }

    fn row(agent: &Agent, stamp: Stamp) -> agents::Model {
        agents::Model {
            id: agent.id.0,
            team_id: agent.team_id.0,
            staff_number: agent.staff_number.clone(),
            name: agent.name.clone(),
            post: word(&agent.post),
            min_weekly_minutes: agent.contract.min_weekly_minutes.into(),
            max_weekly_minutes: agent.contract.max_weekly_minutes.into(),
            is_full_time: agent.contract.is_full_time,
            employed_from: agent.employed_from,
            employed_until: agent.employed_until,
            availability: json(&agent.availability),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    /// Without the skills, which are in a table of their own.
    fn parse(row: agents::Model) -> Result<Versioned<Agent>, StoreError> {
        let reader = Reader::new("agents", row.id);
        let agent = Agent {
            id: AgentId(row.id),
            team_id: TeamId(row.team_id),
            staff_number: row.staff_number,
            name: row.name,
            post: reader.word("post", row.post)?,
            contract: Contract {
                min_weekly_minutes: reader.whole("min_weekly_minutes", row.min_weekly_minutes)?,
                max_weekly_minutes: reader.whole("max_weekly_minutes", row.max_weekly_minutes)?,
                is_full_time: row.is_full_time,
            },
            skills: Vec::new(),
            employed_from: row.employed_from,
            employed_until: row.employed_until,
            availability: reader.json("availability", row.availability)?,
        };
        Ok(versioned!(agent, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::super::{queues, teams};
    use super::*;
    use crate::domain::organisation::{Queue, Team};

    const ALL: AgentFilter<'static> =
        AgentFilter { scope: &Scope::Everything, team_id: None, staff_number: None, include_archived: false };

    on_both! {
        an_agent_reads_back_with_the_skills(store) {
            let desk = testing::desk(&store).await;
            assert_eq!(get(&store, desk.agent.id).await.unwrap().unwrap().value, desk.agent);
            let listed = list(&store, &AgentFilter { staff_number: Some("A001"), ..ALL }, Page::ALL).await.unwrap();
            assert_eq!(listed.items[0].value, desk.agent);

            let queue = Queue { id: QueueId::generate(), name: "售后".into(), ..desk.queue };
            queues::insert(&store, &queue, NOW).await.unwrap();
            let skill = Skill { queue_id: queue.id, proficiency: Proficiency::new(0.7).unwrap() };
            let changed = Agent { skills: vec![skill], name: "小李".into(), ..desk.agent };
            let tx = store.begin().await.unwrap();
            let updated = update(&tx, &changed, 1, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!((&updated.value, updated.version), (&changed, 2));
            assert_eq!(get(&store, changed.id).await.unwrap(), Some(updated));
        }

        a_staff_number_is_given_once(store) {
            let desk = testing::desk(&store).await;
            let tx = store.begin().await.unwrap();
            let twin = Agent { id: AgentId::generate(), ..desk.agent };
            let fault = insert(&tx, &twin, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "agents", field: "staff_number" }), "{fault}");
        }

        an_agent_on_a_published_roster_or_leading_a_team_cannot_be_archived(store) {
            let desk = testing::desk(&store).await;
            testing::publish(&store, &desk).await;
            let fault = archive(&store, desk.agent.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: published::ASSIGNMENTS, count: 1, .. }), "{fault}");
            let later = NOW + chrono::Duration::days(30);
            let team = Team { leader_id: Some(desk.agent.id), ..desk.team };
            teams::update(&store, &team, 1, NOW).await.unwrap();
            let fault = archive(&store, desk.agent.id, 1, later).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "teams led", .. }), "{fault}");
            teams::update(&store, &Team { leader_id: None, ..team }, 2, NOW).await.unwrap();
            assert_eq!(archive(&store, desk.agent.id, 1, later).await.unwrap().value, desk.agent);
        }
    }
}

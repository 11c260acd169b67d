//! Measured figures for planning, to be accepted or refused.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, TryInsertResult};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::planning_proposals::{self as table, Column, Entity};
use super::entities::planning_reviews as reviews;
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{AgentId, PlanningProposalId, QueueId, TeamId};
use crate::domain::planning_proposal::{PlanningProposal, ProposalKind, ProposalState};

/// Which proposals to list.
#[derive(Debug, Clone, Copy)]
pub struct ProposalFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those on this queue.
    pub queue_id: Option<QueueId>,
    /// Only those about this figure.
    pub kind: Option<ProposalKind>,
    /// Only those in this state.
    pub state: Option<ProposalState>,
}

/// A proposal and the version of its row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredProposal {
    /// The proposal.
    pub proposal: PlanningProposal,
    /// Counts its changes, from 1.
    pub version: i32,
}

/// Stores a new proposal. `false` when its subject has an open one already.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, proposal: &PlanningProposal) -> Result<bool, StoreError> {
    let insert = Entity::insert(row(proposal, 1).into_active_model().reset_all()).on_conflict_do_nothing_on([Column::OpenKey]);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// Replaces a proposal at the version that was read.
///
/// # Errors
/// [`StoreError::VersionConflict`] when somebody changed it meanwhile.
pub async fn update(tx: &Tx, proposal: &PlanningProposal, expected: i32) -> Result<StoredProposal, StoreError> {
    let (kind, id, version) = ("planning proposal", proposal.id.0, expected.wrapping_add(1));
    let current = Expr::col("id").eq(id).and(Expr::col("version").eq(expected));
    let row = row(proposal, version).into_active_model().reset_all();
    if Entity::update_many().set(row).filter(current).exec(&tx.executor()).await?.rows_affected == 0 {
        let found = get(tx, proposal.id).await?.ok_or(StoreError::NotFound { kind, id })?.version;
        return Err(StoreError::VersionConflict { kind, id, expected, found });
    }
    Ok(StoredProposal { proposal: proposal.clone(), version })
}

/// Reads a proposal.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: PlanningProposalId) -> Result<Option<StoredProposal>, StoreError> {
    Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Lists proposals, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &ProposalFilter<'_>, page: Page) -> Result<Listed<StoredProposal>, StoreError> {
    let mut query = Entity::find().filter(scope::team_within("team_id", filter.scope));
    let ids = [("team_id", filter.team_id.map(|id| id.0)), ("agent_id", filter.agent_id.map(|id| id.0))];
    for (column, id) in ids.into_iter().chain([("queue_id", filter.queue_id.map(|id| id.0))]) {
        if let Some(id) = id {
            query = query.filter(Expr::col(column).eq(id));
        }
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Expr::col("kind").eq(word(&kind)));
    }
    if let Some(state) = filter.state {
        query = query.filter(Expr::col("state").eq(word(&state)));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// Notes that a team's figures of a week were looked at. `false` when they were before; another process that does so now is
/// waited for.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn take_review(tx: &Tx, team_id: TeamId, monday: NaiveDate, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = reviews::Model { team_id: team_id.0, monday, at: stored(now) };
    let key = [reviews::Column::TeamId, reviews::Column::Monday];
    let insert = reviews::Entity::insert(row.into_active_model().reset_all()).on_conflict_do_nothing_on(key);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// The teams whose figures of a week were looked at.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn reviewed(db: &impl Db, monday: NaiveDate) -> Result<BTreeSet<TeamId>, StoreError> {
    let query = reviews::Entity::find().select_only().column(reviews::Column::TeamId).filter(Expr::col("monday").eq(monday));
    let teams: Vec<Uuid> = query.into_tuple().all(&db.executor()).await?;
    Ok(teams.into_iter().map(TeamId).collect())
}

fn row(proposal: &PlanningProposal, version: i32) -> table::Model {
    let (kind, agent_id, queue_id) = (word(&proposal.kind), proposal.agent_id.map(|id| id.0), proposal.queue_id.0);
    let of = agent_id.map_or_else(String::new, |agent| format!(" {agent}"));
    table::Model {
        id: proposal.id.0,
        open_key: (proposal.state == ProposalState::Open).then(|| format!("{kind} {queue_id}{of}")),
        kind,
        team_id: proposal.team_id.0,
        agent_id,
        queue_id,
        state: word(&proposal.state),
        details: json(proposal),
        version,
    }
}

fn parse(row: table::Model) -> Result<StoredProposal, StoreError> {
    let proposal = Reader::new("planning_proposals", row.id).json("details", row.details)?;
    Ok(StoredProposal { proposal, version: row.version })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, Desk, NOW, on_both};
    use super::*;
    use crate::domain::planning_proposal::ProposalEvidence;

    const ALL: ProposalFilter<'static> =
        ProposalFilter { scope: &Scope::Everything, team_id: None, agent_id: None, queue_id: None, kind: None, state: None };

    fn proposal(desk: &Desk) -> PlanningProposal {
        PlanningProposal {
            id: PlanningProposalId::generate(),
            team_id: desk.team.id,
            kind: ProposalKind::Proficiency,
            agent_id: Some(desk.agent.id),
            queue_id: desk.queue.id,
            present: 1.0,
            proposed: 1.2,
            turns: None,
            evidence: ProposalEvidence {
                from: testing::monday(),
                until: testing::monday(),
                basis: None,
                days: 9,
                chats: 80.0,
                replies: 400.0,
                average_reply_secs: Some(31.5),
                reply_work_secs: Some(20.25),
                chats_at_once: None,
                busiest_chats_at_once: None,
                team: None,
                quality: vec![],
            },
            state: ProposalState::Open,
            decided: None,
        }
    }

    on_both! {
        a_subject_has_one_open_proposal_and_any_number_of_decided_ones(store) {
            let desk = testing::desk(&store).await;
            let (first, second) = (proposal(&desk), proposal(&desk));
            let of_queue = PlanningProposal { id: PlanningProposalId::generate(), agent_id: None, kind: ProposalKind::ChatsAtOnce, ..proposal(&desk) };
            let tx = store.begin().await.unwrap();
            assert!(insert(&tx, &first).await.unwrap() && !insert(&tx, &second).await.unwrap());
            assert!(insert(&tx, &of_queue).await.unwrap());
            let refused = PlanningProposal { state: ProposalState::Refused, ..first };
            assert_eq!(update(&tx, &refused, 1).await.unwrap().version, 2);
            let fault = update(&tx, &refused, 1).await.unwrap_err();
            assert!(matches!(fault, StoreError::VersionConflict { expected: 1, found: 2, .. }), "{fault}");
            assert!(insert(&tx, &second).await.unwrap());
            tx.commit().await.unwrap();
            let listed = async |filter: ProposalFilter<'_>| {
                let listed = list(&store, &filter, Page::ALL).await.unwrap().items;
                listed.into_iter().map(|found| found.proposal).collect::<Vec<_>>()
            };
            assert_eq!(listed(ProposalFilter { state: Some(ProposalState::Refused), ..ALL }).await, [refused]);
            assert_eq!(listed(ProposalFilter { kind: Some(ProposalKind::ChatsAtOnce), ..ALL }).await, [of_queue]);
            assert_eq!(listed(ProposalFilter { agent_id: Some(desk.agent.id), queue_id: Some(desk.queue.id), ..ALL }).await.len(), 2);
            assert_eq!(listed(ProposalFilter { scope: &Scope::Teams([].into()), ..ALL }).await, []);
        }

        a_week_is_looked_at_once(store) {
            let desk = testing::desk(&store).await;
            let tx = store.begin().await.unwrap();
            assert!(take_review(&tx, desk.team.id, testing::monday(), NOW).await.unwrap());
            assert!(!take_review(&tx, desk.team.id, testing::monday(), NOW).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(reviewed(&store, testing::monday()).await.unwrap(), [desk.team.id].into());
            assert!(reviewed(&store, testing::monday() - chrono::Days::new(7)).await.unwrap().is_empty());
        }
    }
}

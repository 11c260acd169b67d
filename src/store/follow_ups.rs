//! Follow-ups.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::follow_ups;
use super::row::{Reader, json, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::follow_up::{FollowUp, FollowUpState};
use crate::domain::ids::{AgentId, FollowUpId, TeamId};

/// Which follow-ups to list.
#[derive(Debug, Clone, Copy)]
pub struct FollowUpFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those in this state.
    pub state: Option<FollowUpState>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(follow_ups::Entity, FollowUp, FollowUpId);
plain_archive!(follow_ups::Entity, FollowUp, FollowUpId);

/// Lists follow-ups.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &FollowUpFilter<'_>, page: Page) -> Result<Listed<Versioned<FollowUp>>, StoreError> {
    let mut query = follow_ups::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(state) = filter.state {
        query = query.filter(Expr::col("state").eq(word(&state)));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// The agents who have a follow-up of a figure with a day in `[from, to)`, done and archived ones included.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn followed(db: &impl Db, figure_code: &str, from: NaiveDate, to: NaiveDate) -> Result<BTreeSet<AgentId>, StoreError> {
    let shares_a_day = Expr::col("from_date").lt(to).and(Expr::col("to_date").gt(from));
    let query = follow_ups::Entity::find().select_only().column(follow_ups::Column::AgentId);
    let query = query.filter(Expr::col("figure_code").eq(figure_code)).filter(shares_a_day);
    let agents: Vec<Uuid> = query.into_tuple().all(&db.executor()).await?;
    Ok(agents.into_iter().map(AgentId).collect())
}

impl Editable for follow_ups::Entity {
    type Domain = FollowUp;
    const KIND: &'static str = "follow-up";

    fn id(value: &FollowUp) -> Uuid {
        value.id.0
    }

    fn row(value: &FollowUp, stamp: Stamp) -> follow_ups::Model {
        follow_ups::Model {
            id: value.id.0,
            agent_id: value.agent_id.0,
            team_id: value.team_id.0,
            owner_id: value.owner_id.map(|owner| owner.0),
            figure_code: value.figure_code.clone(),
            from_date: value.from,
            to_date: value.to,
            cases: json(&value.cases),
            remedy: value.remedy.clone(),
            result: value.result.clone(),
            due_on: value.due_on,
            state: word(&value.state),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: follow_ups::Model) -> Result<Versioned<FollowUp>, StoreError> {
        let reader = Reader::new("follow_ups", row.id);
        let value = FollowUp {
            id: FollowUpId(row.id),
            agent_id: AgentId(row.agent_id),
            team_id: TeamId(row.team_id),
            owner_id: row.owner_id.map(AgentId),
            figure_code: row.figure_code,
            from: row.from_date,
            to: row.to_date,
            cases: reader.json("cases", row.cases)?,
            remedy: row.remedy,
            result: row.result,
            due_on: row.due_on,
            state: reader.word("state", row.state)?,
        };
        Ok(versioned!(value, row))
    }
}

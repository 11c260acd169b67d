//! Leave.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, stored, versioned};
use super::entities::leaves;
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::absence::Leave;
use crate::domain::access::Scope;
use crate::domain::calendar::Interval;
use crate::domain::ids::{AgentId, LeaveId, TeamId};

/// Which leave to list.
#[derive(Debug, Clone, Copy)]
pub struct LeaveFilter<'a> {
    /// Only that of agents of teams in here.
    pub scope: &'a Scope,
    /// Only that of agents of this team itself.
    pub team_id: Option<TeamId>,
    /// Only that of this agent.
    pub agent_id: Option<AgentId>,
    /// Only that which shares an instant with this.
    pub overlapping: Option<Interval>,
    /// Whether archived leave is wanted too.
    pub include_archived: bool,
}

plain_edits!(leaves::Entity, Leave, LeaveId);
plain_archive!(leaves::Entity, Leave, LeaveId);

/// Lists leave.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &LeaveFilter<'_>, page: Page) -> Result<Listed<Versioned<Leave>>, StoreError> {
    let mut query = leaves::Entity::find().filter(scope::agent_within("agent_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(scope::agent_within("agent_id", &Scope::Teams([team_id].into())));
    }
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(span) = filter.overlapping {
        query = query.filter(Expr::col("starts_at").lt(span.end).and(Expr::col("ends_at").gt(span.start)));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for leaves::Entity {
    type Domain = Leave;
    const KIND: &'static str = "leave";

    fn id(leave: &Leave) -> Uuid {
        leave.id.0
    }

    fn row(leave: &Leave, stamp: Stamp) -> leaves::Model {
        leaves::Model {
            id: leave.id.0,
            agent_id: leave.agent_id.0,
            starts_at: stored(leave.span.start),
            ends_at: stored(leave.span.end),
            kind: word(&leave.kind),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: leaves::Model) -> Result<Versioned<Leave>, StoreError> {
        let reader = Reader::new("leaves", row.id);
        let leave = Leave {
            id: LeaveId(row.id),
            agent_id: AgentId(row.agent_id),
            span: Interval { start: row.starts_at, end: row.ends_at },
            kind: reader.word("kind", row.kind)?,
        };
        Ok(versioned!(leave, row))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::absence::LeaveKind;

    on_both! {
        leave_is_listed_where_it_overlaps(store) {
            let desk = testing::desk(&store).await;
            let span = Interval { start: NOW, end: NOW + Duration::hours(8) };
            let leave = Leave { id: LeaveId::generate(), agent_id: desk.agent.id, span, kind: LeaveKind::Annual };
            insert(&store, &leave, NOW).await.unwrap();
            let all = LeaveFilter {
                scope: &Scope::Everything,
                team_id: Some(desk.team.id),
                agent_id: Some(desk.agent.id),
                overlapping: None,
                include_archived: false,
            };
            let within = async |start, end| {
                let filter = LeaveFilter { overlapping: Some(Interval { start, end }), ..all };
                list(&store, &filter, Page::ALL).await.unwrap().items.len()
            };
            assert_eq!(list(&store, &all, Page::ALL).await.unwrap().items[0].value, leave);
            assert_eq!(within(span.end - Duration::minutes(1), span.end).await, 1);
            // Half-open: what ends when the leave begins, or begins when it ends, does not overlap.
            assert_eq!(within(span.end, span.end + Duration::hours(1)).await, 0);
            assert_eq!(within(span.start - Duration::hours(1), span.start).await, 0);
            let elsewhere = LeaveFilter { team_id: Some(TeamId::generate()), ..all };
            assert_eq!(list(&store, &elsewhere, Page::ALL).await.unwrap().items, []);
        }
    }
}

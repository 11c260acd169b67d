//! Corrections of time worked: added, never changed.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::editable::{self, Listed, Page, stored};
use super::entities::time_corrections;
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::calendar::Interval;
use crate::domain::ids::{AgentId, TimeCorrectionId};
use crate::domain::labour::TimeCorrection;

/// Which corrections to list.
#[derive(Debug, Clone, Copy)]
pub struct TimeCorrectionFilter<'a> {
    /// Only those of agents of teams in here.
    pub scope: &'a Scope,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those that share an instant with this.
    pub overlapping: Option<Interval>,
}

/// Adds one.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(db: &impl Db, correction: &TimeCorrection) -> Result<(), StoreError> {
    let row = time_corrections::Model {
        id: correction.id.0,
        agent_id: correction.agent_id.0,
        starts_at: stored(correction.span.start),
        ends_at: stored(correction.span.end),
        is_worked: correction.is_worked,
        reason: correction.reason.clone(),
        author: correction.author.clone(),
        made_at: stored(correction.made_at),
    };
    time_corrections::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Lists corrections, the first made first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, filter: &TimeCorrectionFilter<'_>, page: Page) -> Result<Listed<TimeCorrection>, StoreError> {
    let mut query = time_corrections::Entity::find().filter(scope::agent_within("agent_id", filter.scope));
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(span) = filter.overlapping {
        query = query.filter(Expr::col("starts_at").lt(span.end).and(Expr::col("ends_at").gt(span.start)));
    }
    let (rows, has_more) = editable::page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect(), has_more })
}

fn parse(row: time_corrections::Model) -> TimeCorrection {
    TimeCorrection {
        id: TimeCorrectionId(row.id),
        agent_id: AgentId(row.agent_id),
        span: Interval { start: row.starts_at, end: row.ends_at },
        is_worked: row.is_worked,
        reason: row.reason,
        author: row.author,
        made_at: row.made_at,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        corrections_are_listed_where_they_overlap(store) {
            let desk = testing::desk(&store).await;
            let span = Interval { start: NOW, end: NOW + Duration::hours(1) };
            let (id, agent_id, reason, author) = (TimeCorrectionId::generate(), desk.agent.id, "加班".into(), "组长".into());
            let correction = TimeCorrection { id, agent_id, span, is_worked: true, reason, author, made_at: NOW };
            insert(&store, &correction).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let within = async |start, end| {
                let overlapping = Some(Interval { start, end });
                let filter = TimeCorrectionFilter { scope: &scope, agent_id: Some(agent_id), overlapping };
                list(&store, &filter, Page::ALL).await.unwrap().items
            };
            assert_eq!(within(NOW - Duration::hours(1), NOW + Duration::minutes(1)).await, [correction]);
            assert_eq!(within(span.end, span.end + Duration::hours(1)).await, []);
        }
    }
}

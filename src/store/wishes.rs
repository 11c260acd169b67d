//! Wishes.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::wishes;
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::absence::Wish;
use crate::domain::access::Scope;
use crate::domain::ids::{AgentId, ShiftTemplateId, TeamId, WishId};

/// Which wishes to list.
#[derive(Debug, Clone, Copy)]
pub struct WishFilter<'a> {
    /// Only those of agents of teams in here.
    pub scope: &'a Scope,
    /// Only those of agents of this team itself.
    pub team_id: Option<TeamId>,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those for this date or later.
    pub from: Option<NaiveDate>,
    /// Only those for this date or earlier.
    pub until: Option<NaiveDate>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(wishes::Entity, Wish, WishId);
plain_archive!(wishes::Entity, Wish, WishId);

/// Lists wishes.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &WishFilter<'_>, page: Page) -> Result<Listed<Versioned<Wish>>, StoreError> {
    let mut query = wishes::Entity::find().filter(scope::agent_within("agent_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(scope::agent_within("agent_id", &Scope::Teams([team_id].into())));
    }
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(from) = filter.from {
        query = query.filter(Expr::col("date").gte(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(Expr::col("date").lte(until));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for wishes::Entity {
    type Domain = Wish;
    const KIND: &'static str = "wish";

    fn id(wish: &Wish) -> Uuid {
        wish.id.0
    }

    fn row(wish: &Wish, stamp: Stamp) -> wishes::Model {
        wishes::Model {
            id: wish.id.0,
            agent_id: wish.agent_id.0,
            date: wish.date,
            kind: word(&wish.kind),
            shift_template_id: wish.shift_template_id.map(|template| template.0),
            weight: wish.weight.into(),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: wishes::Model) -> Result<Versioned<Wish>, StoreError> {
        let reader = Reader::new("wishes", row.id);
        let wish = Wish {
            id: WishId(row.id),
            agent_id: AgentId(row.agent_id),
            date: row.date,
            kind: reader.word("kind", row.kind)?,
            shift_template_id: row.shift_template_id.map(ShiftTemplateId),
            weight: reader.whole("weight", row.weight)?,
        };
        Ok(versioned!(wish, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::shift_templates;
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::absence::WishKind;

    on_both! {
        a_wish_is_listed_by_date_and_keeps_its_template(store) {
            let desk = testing::desk(&store).await;
            let wish = Wish {
                id: WishId::generate(),
                agent_id: desk.agent.id,
                date: testing::monday(),
                kind: WishKind::WantShift,
                shift_template_id: Some(desk.template.id),
                weight: 3,
            };
            insert(&store, &wish, NOW).await.unwrap();
            let own = Scope::Teams([desk.team.id].into());
            let on = |date| WishFilter {
                scope: &own,
                team_id: Some(desk.team.id),
                agent_id: Some(desk.agent.id),
                from: Some(date),
                until: Some(date),
                include_archived: false,
            };
            assert_eq!(list(&store, &on(wish.date), Page::ALL).await.unwrap().items[0].value, wish);
            assert_eq!(list(&store, &on(wish.date.succ_opt().unwrap()), Page::ALL).await.unwrap().items, []);
            let fault = shift_templates::archive(&store, desk.template.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::ReferencedBy { by: "wishes from today on", .. }), "{fault}");
        }
    }
}

//! Protections of agents.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::protections;
use super::row::{Reader, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{AgentId, ProtectionId};
use crate::domain::labour::Protection;

/// Which protections to list.
#[derive(Debug, Clone, Copy)]
pub struct ProtectionFilter<'a> {
    /// Only those of agents of teams in here.
    pub scope: &'a Scope,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(protections::Entity, Protection, ProtectionId);
plain_archive!(protections::Entity, Protection, ProtectionId);

/// Lists protections.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &ProtectionFilter<'_>, page: Page) -> Result<Listed<Versioned<Protection>>, StoreError> {
    let mut query = protections::Entity::find().filter(scope::agent_within("agent_id", filter.scope));
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for protections::Entity {
    type Domain = Protection;
    const KIND: &'static str = "protection";

    fn id(value: &Protection) -> Uuid {
        value.id.0
    }

    fn row(value: &Protection, stamp: Stamp) -> protections::Model {
        protections::Model {
            id: value.id.0,
            agent_id: value.agent_id.0,
            kind: word(&value.kind),
            first_date: value.from,
            last_date: value.until,
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: protections::Model) -> Result<Versioned<Protection>, StoreError> {
        let value = Protection {
            id: ProtectionId(row.id),
            agent_id: AgentId(row.agent_id),
            kind: Reader::new("protections", row.id).word("kind", row.kind)?,
            from: row.first_date,
            until: row.last_date,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::labour::ProtectionKind;

    on_both! {
        a_protection_reads_back_for_those_who_reach_its_agent(store) {
            let desk = testing::desk(&store).await;
            let (from, agent_id) = (testing::monday(), desk.agent.id);
            let value = Protection { id: ProtectionId::generate(), agent_id, kind: ProtectionKind::Pregnant, from, until: None };
            insert(&store, &value, NOW).await.unwrap();
            let own = Scope::Teams([desk.team.id].into());
            let of = |scope| ProtectionFilter { scope, agent_id: Some(agent_id), include_archived: false };
            assert_eq!(list(&store, &of(&own), Page::ALL).await.unwrap().items[0].value, value);
            let others = Scope::Teams([crate::domain::ids::TeamId::generate()].into());
            assert_eq!(list(&store, &of(&others), Page::ALL).await.unwrap().items, []);
        }
    }
}

//! Promotions.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::promotions;
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{PromotionId, QueueId, TeamId};
use crate::domain::promotion::Promotion;

/// Which promotions to list.
#[derive(Debug, Clone, Copy)]
pub struct PromotionFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(promotions::Entity, Promotion, PromotionId);
plain_archive!(promotions::Entity, Promotion, PromotionId);

/// Lists promotions.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &PromotionFilter<'_>, page: Page) -> Result<Listed<Versioned<Promotion>>, StoreError> {
    let mut query = promotions::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for promotions::Entity {
    type Domain = Promotion;
    const KIND: &'static str = "promotion";

    fn id(value: &Promotion) -> Uuid {
        value.id.0
    }

    fn row(value: &Promotion, stamp: Stamp) -> promotions::Model {
        promotions::Model {
            id: value.id.0,
            team_id: value.team_id.0,
            queue_id: value.queue_id.map(|queue| queue.0),
            name: value.name.clone(),
            kind: value.kind.clone(),
            phases: json(&value.phases),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: promotions::Model) -> Result<Versioned<Promotion>, StoreError> {
        let reader = Reader::new("promotions", row.id);
        let value = Promotion {
            id: PromotionId(row.id),
            team_id: TeamId(row.team_id),
            queue_id: row.queue_id.map(QueueId),
            name: row.name,
            kind: row.kind,
            phases: reader.json("phases", row.phases)?,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::promotion::{PhaseKind, PromotionPhase};
    use crate::domain::quantity::Uplift;

    on_both! {
        a_promotion_reads_back_with_its_phases(store) {
            let desk = testing::desk(&store).await;
            let value = Promotion {
                id: PromotionId::generate(),
                team_id: desk.team.id,
                queue_id: Some(desk.queue.id),
                name: "双11 2026".into(),
                kind: "双11".into(),
                phases: vec![PromotionPhase {
                    kind: PhaseKind::Opening,
                    starts_at: NOW.naive_utc(),
                    ends_at: NOW.naive_utc() + chrono::Duration::hours(4),
                    uplift: Some(Uplift::new(4.0).unwrap()),
                }],
            };
            insert(&store, &value, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = PromotionFilter { scope: &scope, team_id: Some(desk.team.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, value);
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, []);
        }
    }
}

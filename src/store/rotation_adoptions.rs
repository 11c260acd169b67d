//! Rotations that teams work by, each from a Monday on.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::rotation_adoptions;
use super::row::{Reader, json, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{RotationAdoptionId, RotationId, TeamId};
use crate::domain::rotation::RotationAdoption;

/// Which adoptions to list.
#[derive(Debug, Clone, Copy)]
pub struct RotationAdoptionFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(rotation_adoptions::Entity, RotationAdoption, RotationAdoptionId);
plain_archive!(rotation_adoptions::Entity, RotationAdoption, RotationAdoptionId);

/// Lists adoptions.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(
    db: &impl Db,
    filter: &RotationAdoptionFilter<'_>,
    page: Page,
) -> Result<Listed<Versioned<RotationAdoption>>, StoreError> {
    let mut query = rotation_adoptions::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

/// What the team itself works by in the week of that Monday: the adoption that started last.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn current(db: &impl Db, team_id: TeamId, monday: NaiveDate) -> Result<Option<RotationAdoption>, StoreError> {
    let query = rotation_adoptions::Entity::find()
        .filter(Expr::col("team_id").eq(team_id.0))
        .filter(Expr::col("archived_at").is_null())
        .filter(Expr::col("starts_on").lte(monday))
        .order_by_desc(rotation_adoptions::Column::StartsOn);
    let row = query.one(&db.executor()).await?;
    Ok(row.map(rotation_adoptions::Entity::parse).transpose()?.map(|row| row.value))
}

impl Editable for rotation_adoptions::Entity {
    type Domain = RotationAdoption;
    const KIND: &'static str = "rotation adoption";

    fn id(value: &RotationAdoption) -> Uuid {
        value.id.0
    }

    fn row(value: &RotationAdoption, stamp: Stamp) -> rotation_adoptions::Model {
        rotation_adoptions::Model {
            id: value.id.0,
            team_id: value.team_id.0,
            rotation_id: value.rotation_id.0,
            starts_on: value.starts_on,
            usage: word(&value.usage),
            is_paused_on_holidays: value.is_paused_on_holidays,
            places: json(&value.places),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: rotation_adoptions::Model) -> Result<Versioned<RotationAdoption>, StoreError> {
        let reader = Reader::new("rotation_adoptions", row.id);
        let value = RotationAdoption {
            id: RotationAdoptionId(row.id),
            team_id: TeamId(row.team_id),
            rotation_id: RotationId(row.rotation_id),
            starts_on: row.starts_on,
            usage: reader.word("usage", row.usage)?,
            is_paused_on_holidays: row.is_paused_on_holidays,
            places: reader.json("places", row.places)?,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::super::rotations;
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        the_adoption_that_started_last_holds_until_the_next_one(store) {
            let desk = testing::desk(&store).await;
            let rotation = testing::rotation(&desk);
            rotations::insert(&store, &rotation, NOW).await.unwrap();
            let first = testing::adoption(&desk, &rotation);
            let later = RotationAdoption {
                id: RotationAdoptionId::generate(),
                starts_on: first.starts_on + Days::new(21),
                places: vec![],
                ..first.clone()
            };
            for adoption in [&later, &first] {
                insert(&store, adoption, NOW).await.unwrap();
            }
            let weeks_on = |weeks: i64| first.starts_on + chrono::Duration::weeks(weeks);
            for (weeks, holds) in [(-1, None), (0, Some(&first)), (2, Some(&first)), (3, Some(&later)), (60, Some(&later))] {
                assert_eq!(current(&store, desk.team.id, weeks_on(weeks)).await.unwrap().as_ref(), holds, "{weeks}");
            }
            archive(&store, later.id, 1, NOW).await.unwrap();
            assert_eq!(current(&store, desk.team.id, weeks_on(3)).await.unwrap(), Some(first.clone()));
            let filter = RotationAdoptionFilter { scope: &Scope::Everything, team_id: Some(desk.team.id), include_archived: true };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items.len(), 2);
        }
    }
}

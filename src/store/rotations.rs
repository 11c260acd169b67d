//! Rotations of teams.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_edits, versioned};
use super::entities::{rotation_adoptions, rotations};
use super::row::{Reader, json, word};
use super::{Db, StoreError, scope};
use crate::domain::access::Scope;
use crate::domain::ids::{RotationId, TeamId};
use crate::domain::rotation::TeamRotation;

/// Which rotations to list.
#[derive(Debug, Clone, Copy)]
pub struct RotationFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Whether archived ones are wanted too.
    pub include_archived: bool,
}

plain_edits!(rotations::Entity, TeamRotation, RotationId);

/// Archives a rotation that is still at `expected_version`, unless a team works by it.
///
/// # Errors
/// [`StoreError::ReferencedBy`], [`StoreError::VersionConflict`], [`StoreError::NotFound`], [`StoreError::Archived`].
pub async fn archive(
    db: &impl Db,
    id: RotationId,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<TeamRotation>, StoreError> {
    let needed = rotation_adoptions::Entity::find()
        .filter(Expr::col("rotation_id").eq(id.0))
        .filter(Expr::col("archived_at").is_null())
        .count(&db.executor())
        .await?;
    editable::unneeded("rotation", id.0, "rotation adoption", needed)?;
    editable::archive::<rotations::Entity>(db, id.0, expected_version, now).await
}

/// Lists rotations.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &RotationFilter<'_>, page: Page) -> Result<Listed<Versioned<TeamRotation>>, StoreError> {
    let mut query = rotations::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    editable::page(db, scope::archived_too(query, filter.include_archived), page).await
}

impl Editable for rotations::Entity {
    type Domain = TeamRotation;
    const KIND: &'static str = "rotation";

    fn id(value: &TeamRotation) -> Uuid {
        value.id.0
    }

    fn row(value: &TeamRotation, stamp: Stamp) -> rotations::Model {
        rotations::Model {
            id: value.id.0,
            team_id: value.team_id.0,
            name: value.name.clone(),
            source: word(&value.source),
            pattern_id: value.pattern_id.clone(),
            shifts: json(&value.shifts),
            tracks: json(&value.tracks),
            rules: value.rules.as_ref().map(json),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: rotations::Model) -> Result<Versioned<TeamRotation>, StoreError> {
        let reader = Reader::new("rotations", row.id);
        let value = TeamRotation {
            id: RotationId(row.id),
            team_id: TeamId(row.team_id),
            name: row.name,
            source: reader.word("source", row.source)?,
            pattern_id: row.pattern_id,
            shifts: reader.json("shifts", row.shifts)?,
            tracks: reader.json("tracks", row.tracks)?,
            rules: reader.optional_json("rules", row.rules)?,
        };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rotation_adoptions;
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        a_rotation_reads_back_and_is_kept_while_a_team_works_by_it(store) {
            let desk = testing::desk(&store).await;
            let value = testing::rotation(&desk);
            insert(&store, &value, NOW).await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let filter = RotationFilter { scope: &scope, team_id: Some(desk.team.id), include_archived: false };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items[0].value, value);
            let adoption = testing::adoption(&desk, &value);
            rotation_adoptions::insert(&store, &adoption, NOW).await.unwrap();
            let refused = archive(&store, value.id, 1, NOW).await.unwrap_err();
            assert!(matches!(refused, StoreError::ReferencedBy { count: 1, .. }), "{refused}");
            rotation_adoptions::archive(&store, adoption.id, 1, NOW).await.unwrap();
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, []);
        }
    }
}

//! Column maps of figures that users have saved.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::figure_maps;
use super::row::{Reader, json, word};
use super::{Db, StoreError, scope};
use crate::domain::figure_map::NamedMap;
use crate::domain::ids::FigureMapId;

plain_edits!(figure_maps::Entity, NamedMap, FigureMapId);
plain_archive!(figure_maps::Entity, NamedMap, FigureMapId);

/// Lists maps.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, include_archived: bool, page: Page) -> Result<Listed<Versioned<NamedMap>>, StoreError> {
    editable::page(db, scope::archived_too(figure_maps::Entity::find(), include_archived), page).await
}

impl Editable for figure_maps::Entity {
    type Domain = NamedMap;
    const KIND: &'static str = "figure map";

    fn id(value: &NamedMap) -> Uuid {
        value.id.0
    }

    fn row(value: &NamedMap, stamp: Stamp) -> figure_maps::Model {
        figure_maps::Model {
            id: value.id.0,
            name: value.name.clone(),
            platform: word(&value.platform),
            columns: json(&value.columns),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: figure_maps::Model) -> Result<Versioned<NamedMap>, StoreError> {
        let reader = Reader::new("figure_maps", row.id);
        let value = NamedMap {
            id: FigureMapId(row.id),
            name: row.name,
            platform: reader.word("platform", row.platform)?,
            columns: reader.json("columns", row.columns)?,
        };
        Ok(versioned!(value, row))
    }
}

//! Figures of the users' own.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, plain_archive, plain_edits, versioned};
use super::entities::figures;
use super::row::{Reader, json};
use super::{Db, StoreError, scope};
use crate::domain::figure::OwnFigure;
use crate::domain::ids::FigureId;

plain_edits!(figures::Entity, OwnFigure, FigureId);
plain_archive!(figures::Entity, OwnFigure, FigureId);

/// Lists figures.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, include_archived: bool, page: Page) -> Result<Listed<Versioned<OwnFigure>>, StoreError> {
    editable::page(db, scope::archived_too(figures::Entity::find(), include_archived), page).await
}

impl Editable for figures::Entity {
    type Domain = OwnFigure;
    const KIND: &'static str = "figure";

    fn id(value: &OwnFigure) -> Uuid {
        value.id.0
    }

    fn row(value: &OwnFigure, stamp: Stamp) -> figures::Model {
        figures::Model {
            id: value.id.0,
            code: value.spec.code.clone(),
            definition: json(&value.spec),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
        }
    }

    fn parse(row: figures::Model) -> Result<Versioned<OwnFigure>, StoreError> {
        let reader = Reader::new("figures", row.id);
        let value = OwnFigure { id: FigureId(row.id), spec: reader.json("definition", row.definition)? };
        Ok(versioned!(value, row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, on_both};
    use super::*;
    use crate::team::figures::shipped;

    on_both! {
        an_own_figure_reads_back_and_its_code_is_taken(store) {
            let value = OwnFigure { id: FigureId::generate(), spec: shipped()[0].spec.clone() };
            insert(&store, &value, NOW).await.unwrap();
            assert_eq!(get(&store, value.id).await.unwrap().unwrap().value, value);
            let rival = OwnFigure { id: FigureId::generate(), ..value.clone() };
            let fault = insert(&store, &rival, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "figures", field: "code" }), "{fault}");
            archive(&store, value.id, 1, NOW).await.unwrap();
            assert_eq!(list(&store, false, Page::ALL).await.unwrap().items, []);
            assert_eq!(list(&store, true, Page::ALL).await.unwrap().items[0].value, value);
        }
    }
}

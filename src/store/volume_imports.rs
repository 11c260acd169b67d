//! Imports of inquiry volumes: what came in, when, from whom.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::editable::{Listed, Page, page_rows, stored};
use super::entities::volume_imports;
use super::row::Reader;
use super::volumes::UpsertCounts;
use super::{Db, StoreError};
use crate::domain::ids::VolumeImportId;

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeImport {
    /// Identity.
    pub id: VolumeImportId,
    /// When.
    pub at: DateTime<Utc>,
    /// What the file was called.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub file_sha256: String,
    /// Display name of who imported it.
    pub actor_name: String,
    /// What it did to the stored volumes.
    pub counts: UpsertCounts,
    /// Rows left out.
    pub skipped: u64,
    /// Faults found.
    pub faults: u64,
}

/// Notes an import.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert(db: &impl Db, import: &VolumeImport) -> Result<(), StoreError> {
    // Counts of rows of one file; none comes near the limit.
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let row = volume_imports::Model {
        id: import.id.0,
        at: stored(import.at),
        file_name: import.file_name.clone(),
        file_sha256: import.file_sha256.clone(),
        actor_name: import.actor_name.clone(),
        inserted: whole(import.counts.inserted),
        changed: whole(import.counts.changed),
        unchanged: whole(import.counts.unchanged),
        skipped: whole(import.skipped),
        faults: whole(import.faults),
    };
    volume_imports::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Reads an import.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: VolumeImportId) -> Result<Option<VolumeImport>, StoreError> {
    volume_imports::Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// The last import of the very same file.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn find_by_sha256(db: &impl Db, file_sha256: &str) -> Result<Option<VolumeImport>, StoreError> {
    let query =
        volume_imports::Entity::find().filter(Expr::col("file_sha256").eq(file_sha256)).order_by_desc(volume_imports::Column::Id);
    query.one(&db.executor()).await?.map(parse).transpose()
}

/// Lists imports, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, page: Page) -> Result<Listed<VolumeImport>, StoreError> {
    let (rows, has_more) = page_rows(db, volume_imports::Entity::find(), page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

fn parse(row: volume_imports::Model) -> Result<VolumeImport, StoreError> {
    let reader = Reader::new("volume_imports", row.id);
    Ok(VolumeImport {
        id: VolumeImportId(row.id),
        at: row.at,
        file_name: row.file_name,
        file_sha256: row.file_sha256,
        actor_name: row.actor_name,
        counts: UpsertCounts {
            inserted: reader.whole("inserted", row.inserted)?,
            changed: reader.whole("changed", row.changed)?,
            unchanged: reader.whole("unchanged", row.unchanged)?,
        },
        skipped: reader.whole("skipped", row.skipped)?,
        faults: reader.whole("faults", row.faults)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, on_both};
    use super::*;

    on_both! {
        an_import_is_found_again_by_the_hash_of_its_file(store) {
            let import = VolumeImport {
                id: VolumeImportId::generate(),
                at: NOW,
                file_name: "十一月.csv".into(),
                file_sha256: "e3b0".into(),
                actor_name: "主管".into(),
                counts: UpsertCounts { inserted: 3, changed: 2, unchanged: 1 },
                skipped: 4,
                faults: 5,
            };
            insert(&store, &import).await.unwrap();
            assert_eq!(get(&store, import.id).await.unwrap(), Some(import.clone()));
            assert_eq!(find_by_sha256(&store, "e3b0").await.unwrap(), Some(import.clone()));
            assert_eq!(find_by_sha256(&store, "e3b1").await.unwrap(), None);
            assert_eq!(list(&store, Page::ALL).await.unwrap().items, [import]);
        }
    }
}

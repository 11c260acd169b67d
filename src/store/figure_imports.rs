//! Imports of team figures: what came in, when, from whom.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::editable::{Listed, Page, page_rows, stored};
use super::entities::figure_imports;
use super::row::Reader;
use super::{Db, StoreError};
use crate::domain::ids::FigureImportId;

/// One import. Counts are of registers, `skipped` and `faults` of rows and cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureImport {
    /// Identity.
    pub id: FigureImportId,
    /// When.
    pub at: DateTime<Utc>,
    /// What the file was called.
    pub file_name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub file_sha256: String,
    /// Display name of who imported it.
    pub actor_name: String,
    /// Not there before.
    pub inserted: u64,
    /// There with another count.
    pub changed: u64,
    /// There just so.
    pub unchanged: u64,
    /// Held back, because nobody knows whose they are.
    pub held: u64,
    /// Rows left out.
    pub skipped: u64,
    /// Faults found.
    pub faults: u64,
}

/// Notes an import, or what it came to.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert(db: &impl Db, import: &FigureImport) -> Result<(), StoreError> {
    figure_imports::Entity::insert(row(import).into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(())
}

/// Replaces what is noted of an import.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn update(db: &impl Db, import: &FigureImport) -> Result<(), StoreError> {
    figure_imports::Entity::update(row(import).into_active_model().reset_all()).exec(&db.executor()).await?;
    Ok(())
}

/// Lists imports, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, page: Page) -> Result<Listed<FigureImport>, StoreError> {
    let (rows, has_more) = page_rows(db, figure_imports::Entity::find(), page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

fn row(import: &FigureImport) -> figure_imports::Model {
    // Counts of rows of one file; none comes near the limit.
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    figure_imports::Model {
        id: import.id.0,
        at: stored(import.at),
        file_name: import.file_name.clone(),
        file_sha256: import.file_sha256.clone(),
        actor_name: import.actor_name.clone(),
        inserted: whole(import.inserted),
        changed: whole(import.changed),
        unchanged: whole(import.unchanged),
        held: whole(import.held),
        skipped: whole(import.skipped),
        faults: whole(import.faults),
    }
}

fn parse(row: figure_imports::Model) -> Result<FigureImport, StoreError> {
    let reader = Reader::new("figure_imports", row.id);
    Ok(FigureImport {
        id: FigureImportId(row.id),
        at: row.at,
        file_name: row.file_name,
        file_sha256: row.file_sha256,
        actor_name: row.actor_name,
        inserted: reader.whole("inserted", row.inserted)?,
        changed: reader.whole("changed", row.changed)?,
        unchanged: reader.whole("unchanged", row.unchanged)?,
        held: reader.whole("held", row.held)?,
        skipped: reader.whole("skipped", row.skipped)?,
        faults: reader.whole("faults", row.faults)?,
    })
}

//! Loading inquiry volumes from files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::ServiceError;
use super::audit::{Subject, entry};
use crate::domain::access::{Actor, Scope};
use crate::domain::ids::{QueueId, SiteId, TeamId, VolumeImportId};
use crate::intake::{ColumnMap, IntakeError, Limits, QueueBook, QueueEntry, ReadContext, ReadVolumes, RowFault, read_volumes};
use crate::store::queues::QueueFilter;
use crate::store::sites::SiteFilter;
use crate::store::teams::TeamFilter;
use crate::store::volume_imports::{self, VolumeImport};
use crate::store::{Db, Page, Store, StoreError, audit, queues, sites, teams, volumes};

/// Records that go into the database in one statement's worth of memory.
const CHUNK: usize = 10_000;

/// Why a file was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ImportRefusal {
    /// The file as a whole.
    #[error(transparent)]
    File(#[from] IntakeError),
    /// Some of its rows; nothing was loaded.
    #[error("{} cell(s) of the file cannot be loaded, so nothing was; mend them, or import with on_error=skip to load the rest", count(.faults, *.faults_left_out))]
    Rows {
        /// Every cell that is wrong.
        faults: Vec<RowFault>,
        /// Further ones, counted only.
        faults_left_out: u64,
    },
}

/// Rows with a fault or more; faults come sorted by row.
fn bad_rows(faults: &[RowFault]) -> u64 {
    faults.chunk_by(|one, next| one.row == next.row).count() as u64
}

fn count(faults: &[RowFault], not_shown: u64) -> u64 {
    faults.len() as u64 + not_shown
}

/// What to do with a file that has bad rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// Load nothing and name them all.
    Refuse,
    /// Load the others and name them all.
    Skip,
}

/// A file to load.
#[derive(Debug)]
pub struct NewImport {
    /// Its bytes, on disk.
    pub file: File,
    /// What it is called.
    pub file_name: String,
    /// Which column is what.
    pub columns: ColumnMap,
    /// The queue of every row, for files without a queue column.
    pub queue_id: Option<QueueId>,
    /// What to do with bad rows.
    pub on_error: OnError,
}

/// What came of an import.
#[derive(Debug)]
pub struct ImportReport {
    /// The import as kept.
    pub import: VolumeImport,
    /// Every cell that could not be loaded.
    pub faults: Vec<RowFault>,
    /// Further ones, counted only.
    pub faults_left_out: u64,
}

/// Loads a file: all of it or, unless told to skip bad rows, nothing. The same file twice changes nothing.
///
/// # Errors
/// [`ServiceError::Import`] names everything that is wrong; [`ServiceError::NotFound`] an unknown queue.
pub async fn import_volumes(
    store: &Store,
    actor: &Actor,
    new: NewImport,
    now: DateTime<Utc>,
) -> Result<ImportReport, ServiceError> {
    let book = queue_book(store, &actor.scope).await?;
    if let Some(id) = new.queue_id {
        let queue = queues::get(store, id).await?.filter(|queue| actor.scope.reaches(queue.value.team_id));
        queue.ok_or_else(|| ServiceError::NotFound { what: "queue", id: id.to_string() })?;
    }
    let NewImport { file, file_name, columns, queue_id, on_error } = new;
    let reading = tokio::task::spawn_blocking(move || read(file, &columns, &book, queue_id));
    let (read, file_sha256) = reading.await.expect("reading a file does not panic").map_err(ImportRefusal::from)?;
    if on_error == OnError::Refuse && !read.faults.is_empty() {
        let ReadVolumes { faults, faults_left_out, .. } = read;
        return Err(ImportRefusal::Rows { faults, faults_left_out }.into());
    }

    let tx = store.begin().await?;
    let mut counts = volumes::UpsertCounts::default();
    let mut records = read.records();
    while records.len() > 0 {
        let chunk: Vec<_> = records.by_ref().take(CHUNK).collect();
        let chunk = volumes::upsert(&tx, &chunk).await?;
        counts.inserted += chunk.inserted;
        counts.changed += chunk.changed;
        counts.unchanged += chunk.unchanged;
    }
    drop(records);
    let import = VolumeImport {
        id: VolumeImportId::generate(),
        at: now,
        file_name,
        file_sha256,
        actor_name: actor.name.clone(),
        counts,
        skipped: bad_rows(&read.faults),
        faults: count(&read.faults, read.faults_left_out),
    };
    volume_imports::insert(&tx, &import).await?;
    let subject = Subject { what: "volume_import", id: import.id.0, team_id: None };
    let facts = serde_json::json!({ "file_name": import.file_name, "file_sha256": import.file_sha256,
        "inserted": counts.inserted, "changed": counts.changed, "unchanged": counts.unchanged, "skipped": import.skipped });
    audit::insert(&tx, &entry(actor, "import", subject, None, Some(&facts), now)).await?;
    tx.commit().await?;
    Ok(ImportReport { import, faults: read.faults, faults_left_out: read.faults_left_out })
}

/// SHA-256 of a file, in hexadecimal digits.
pub(super) fn sha256_of(file: &mut File) -> Result<String, IntakeError> {
    let mut digest = Sha256::new();
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let len = file.read(&mut buffer)?;
        if len == 0 {
            return Ok(format!("{:x}", digest.finalize()));
        }
        digest.update(&buffer[..len]);
    }
}

fn read(
    mut file: File,
    columns: &ColumnMap,
    book: &QueueBook,
    fixed_queue: Option<QueueId>,
) -> Result<(ReadVolumes, String), IntakeError> {
    let file_sha256 = sha256_of(&mut file)?;
    let context = ReadContext { queues: book, fixed_queue, limits: Limits::default() };
    Ok((read_volumes(file, columns, context)?, file_sha256))
}

/// The queues within the scope, as a file may name them.
async fn queue_book(db: &impl Db, scope: &Scope) -> Result<QueueBook, StoreError> {
    let sites = sites::list(db, &SiteFilter { scope: &Scope::Everything, include_archived: true }, Page::ALL).await?;
    let zones: BTreeMap<SiteId, Tz> = sites.items.into_iter().map(|row| (row.value.id, row.value.zone)).collect();
    let every_team = TeamFilter { scope, site_id: None, parent_id: None, include_archived: true };
    let teams = teams::list(db, &every_team, Page::ALL).await?;
    let zone_of: BTreeMap<TeamId, Tz> =
        teams.items.into_iter().map(|row| (row.value.id, zones.get(&row.value.site_id).copied().unwrap_or(Tz::UTC))).collect();
    let filter = QueueFilter { scope, team_id: None, shop_id: None, include_archived: false };
    let queues = queues::list(db, &filter, Page::ALL).await?;
    Ok(QueueBook::new(queues.items.into_iter().map(|row| row.value).map(|queue| QueueEntry {
        id: queue.id,
        zone: zone_of.get(&queue.team_id).copied().unwrap_or(Tz::UTC),
        name: queue.name,
    })))
}

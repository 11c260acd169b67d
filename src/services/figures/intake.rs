//! Loading team figures from files.

use std::collections::BTreeMap;
use std::fs::File;

use chrono::{DateTime, NaiveDate, Utc};

use super::books::{agent_book, place_book};
use crate::domain::access::Actor;
use crate::domain::figure_day::{Contradiction, FigureDay, FigureKey, HeldReason, Register};
use crate::domain::figure_map::FigureMap;
use crate::domain::ids::{AgentId, FigureImportId, FigureMapId, HeldFigureId, QueueId, ShopId, TeamId};
use crate::intake::{
    AgentBook, FigureContext, FigureRow, Limits, Nobody, ReadFigures, Reason, RowFault, read_figures, shipped_maps,
};
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::services::volumes::{ImportRefusal, OnError, sha256_of};
use crate::store::figure_days::{Correction, MergeCounts, merge};
use crate::store::figure_imports::{self, FigureImport};
use crate::store::held_figures::{self, HeldFigure};
use crate::store::{Db, Store, StoreError, Tx, audit, figure_maps};

/// Which column map a file is read with.
#[derive(Debug, Clone)]
pub enum MapChoice {
    /// One that users have saved.
    Saved(FigureMapId),
    /// One that is shipped, by name.
    Shipped(String),
    /// This one.
    Given(FigureMap),
}

/// A file to load.
#[derive(Debug)]
pub struct NewFigureImport {
    /// Its bytes, on disk.
    pub file: File,
    /// What it is called.
    pub file_name: String,
    /// Which column is what.
    pub map: MapChoice,
    /// The shop of every row, for files that name none.
    pub shop_id: Option<ShopId>,
    /// The queue of every row, for files that name none.
    pub queue_id: Option<QueueId>,
    /// The date of every row, for files that name none.
    pub date: Option<NaiveDate>,
    /// What to do with bad rows.
    pub on_error: OnError,
}

/// What came of an import.
#[derive(Debug)]
pub struct FigureImportReport {
    /// The import as kept.
    pub import: FigureImport,
    /// Every cell that could not be loaded.
    pub faults: Vec<RowFault>,
    /// Further ones, counted only.
    pub faults_left_out: u64,
    /// Headers of the file that nothing was read from.
    pub unread: Vec<String>,
}

/// Registers of one key with their rows.
type Bucket = (TeamId, Vec<(Register, u32)>);

/// Loads a file: all of it or, unless told to skip bad rows, nothing. Rows whose agent is unknown, or could be several, are held
/// back until somebody says who it is. The same file twice changes nothing; later figures replace earlier ones, which are kept.
///
/// # Errors
/// [`ServiceError::Import`] names everything that is wrong; [`ServiceError::NotFound`] an unknown map, shop or queue.
pub async fn import_figures(
    store: &Store,
    actor: &Actor,
    new: NewFigureImport,
    now: DateTime<Utc>,
) -> Result<FigureImportReport, ServiceError> {
    let agents = agent_book(store, actor).await?;
    let (on_error, file_name) = (new.on_error, new.file_name.clone());
    let (read, file_sha256) = read_file(store, actor, new, now).await?;
    let ReadFigures { rows, mut faults, faults_left_out, unread } = read;
    let id = FigureImportId::generate();
    let (buckets, held) = sort(rows, &agents, id, now, &mut faults);
    refuse(on_error, &faults, faults_left_out)?;

    let tx = store.begin().await?;
    let mut import = FigureImport {
        id,
        at: now,
        file_name,
        file_sha256,
        actor_name: actor.name.clone(),
        inserted: 0,
        changed: 0,
        unchanged: 0,
        held: held.len() as u64,
        skipped: 0,
        faults: 0,
    };
    figure_imports::insert(&tx, &import).await?;
    let counts = lay_down(&tx, &import, buckets, &mut faults).await?;
    refuse(on_error, &faults, faults_left_out)?;
    held_figures::insert(&tx, &held).await?;
    (import.inserted, import.changed, import.unchanged) = (counts.inserted, counts.changed, counts.unchanged);
    faults.sort_by_key(|fault| fault.row);
    import.skipped = faults.chunk_by(|one, next| one.row == next.row).count() as u64;
    import.faults = faults.len() as u64 + faults_left_out;
    figure_imports::update(&tx, &import).await?;
    let subject = Subject { what: "figure_import", id: id.0, team_id: None };
    let facts = serde_json::json!({ "file_name": import.file_name, "file_sha256": import.file_sha256, "inserted": import.inserted,
        "changed": import.changed, "unchanged": import.unchanged, "held": import.held, "skipped": import.skipped });
    audit::insert(&tx, &entry(actor, "import", subject, None, Some(&facts), now)).await?;
    tx.commit().await?;
    Ok(FigureImportReport { import, faults, faults_left_out, unread })
}

/// Reads the file on a thread that may take its time; gives its rows, and the sum of its bytes.
async fn read_file(
    store: &Store,
    actor: &Actor,
    new: NewFigureImport,
    now: DateTime<Utc>,
) -> Result<(ReadFigures, String), ServiceError> {
    let map = map_of(store, &new.map).await?;
    let places = place_book(store, actor).await?;
    let named = new.queue_id.map(|id| id.0).or(new.shop_id.map(|id| id.0));
    let fixed_place = places.get(new.shop_id, new.queue_id);
    if let (Some(id), None) = (named, fixed_place) {
        return Err(ServiceError::NotFound { what: "shop or queue", id: id.to_string() });
    }
    let NewFigureImport { mut file, date, .. } = new;
    let reading = tokio::task::spawn_blocking(move || {
        let file_sha256 = sha256_of(&mut file)?;
        let context = FigureContext { places: &places, fixed_place, fixed_date: date, now, limits: Limits::default() };
        read_figures(file, &map, context).map(|read| (read, file_sha256))
    });
    Ok(reading.await.expect("reading a file does not panic").map_err(ImportRefusal::from)?)
}

/// Stores the registers of an import. Those that contradict what is there are left out, each a fault of its row.
async fn lay_down(
    tx: &Tx,
    import: &FigureImport,
    buckets: BTreeMap<FigureKey, Bucket>,
    faults: &mut Vec<RowFault>,
) -> Result<MergeCounts, StoreError> {
    let mut rows: BTreeMap<(FigureKey, DateTime<Utc>), u32> = BTreeMap::new();
    let mut days = Vec::with_capacity(buckets.len());
    for (key, (team_id, registers)) in buckets {
        rows.extend(registers.iter().map(|(register, row)| ((key, register.starts_at), *row)));
        let registers = registers.into_iter().map(|(register, _)| register).collect();
        days.push(FigureDay { key, team_id, registers });
    }
    let correction = Correction { import_id: Some(import.id), actor_name: &import.actor_name, at: import.at };
    let counts = merge(tx, &days, correction).await?;
    for (key, left_out) in &counts.left_out {
        let row = rows.get(&(*key, left_out.starts_at)).copied().unwrap_or_default();
        let value = left_out.starts_at.to_rfc3339().into();
        let (column, reason) = match left_out.why {
            Contradiction::CountedTwice { measure, .. } => ("", Reason::CountedTwice { measure }),
            Contradiction::Impossible { part, whole } => (part.code(), Reason::ImpossibleAfterwards { whole }),
        };
        faults.push(RowFault { row, column: column.into(), value, reason });
    }
    Ok(counts)
}

fn refuse(on_error: OnError, faults: &[RowFault], faults_left_out: u64) -> Result<(), ServiceError> {
    if on_error == OnError::Skip || faults.is_empty() {
        return Ok(());
    }
    Err(ImportRefusal::Rows { faults: faults.to_vec(), faults_left_out }.into())
}

async fn map_of(db: &impl Db, choice: &MapChoice) -> Result<FigureMap, ServiceError> {
    let unknown = |id: String| ServiceError::NotFound { what: "figure map", id };
    match choice {
        MapChoice::Saved(id) => {
            let row = figure_maps::get(db, *id).await?.filter(|row| row.archived_at.is_none());
            Ok(row.ok_or_else(|| unknown(id.to_string()))?.value.columns)
        }
        MapChoice::Shipped(name) => {
            let map = shipped_maps().iter().find(|map| map.name == *name);
            Ok(map.ok_or_else(|| unknown(name.clone()))?.columns.clone())
        }
        MapChoice::Given(map) => Ok(map.clone()),
    }
}

/// Rows by day, those of nobody apart. Two rows of one agent and span that differ are both faults.
fn sort(
    rows: Vec<FigureRow>,
    agents: &AgentBook,
    import_id: FigureImportId,
    now: DateTime<Utc>,
    faults: &mut Vec<RowFault>,
) -> (BTreeMap<FigureKey, Bucket>, Vec<HeldFigure>) {
    let mut buckets: BTreeMap<FigureKey, Bucket> = BTreeMap::new();
    let mut held = Vec::new();
    for row in rows {
        let register = Register { starts_at: row.starts_at, minutes: row.minutes, counts: row.counts };
        let agent = match agents.find(row.place.shop_id, &row.agent) {
            Ok(agent) => agent,
            Err(nobody) => {
                let (reason, candidates) = reason_of(nobody);
                held.push(HeldFigure {
                    id: HeldFigureId::generate(),
                    at: now,
                    import_id: Some(import_id),
                    row: Some(row.row),
                    agent_name: row.agent.to_string(),
                    reason,
                    candidates,
                    place: row.place,
                    register,
                });
                continue;
            }
        };
        let key = FigureKey { agent_id: agent.id, date: row.date, place: row.place };
        let (_, registers) = buckets.entry(key).or_insert_with(|| (agent.team_id, Vec::new()));
        let same = registers.iter().find(|(other, _)| (other.starts_at, other.minutes) == (register.starts_at, register.minutes));
        match same {
            None => registers.push((register, row.row)),
            Some((other, _)) if *other == register => {}
            Some((_, other)) => {
                let reason = Reason::Contradicts { other: *other, is_doubled: false };
                faults.push(RowFault { row: row.row, column: "".into(), value: row.agent, reason });
            }
        }
    }
    (buckets, held)
}

/// What is noted of a name that is nobody's.
pub(super) fn reason_of(nobody: Nobody) -> (HeldReason, Vec<AgentId>) {
    match nobody {
        Nobody::Unknown => (HeldReason::Unknown, Vec::new()),
        Nobody::Ambiguous(candidates) => (HeldReason::Ambiguous, candidates),
    }
}

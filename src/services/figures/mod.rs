//! Team figures: which there are, what is counted, and what it says.

mod books;
mod comparison;
mod intake;
mod record;
mod registers;

use chrono::{DateTime, Utc};

use uuid::Uuid;

use super::ServiceError;
use super::audit::{Subject, entry};
use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::figure::{Figure, OwnFigure};
use crate::domain::figure_map::NamedMap;
use crate::domain::ids::{FigureId, FigureMapId, TeamId};
use crate::store::{Db, Page, Store, StoreError, Tx, Versioned, audit, figures};
use crate::team::figures::{define, with_own};

pub use comparison::{ComparisonReport, ComparisonRequest, Subject as ComparedSubject, compare_figures};
pub use intake::{FigureImportReport, MapChoice, NewFigureImport, import_figures};
pub use record::{ItemOutcome, NewRegister, Resolved, record_registers, resolve_name};
pub use registers::{TailCase, TailEntry, TailReport, TailRequest, Unrecorded, find_tail, unrecorded_agents};

impl Kept for OwnFigure {
    const WHAT: &'static str = "figure";
    kept_in!(figures by FigureId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(None)
    }

    async fn is_within(&self, _: &impl Db, _: &Actor) -> Result<bool, StoreError> {
        Ok(true)
    }
}

impl Kept for NamedMap {
    const WHAT: &'static str = "figure map";
    kept_in!(figure_maps by FigureMapId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(None)
    }

    async fn is_within(&self, _: &impl Db, _: &Actor) -> Result<bool, StoreError> {
        Ok(true)
    }
}

/// Every figure that is in use: the shipped ones and the users' own.
///
/// # Errors
/// [`ServiceError::Store`]; [`ServiceError::Invalid`] where an own figure no longer reads.
pub async fn catalogue(db: &impl Db) -> Result<Vec<Figure>, ServiceError> {
    let own = figures::list(db, false, Page::ALL).await?.items.into_iter();
    let own = own.map(|row| define(Some(row.value.id), row.value.spec)).collect::<Result<Vec<_>, _>>()?;
    Ok(with_own(own))
}

/// Notes that figures were taken out as a file.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn note_export(store: &Store, actor: &Actor, rows: usize, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let subject = Subject { what: "figures", id: Uuid::now_v7(), team_id: None };
    let facts = serde_json::json!({ "rows": rows });
    Ok(audit::insert(store, &entry(actor, "export", subject, None, Some(&facts), now)).await?)
}

/// The figures of those codes, all where none is given.
///
/// # Errors
/// [`ServiceError::Invalid`] for an unknown code, and those of [`catalogue`].
pub async fn chosen(db: &impl Db, codes: &[String]) -> Result<Vec<Figure>, ServiceError> {
    let all = catalogue(db).await?;
    if codes.is_empty() {
        return Ok(all);
    }
    let unknown: Vec<&str> =
        codes.iter().map(String::as_str).filter(|code| all.iter().all(|figure| figure.code() != *code)).collect();
    if !unknown.is_empty() {
        let detail = format!("no figure is called {}; GET /api/v1/figure-definitions lists them", unknown.join(", "));
        return Err(ServiceError::field("/figures", detail));
    }
    Ok(all.into_iter().filter(|figure| codes.iter().any(|code| code == figure.code())).collect())
}

//! Many special days at once: the next year's as it is announced, or another country's.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::access::{Actor, Scope};
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{HolidayId, SiteId};
use crate::domain::organisation::{Holiday, HolidayKind, Site};
use crate::labour::calendars;
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::services::editing::{self, Kept};
use crate::store::holidays::{self, HolidayFilter};
use crate::store::{Db, Page, Store, StoreError, Tx, Versioned, audit};

/// The most days of one import: ten years of a calendar.
const MOST_DAYS: usize = 1_000;

/// A day to be entered, or to take the place of the one on its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDay {
    /// The local date.
    pub date: NaiveDate,
    /// Display name.
    pub name: String,
    /// What makes it unlike others.
    pub kind: HolidayKind,
}

/// What became of a day of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedDay {
    /// It was entered, or taken back from the archive.
    Created,
    /// It took the place of another on its date.
    Changed,
    /// It was there already.
    Unchanged,
}

/// Enters days of a site, all or none; a day on a date that has one takes its place. Importing the same days again changes
/// nothing. Gives each day with what became of it, in the order given.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::BeyondReach`], [`ServiceError::Invalid`] with every fault.
pub async fn import_days(
    store: &Store,
    actor: &Actor,
    site_id: SiteId,
    days: Vec<NewDay>,
    now: DateTime<Utc>,
) -> Result<Vec<(Holiday, ImportedDay)>, ServiceError> {
    let tx = store.begin().await?;
    let site = editing::get::<Site>(&tx, actor, site_id).await?;
    if site.archived_at.is_some() {
        return Err(StoreError::Archived { kind: "site", id: site_id.0 }.into());
    }
    if !site.value.is_changeable(&tx, actor).await? {
        return Err(ServiceError::BeyondReach { what: "holiday" });
    }
    check(&days)?;
    let mut there = present(&tx, site_id).await?;
    let mut done = Vec::with_capacity(days.len());
    for day in days {
        let before = there.remove(&day.date);
        done.push(enter(&tx, actor, site_id, day, before, now).await?);
    }
    tx.commit().await?;
    Ok(done)
}

/// Enters the shipped days of a jurisdiction's year.
///
/// # Errors
/// [`ServiceError::Invalid`] where none is shipped, and those of [`import_days`].
pub async fn import_calendar(
    store: &Store,
    actor: &Actor,
    site_id: SiteId,
    (jurisdiction, year): (&str, i32),
    now: DateTime<Utc>,
) -> Result<Vec<(Holiday, ImportedDay)>, ServiceError> {
    let Some(calendar) = calendars::of_year(jurisdiction, year) else {
        let known: Vec<String> =
            calendars::shipped().iter().map(|calendar| format!("{} {}", calendar.jurisdiction, calendar.year)).collect();
        let detail = format!("no calendar of {jurisdiction} {year} is shipped, only {}; send its days instead", known.join(", "));
        return Err(ServiceError::field("/year", detail));
    };
    let day = |day: Holiday| NewDay { date: day.date, name: day.name, kind: day.kind };
    import_days(store, actor, site_id, calendar.for_site(site_id).into_iter().map(day).collect(), now).await
}

fn check(days: &[NewDay]) -> Result<(), Vec<FieldFault>> {
    let mut faults = Faults::default();
    let count = days.len();
    faults.expect((1..=MOST_DAYS).contains(&count), "/days", format!("must be 1 to {MOST_DAYS} days, got {count}"));
    let mut first: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for (at, day) in days.iter().enumerate() {
        faults.name(format!("/days/{at}/name"), &day.name);
        let earlier = *first.entry(day.date).or_insert(at);
        faults.expect(
            earlier == at,
            format!("/days/{at}/date"),
            format!("is the date of days/{earlier} too; keep one of the two"),
        );
    }
    faults.into_result(Some(()))
}

async fn present(db: &impl Db, site_id: SiteId) -> Result<BTreeMap<NaiveDate, Versioned<Holiday>>, StoreError> {
    let scope = &Scope::Everything;
    let filter = HolidayFilter { scope, site_id: Some(site_id), from: None, until: None, include_archived: true };
    let rows = holidays::list(db, &filter, Page::ALL).await?.items;
    Ok(rows.into_iter().map(|row| (row.value.date, row)).collect())
}

async fn enter(
    tx: &Tx,
    actor: &Actor,
    site_id: SiteId,
    NewDay { date, name, kind }: NewDay,
    before: Option<Versioned<Holiday>>,
    now: DateTime<Utc>,
) -> Result<(Holiday, ImportedDay), ServiceError> {
    let id = before.as_ref().map_or_else(HolidayId::generate, |row| row.value.id);
    let day = Holiday { id, site_id, date, name, kind };
    let (action, became) = match &before {
        Some(row) if row.archived_at.is_some() => {
            holidays::revive(tx, row).await?;
            holidays::update(tx, &day, row.version + 1, now).await?;
            ("create", ImportedDay::Created)
        }
        Some(row) if row.value == day => return Ok((day, ImportedDay::Unchanged)),
        Some(row) => {
            holidays::update(tx, &day, row.version, now).await?;
            ("change", ImportedDay::Changed)
        }
        None => {
            holidays::insert(tx, &day, now).await?;
            ("create", ImportedDay::Created)
        }
    };
    let subject = Subject { what: Holiday::WHAT, id: id.0, team_id: None };
    audit::insert(tx, &entry(actor, action, subject, before.as_ref().map(|row| &row.value), Some(&day), now)).await?;
    Ok((day, became))
}

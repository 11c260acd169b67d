//! Making, reading, changing and archiving what the organisation is made of: one way for all of it.
//!
//! Every change is one transaction with its line in the audit log, and expects the version that the caller saw.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::ServiceError;
use super::audit::{Subject, entry};
use crate::domain::access::{Actor, Scope};
use crate::domain::fault::FieldFault;
use crate::domain::ids::TeamId;
use crate::store::audit::{self, AuditEntry};
use crate::store::{Db, Store, StoreError, Versioned};

/// The version that a change is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Whatever is there.
    Any,
    /// This one only.
    Version(i32),
}

impl Expected {
    /// The version to expect, given the one that is there.
    pub fn or(self, current: i32) -> i32 {
        match self {
            Self::Any => current,
            Self::Version(version) => version,
        }
    }
}

/// Something kept with a version, never deleted, only archived.
#[allow(async_fn_in_trait, reason = "used inside this crate only, where every future is driven by one runtime")]
pub trait Kept: Clone + Serialize {
    /// What it is called in messages and in the audit log.
    const WHAT: &'static str;
    /// How it is identified.
    type Id: Copy + std::fmt::Display + Into<Uuid>;

    /// Its identity.
    fn id(&self) -> Self::Id;
    /// The team it belongs to, where it belongs to one.
    fn team_id(&self) -> Option<TeamId>;
    /// Reads one.
    async fn fetch(db: &impl Db, id: Self::Id) -> Result<Option<Versioned<Self>>, StoreError>;
    /// Stores a new one.
    async fn insert(&self, db: &impl Db, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;
    /// Stores a changed one.
    async fn update(&self, db: &impl Db, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;
    /// Marks one as archived, unless something still needs it.
    async fn archive(db: &impl Db, id: Self::Id, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;
    /// Whether it lies within the scope.
    async fn is_within(&self, db: &impl Db, scope: &Scope) -> Result<bool, StoreError>;
    /// Every fault in what it points at: unknown, archived or out of the scope.
    async fn reference_faults(&self, db: &impl Db, scope: &Scope) -> Result<Vec<FieldFault>, StoreError>;
}

/// Reads one that lies within the caller's scope.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get<T: Kept>(db: &impl Db, actor: &Actor, id: T::Id) -> Result<Versioned<T>, ServiceError> {
    let not_found = || ServiceError::NotFound { what: T::WHAT, id: id.to_string() };
    let row = T::fetch(db, id).await?.ok_or_else(not_found)?;
    if row.value.is_within(db, &actor.scope).await? { Ok(row) } else { Err(not_found()) }
}

/// Stores a new one.
///
/// # Errors
/// [`ServiceError::Invalid`] when it points at something unknown; what the store refuses.
pub async fn create<T: Kept>(store: &Store, actor: &Actor, value: T, now: DateTime<Utc>) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    refuse_faults(&value, &tx, actor).await?;
    let row = value.insert(&tx, now).await?;
    audit::insert(&tx, &line(actor, "create", None, Some(&row.value), now)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes one.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`], a version conflict, what the store refuses.
pub async fn patch<T: Kept>(
    store: &Store,
    actor: &Actor,
    id: T::Id,
    expected: Expected,
    change: impl FnOnce(T) -> Result<T, Vec<FieldFault>>,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    let before: Versioned<T> = get(&tx, actor, id).await?;
    let changed = change(before.value.clone())?;
    refuse_faults(&changed, &tx, actor).await?;
    let row = changed.update(&tx, expected.or(before.version), now).await?;
    audit::insert(&tx, &line(actor, "change", Some(&before.value), Some(&row.value), now)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Archives one.
///
/// # Errors
/// [`ServiceError::NotFound`], a version conflict, and a refusal where something still needs it.
pub async fn archive<T: Kept>(
    store: &Store,
    actor: &Actor,
    id: T::Id,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    let before: Versioned<T> = get(&tx, actor, id).await?;
    let row = T::archive(&tx, id, expected.or(before.version), now).await?;
    audit::insert(&tx, &line(actor, "archive", Some(&before.value), None, now)).await?;
    tx.commit().await?;
    Ok(row)
}

async fn refuse_faults<T: Kept>(value: &T, db: &impl Db, actor: &Actor) -> Result<(), ServiceError> {
    let faults = value.reference_faults(db, &actor.scope).await?;
    if faults.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(faults)) }
}

fn line<T: Kept>(actor: &Actor, action: &str, before: Option<&T>, after: Option<&T>, now: DateTime<Utc>) -> AuditEntry {
    let value = before.or(after).expect("a change has a before or an after");
    entry(actor, action, Subject { what: T::WHAT, id: value.id().into(), team_id: value.team_id() }, before, after, now)
}

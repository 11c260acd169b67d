//! Making, reading, changing and archiving what the organisation is made of: one way for all of it.
//!
//! Every change is one transaction with its line in the audit log, and expects the version that the caller saw.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::ServiceError;
use super::audit::{Subject, entry};
use super::proposal::{Proposal, reference_faults};
use crate::domain::access::Actor;
use crate::domain::fault::FieldFault;
use crate::domain::ids::TeamId;
use crate::store::audit;
use crate::store::{Db, Store, StoreError, Tx, Versioned};

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
    /// Whether a change of it can change what a key reaches.
    const SHAPES_SCOPES: bool = false;
    /// How it is identified.
    type Id: Copy + std::fmt::Display + Into<Uuid>;

    /// Its identity.
    fn id(&self) -> Self::Id;
    /// Reads one.
    async fn fetch(db: &impl Db, id: Self::Id) -> Result<Option<Versioned<Self>>, StoreError>;
    /// Stores a new one.
    async fn insert(&self, tx: &Tx, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;
    /// Stores a changed one.
    async fn update(&self, tx: &Tx, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;
    /// Marks one as archived, unless something still needs it.
    async fn archive(tx: &Tx, id: Self::Id, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError>;

    /// Writes the actor's name into what carries its author.
    fn sign(&mut self, _actor: &Actor) {}

    /// The team it belongs to, where it belongs to one: decides who may read its lines in the audit log.
    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError>;
    /// Whether the actor may know of it.
    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError>;

    /// Whether the actor, who may know of it, may change it too.
    async fn is_changeable(&self, _: &impl Db, _: &Actor) -> Result<bool, StoreError> {
        Ok(true)
    }

    /// Every fault that only the database can tell, references aside. `before` is `None` for a new one.
    async fn misfits(&self, _before: Option<&Self>, _: &impl Db, _: &Actor) -> Result<Vec<FieldFault>, StoreError> {
        Ok(Vec::new())
    }
}

/// The part of [`Kept`] that only hands on to the query file of the aggregate.
macro_rules! kept_in {
    ($table:ident by $id:ty) => {
        type Id = $id;

        fn id(&self) -> $id {
            self.id
        }

        async fn fetch(db: &impl Db, id: $id) -> Result<Option<Versioned<Self>>, StoreError> {
            crate::store::$table::get(db, id).await
        }

        async fn insert(&self, tx: &Tx, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
            crate::store::$table::insert(tx, self, now).await
        }

        async fn update(&self, tx: &Tx, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
            crate::store::$table::update(tx, self, expected, now).await
        }

        async fn archive(tx: &Tx, id: $id, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
            crate::store::$table::archive(tx, id, expected, now).await
        }
    };
}
pub(super) use kept_in;

/// Reads one that the actor may know of.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get<T: Kept>(db: &impl Db, actor: &Actor, id: T::Id) -> Result<Versioned<T>, ServiceError> {
    let not_found = || ServiceError::NotFound { what: T::WHAT, id: id.to_string() };
    let row = T::fetch(db, id).await?.ok_or_else(not_found)?;
    if row.value.is_within(db, actor).await? { Ok(row) } else { Err(not_found()) }
}

/// Stores a new one.
///
/// # Errors
/// [`ServiceError::Invalid`] with every fault; [`ServiceError::BeyondReach`]; what the store refuses.
pub async fn create<T: Kept>(
    store: &Store,
    actor: &Actor,
    proposal: impl Into<Proposal<T>>,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    let mut value = accept(proposal.into(), None, &tx, actor).await?;
    value.sign(actor);
    let row = value.insert(&tx, now).await?;
    note(&tx, actor, "create", None, Some(&row.value), now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes one.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`] with every fault, [`ServiceError::BeyondReach`], a version
/// conflict, what the store refuses.
pub async fn patch<T: Kept>(
    store: &Store,
    actor: &Actor,
    id: T::Id,
    expected: Expected,
    change: impl FnOnce(&T) -> Proposal<T>,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    let row = patch_in(&tx, actor, id, expected, change, now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Changes one as part of a larger transaction.
///
/// # Errors
/// Those of [`patch`].
pub async fn patch_in<T: Kept>(
    tx: &Tx,
    actor: &Actor,
    id: T::Id,
    expected: Expected,
    change: impl FnOnce(&T) -> Proposal<T>,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let before: Versioned<T> = get(tx, actor, id).await?;
    refuse_beyond_reach(&before.value, tx, actor).await?;
    let mut changed = accept(change(&before.value), Some(&before.value), tx, actor).await?;
    changed.sign(actor);
    let row = changed.update(tx, expected.or(before.version), now).await?;
    note(tx, actor, "change", Some(&before.value), Some(&row.value), now).await?;
    Ok(row)
}

/// Archives one.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::BeyondReach`], a version conflict, and a refusal where something still needs
/// it.
pub async fn archive<T: Kept>(
    store: &Store,
    actor: &Actor,
    id: T::Id,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<Versioned<T>, ServiceError> {
    let tx = store.begin().await?;
    let before: Versioned<T> = get(&tx, actor, id).await?;
    refuse_beyond_reach(&before.value, &tx, actor).await?;
    let row = T::archive(&tx, id, expected.or(before.version), now).await?;
    note(&tx, actor, "archive", Some(&before.value), None, now).await?;
    tx.commit().await?;
    Ok(row)
}

/// The proposed value, if it is without fault and the actor may have it so.
async fn accept<T: Kept>(proposal: Proposal<T>, before: Option<&T>, db: &impl Db, actor: &Actor) -> Result<T, ServiceError> {
    let mut faults = reference_faults(&proposal.references, db, actor).await?;
    let value = match proposal.value {
        Ok(value) if faults.is_empty() => value,
        Ok(_) => return Err(faults.into()),
        Err(own) => {
            faults.splice(0..0, own);
            return Err(faults.into());
        }
    };
    let misfits = value.misfits(before, db, actor).await?;
    if !misfits.is_empty() {
        return Err(misfits.into());
    }
    refuse_beyond_reach(&value, db, actor).await?;
    Ok(value)
}

async fn refuse_beyond_reach<T: Kept>(value: &T, db: &impl Db, actor: &Actor) -> Result<(), ServiceError> {
    if value.is_changeable(db, actor).await? { Ok(()) } else { Err(ServiceError::BeyondReach { what: T::WHAT }) }
}

async fn note<T: Kept>(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    before: Option<&T>,
    after: Option<&T>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let value = after.or(before).expect("a change has a before or an after");
    let subject = Subject { what: T::WHAT, id: value.id().into(), team_id: value.team_id(tx).await? };
    audit::insert(tx, &entry(actor, action, subject, before, after, now)).await
}

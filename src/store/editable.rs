//! Rows that are edited under a version and archived, never deleted: one way for all of them.

use std::str::FromStr;

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::Db;
use super::error::StoreError;

/// The value read from a row, with the row's stamps.
macro_rules! versioned {
    ($value:expr, $row:ident) => {
        $crate::store::editable::Versioned {
            value: $value,
            version: $row.version,
            created_at: $row.created_at,
            updated_at: $row.updated_at,
            archived_at: $row.archived_at,
        }
    };
}
pub(super) use versioned;

/// The functions that are the same for every aggregate: `insert`, `get` and `update`.
macro_rules! plain_edits {
    ($entity:ty, $value:ty, $id:ty) => {
        /// Stores a new row.
        ///
        /// # Errors
        /// [`StoreError::Conflict`] where a value must be unique, [`StoreError::UnknownReference`].
        pub async fn insert(db: &impl Db, value: &$value, now: DateTime<Utc>) -> Result<Versioned<$value>, StoreError> {
            editable::insert::<$entity>(db, value, now).await
        }

        /// Reads a row, archived or not.
        ///
        /// # Errors
        /// [`StoreError::Database`], [`StoreError::Corrupt`].
        pub async fn get(db: &impl Db, id: $id) -> Result<Option<Versioned<$value>>, StoreError> {
            editable::get::<$entity>(db, id.0).await
        }

        /// Replaces a row that is still at `expected_version`.
        ///
        /// # Errors
        /// [`StoreError::VersionConflict`], [`StoreError::NotFound`], [`StoreError::Archived`], and those of [`insert`].
        pub async fn update(
            db: &impl Db,
            value: &$value,
            expected_version: i32,
            now: DateTime<Utc>,
        ) -> Result<Versioned<$value>, StoreError> {
            editable::update::<$entity>(db, value, expected_version, now).await
        }
    };
}
pub(super) use plain_edits;

/// Archives a row that nothing else can need.
macro_rules! plain_archive {
    ($entity:ty, $value:ty, $id:ty) => {
        /// Archives a row that is still at `expected_version`. Nothing can need it.
        ///
        /// # Errors
        /// [`StoreError::VersionConflict`], [`StoreError::NotFound`], [`StoreError::Archived`].
        pub async fn archive(
            db: &impl Db,
            id: $id,
            expected_version: i32,
            now: DateTime<Utc>,
        ) -> Result<Versioned<$value>, StoreError> {
            editable::archive::<$entity>(db, id.0, expected_version, now).await
        }
    };
}
pub(super) use plain_archive;

/// A value as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Counts its changes, from 1.
    pub version: i32,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
}

impl<T> Versioned<T> {
    /// The same stamps on what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Versioned<U> {
        let Self { value, version, created_at, updated_at, archived_at } = self;
        Versioned { value: change(value), version, created_at, updated_at, archived_at }
    }
}

/// Which part of a list: up to `limit` rows with an id after `after`. Ids are made in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The last id of the page before; `None` for the first page.
    pub after: Option<Uuid>,
    /// At most this many.
    pub limit: u64,
}

impl Page {
    /// Everything at once, for lists that one organisation keeps short.
    pub const ALL: Self = Self { after: None, limit: 1_000_000 };
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The rows, by ascending id.
    pub items: Vec<T>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// The columns that every editable table has.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub archived_at: Option<DateTime<Utc>>,
}

/// A table of [`Versioned`] rows.
pub trait Editable: EntityTrait<Model: IntoActiveModel<<Self as EntityTrait>::ActiveModel>> {
    /// What a row is in the domain.
    type Domain: Clone;
    /// What a row is called, in the singular.
    const KIND: &'static str;

    /// The identity of a value.
    fn id(value: &Self::Domain) -> Uuid;
    /// A value as a row.
    fn row(value: &Self::Domain, stamp: Stamp) -> Self::Model;
    /// A row as a value.
    fn parse(row: Self::Model) -> Result<Versioned<Self::Domain>, StoreError>;
}

/// PostgreSQL keeps microseconds; cut to them first, a value reads back as it was written on both databases.
pub fn stored(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Stores a new row.
pub async fn insert<E: Editable>(
    db: &impl Db,
    value: &E::Domain,
    now: DateTime<Utc>,
) -> Result<Versioned<E::Domain>, StoreError> {
    let now = stored(now);
    let stamp = Stamp { version: 1, created_at: now, updated_at: now, archived_at: None };
    E::insert(E::row(value, stamp).into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(versioned!(value.clone(), stamp))
}

/// Reads a row, archived or not.
pub async fn get<E: Editable>(db: &impl Db, id: Uuid) -> Result<Option<Versioned<E::Domain>>, StoreError> {
    let row = E::find().filter(Expr::col("id").eq(id)).one(&db.executor()).await?;
    row.map(E::parse).transpose()
}

/// Reads a row that a change has named.
pub async fn require<E: Editable>(db: &impl Db, id: Uuid) -> Result<Versioned<E::Domain>, StoreError> {
    get::<E>(db, id).await?.ok_or(StoreError::NotFound { kind: E::KIND, id })
}

/// Replaces a row if it is still at `expected` and not archived.
pub async fn update<E: Editable>(
    db: &impl Db,
    value: &E::Domain,
    expected: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<E::Domain>, StoreError> {
    let (id, now) = (E::id(value), stored(now));
    let stamp = Stamp { version: expected.wrapping_add(1), created_at: now, updated_at: now, archived_at: None };
    let mut active = E::row(value, stamp).into_active_model().reset_all();
    for kept in ["id", "created_at", "archived_at"] {
        active.not_set(column::<E>(kept));
    }
    let query = E::update_many().set(active).filter(current(id, expected));
    if query.exec(&db.executor()).await?.rows_affected == 0 {
        return Err(refusal::<E>(db, id, expected).await);
    }
    require::<E>(db, id).await
}

/// Archives a row if it is still at `expected`; what needs it has been asked before.
pub async fn archive<E: Editable>(
    db: &impl Db,
    id: Uuid,
    expected: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<E::Domain>, StoreError> {
    let now = stored(now);
    let query = E::update_many()
        .col_expr("archived_at", Expr::value(now))
        .col_expr("updated_at", Expr::value(now))
        .col_expr("version", Expr::value(expected.wrapping_add(1)))
        .filter(current(id, expected));
    if query.exec(&db.executor()).await?.rows_affected == 0 {
        return Err(refusal::<E>(db, id, expected).await);
    }
    require::<E>(db, id).await
}

/// One page of a query, by ascending id.
pub async fn page<E: Editable>(db: &impl Db, query: Select<E>, page: Page) -> Result<Listed<Versioned<E::Domain>>, StoreError> {
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(E::parse).collect::<Result<_, _>>()?, has_more })
}

/// One page of the rows of a query, by ascending id, and whether more follow.
pub async fn page_rows<E: EntityTrait>(db: &impl Db, query: Select<E>, page: Page) -> Result<(Vec<E::Model>, bool), StoreError> {
    let query = match page.after {
        Some(after) => query.filter(Expr::col("id").gt(after)),
        None => query,
    };
    let query = query.order_by_asc(column::<E>("id")).limit(page.limit.saturating_add(1));
    let mut rows = query.all(&db.executor()).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok((rows, has_more))
}

/// Refuses when `count` things still need what is to be archived.
pub fn unneeded(kind: &'static str, id: Uuid, by: &'static str, count: u64) -> Result<(), StoreError> {
    if count == 0 { Ok(()) } else { Err(StoreError::ReferencedBy { kind, id, by, count }) }
}

/// Why a guarded change of a row hit nothing.
async fn refusal<E: Editable>(db: &impl Db, id: Uuid, expected: i32) -> StoreError {
    match require::<E>(db, id).await {
        Err(fault) => fault,
        Ok(row) if row.archived_at.is_some() => StoreError::Archived { kind: E::KIND, id },
        Ok(row) => StoreError::VersionConflict { kind: E::KIND, id, expected, found: row.version },
    }
}

fn current(id: Uuid, expected: i32) -> sea_orm::sea_query::SimpleExpr {
    Expr::col("id").eq(id).and(Expr::col("version").eq(expected)).and(Expr::col("archived_at").is_null())
}

fn column<E: EntityTrait>(name: &str) -> E::Column {
    E::Column::from_str(name).unwrap_or_else(|_| unreachable!("every editable table has the column {name}"))
}

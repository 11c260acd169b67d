//! The database: SQLite embedded, PostgreSQL when configured.
//!
//! Plain functions by aggregate, domain types in and out; each takes a [`Store`] or a [`Tx`] as its [`Db`], and the time as
//! an argument. Entities stay in here. Nothing is deleted that a user has entered: it is archived, and only when nothing
//! unarchived and no published roster of today or later needs it.

mod connection;
mod editable;
mod entities;
mod error;
mod row;
mod scope;
#[cfg(test)]
mod testing;

pub mod api_keys;
pub mod audit;
pub mod sites;
pub mod teams;

pub use connection::{Db, Pool, Store, Tx};
pub use editable::{Listed, Page, Versioned};
pub use error::StoreError;

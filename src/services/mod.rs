//! Use cases: load, call the pure core, save. The only place a transaction begins.

pub mod audit;
pub mod editing;
pub mod error;
pub mod keys;
pub mod sites;
pub mod volumes;

pub use error::ServiceError;

//! Use cases: load, call the pure core, save. The only place a transaction begins.

pub mod audit;
mod building;
pub mod calendars;
pub mod editing;
pub mod error;
pub mod execution;
pub mod feeds;
mod forecasting;
pub mod inputs;
pub mod keys;
pub mod plan;
pub mod rosters;
pub mod runs;
pub mod sheets;
pub mod sites;
mod sizing;
pub mod volumes;

pub use error::ServiceError;

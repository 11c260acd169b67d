//! Use cases: load, call the pure core, save. The only place a transaction begins.

pub mod agents;
pub mod audit;
mod building;
pub mod calendars;
pub mod editing;
pub mod error;
pub mod execution;
pub mod feeds;
mod forecasting;
pub mod founding;
mod given_roster;
pub mod inputs;
pub mod keys;
pub mod leave;
pub mod peak_windows;
pub mod plan;
pub mod planning_policies;
pub mod proposal;
pub mod queues;
pub mod rosters;
pub mod runs;
pub mod sheets;
pub mod sites;
mod sizing;
pub mod staffing;
pub mod teams;
pub mod volumes;
pub mod wish_memory;
pub mod wishes;

pub use error::ServiceError;

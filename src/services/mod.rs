//! Use cases: load, call the pure core, save. The only place a transaction begins.

pub mod adjustments;
pub mod agents;
pub mod audit;
pub mod borrowed_profiles;
mod building;
pub mod calendars;
pub mod editing;
pub mod error;
pub mod execution;
pub mod feeds;
pub mod forecast_accuracy;
mod forecasting;
pub mod founding;
mod given_roster;
pub mod history_overrules;
pub mod inputs;
pub mod keys;
pub mod leave;
pub mod peak_windows;
pub mod plan;
pub mod plan_figures;
pub mod planning_policies;
pub mod promotions;
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

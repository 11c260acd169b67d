//! The database: SQLite embedded, PostgreSQL when configured.
//!
//! Plain functions by aggregate, domain types in and out; each takes a [`Store`] or a [`Tx`] as its [`Db`], and the time as
//! an argument. Entities stay in here. Nothing is deleted that a user has entered: it is archived, and only when nothing
//! unarchived and no published roster of today or later needs it.

mod connection;
mod editable;
mod entities;
mod error;
mod grid;
mod of_week;
mod published;
mod row;
mod scope;
#[cfg(test)]
pub(crate) mod testing;

pub mod adjustments;
pub mod agents;
pub mod alerts;
pub mod api_keys;
pub mod assignments;
pub mod audit;
pub mod borrowed_profiles;
pub mod calendar_tokens;
pub mod causes;
pub mod compliance_confirmations;
pub mod compliance_rules;
pub mod due_work;
pub mod figure_columns;
pub mod figure_days;
pub mod figure_imports;
pub mod figure_maps;
pub mod figures;
pub mod follow_ups;
pub mod forecasts;
pub mod held_figures;
pub mod history_overrules;
pub mod holidays;
pub mod idempotency_keys;
pub mod labour_rules;
pub mod leaves;
pub mod peak_windows;
pub mod plan_figures;
pub mod planning_proposals;
pub mod promotions;
pub mod protections;
pub mod queues;
pub mod requirements;
pub mod rosters;
pub mod rotation_adoptions;
pub mod rotations;
pub mod runs;
pub mod shift_templates;
pub mod shops;
pub mod sites;
pub mod summaries;
pub mod tail_watches;
pub mod team_alert_rules;
pub mod team_policies;
pub mod teams;
pub mod time_corrections;
pub mod volume_imports;
pub mod volumes;
pub mod wish_outcomes;
pub mod wishes;

pub use connection::{Db, Pool, Store, Tx};
pub use editable::{Listed, Page, Versioned};
pub use error::StoreError;
pub use of_week::WeekFilter;

//! paiban (排班): the open-source workforce service for online shops' customer-service teams.
//!
//! The map, from the trade's words outwards; a module uses those above it, never those below
//! (`tests/it/architecture.rs` holds the walls):
//!
//! | module | what lives there |
//! |---|---|
//! | [`domain`] | the trade's words as types and rules; no async, no I/O, no clock |
//! | [`forecast`] | inquiry history → expected volumes with quantiles: models weighed by backtest |
//! | [`staffing`] | volumes and service goals → agents needed |
//! | [`rotation`] | agents needed by weekday and rules → cyclic rotation, or why there is none |
//! | [`labour`] | rule packs and holiday calendars as data, the hours ledger, limits of a roster |
//! | [`solver`] | agents needed, agents there and rules → roster, with a proven bound |
//! | [`checker`] | the second opinion on every roster; shares nothing with the solver |
//! | [`team`] | what is counted of agents' work → figures, comparisons, follow-ups |
//! | [`intake`], [`feeds`] | readers of files; renderers of rosters and figures |
//! | [`store`] | the database; entities never leave it |
//! | [`services`] | use cases: load, compute, save; the only place a transaction begins |
//! | [`jobs`] | the queue of runs and the clock |
//! | [`http`] | the REST API; the only place that knows statuses |
//! | [`config`], [`telemetry`], [`app`], [`cli`] | settings, logs and metrics, composition, command line |

pub mod app;
pub mod checker;
pub mod cli;
pub mod config;
pub mod domain;
pub mod feeds;
pub mod forecast;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod labour;
pub mod rotation;
pub mod services;
pub mod solver;
pub mod staffing;
pub mod store;
pub mod team;
pub mod telemetry;

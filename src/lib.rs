//! paiban (排班): the open-source workforce service for online shops' customer-service teams.

pub mod checker;
pub mod config;
pub mod domain;
pub mod feeds;
pub mod forecast;
pub mod http;
pub mod intake;
pub mod services;
pub mod solver;
pub mod staffing;
pub mod store;
pub mod telemetry;

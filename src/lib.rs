//! paiban (排班): the open-source workforce service for online shops' customer-service teams.

pub mod domain;
pub mod jobs;
pub mod store;

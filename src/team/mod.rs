//! What is counted of a team's work, and what follows from it. Pure: no async, no I/O, no clock.

pub mod alerts;
pub mod causes;
pub mod compliance;
pub mod figures;
pub mod proficiency;
pub mod summary;

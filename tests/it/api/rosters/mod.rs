//! Rosters: read, explained, edited, published, compared.

mod breaks;
pub mod draft;
mod edits;
mod explanations;
mod labour;
mod least_change;
mod life;
mod notices;
mod reading;
mod wish_memory;

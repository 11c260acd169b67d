//! Rosters: read, explained, edited, published, compared.

mod breaks;
mod draft;
mod edits;
mod explanations;
mod life;
mod notices;
mod reading;

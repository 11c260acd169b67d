//! Rosters: read, edited, published, compared.

mod draft;
mod edits;
mod life;
mod notices;
mod reading;

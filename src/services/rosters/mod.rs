//! Rosters: reading, editing, publishing and comparing them.

mod context;
mod timing;

pub use context::{RosterContext, context};

//! Rosters by annealing over whole work lines.
//!
//! A move takes one to three agents out of the roster, and gives each in turn the cheapest line for what the rest leaves
//! open, at prices blurred a little by chance. A move for the worse is kept as long as the heat allows. Every move keeps
//! every hard rule, and weighs all days of its agents at once.

mod anneal;
mod rebuild;
mod state;

pub(super) use anneal::{Clock, Plan, anneal, construct, settle};
pub(super) use state::{Guide, State};

use super::line::Line;

/// A roster found, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub cost: f64,
    pub lines: Vec<Line>,
}

//! One agent's line of work: what it is, the hard rules it must keep, and the cheapest one for given prices.

mod breach;
pub(super) mod cheapest;
pub(super) mod contract;
pub(super) mod graph;
pub(super) mod resource;
pub(super) mod steps;
pub(super) mod succession;

use serde::{Deserialize, Serialize};

/// A shift served on a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duty {
    /// Index of the shift.
    pub shift: usize,
    /// Index of the queue.
    pub queue: usize,
}

/// What one agent does on each day of the horizon. That a day holds one duty at most is the rule `one-shift-per-day`.
pub type Line = Vec<Option<Duty>>;

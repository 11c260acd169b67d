//! One agent's line of work: what it is, the hard rules it must keep, and the cheapest one for given prices.

mod breach;
pub(super) mod cheapest;
pub(super) mod contract;
pub(super) mod graph;
pub(super) mod resource;
pub(super) mod steps;
pub(super) mod succession;

use serde::{Deserialize, Serialize};

use super::breaks::Placing;

/// A shift served on a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duty {
    /// Index of the shift.
    pub shift: usize,
    /// Index of the queue.
    pub queue: usize,
    /// Where the breaks are.
    #[serde(default)]
    pub placing: Placing,
}

impl Duty {
    /// With every break at its first place.
    pub fn new(shift: usize, queue: usize) -> Self {
        Self { shift, queue, placing: Placing::default() }
    }

    /// Whether it is the same shift on the same queue, wherever the breaks are.
    pub fn is_same_work(self, other: Self) -> bool {
        (self.shift, self.queue) == (other.shift, other.queue)
    }
}

/// What one agent does on each day of the horizon. That a day holds one duty at most is the rule `one-shift-per-day`.
pub type Line = Vec<Option<Duty>>;

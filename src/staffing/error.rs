//! What can be wrong with a staffing run's input.

use chrono::{DateTime, Utc};

use super::size::TooMuchWork;
use crate::domain::ids::QueueId;

/// A fault of a staffing run that its user can mend.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StaffingError {
    /// Handling times that no agent can work by. All faults are listed.
    #[error("handling time: {}", list(.0))]
    Handling(Vec<String>),
    /// Goals that no number of agents can meet. All of them are listed, with what would be.
    #[error("{}", list(.0))]
    Unreachable(Vec<String>),
    /// The settings of one queue contradict.
    #[error("queue {queue_id}: {fault}")]
    Queue {
        /// Which.
        queue_id: QueueId,
        /// What is wrong.
        fault: Box<StaffingError>,
    },
    /// The forecast has queues whose service goals were not given. All of them are listed.
    #[error("no service goal is known for {}; name these queues or leave them out of the forecast", list(.0))]
    UnknownQueues(Vec<QueueId>),
    /// Intervals of more work than any centre has. All of them are listed.
    #[error("{}; check the volumes and the handling time", list(.0))]
    Overloaded(Vec<Overload>),
}

impl StaffingError {
    /// Says whose settings are at fault.
    pub(super) fn of_queue(self, queue_id: QueueId) -> Self {
        Self::Queue { queue_id, fault: Box::new(self) }
    }
}

/// Where and when the work is too much.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("queue {queue_id} at {starts_at} has {work}")]
pub struct Overload {
    /// The queue.
    pub queue_id: QueueId,
    /// Start of the interval.
    pub starts_at: DateTime<Utc>,
    /// Its work.
    pub work: TooMuchWork,
}

fn list<T: std::fmt::Display>(faults: &[T]) -> String {
    faults.iter().map(T::to_string).collect::<Vec<_>>().join("; ")
}

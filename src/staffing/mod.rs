//! Forecast + service goals → staffing requirement.
//!
//! Two layers: [`turn`] is one agent who holds several chats, [`chat`] the agents together and the queue before them;
//! [`erlang`] has the closed forms that they come down to. [`service`] is what a number of agents gives by every measure and
//! how many meet all goals, [`advice`] what the goals say about chats at once, [`size`] an interval, [`shrinkage`] the heads to
//! roster for heads on seat, and [`requirement`] a whole forecast with opening hours and peak windows. [`pace`] reads the work
//! of a turn back from what was counted. [`simulation`] is the judge of all of it.

pub mod advice;
pub mod chat;
mod clock;
pub mod course;
pub mod erlang;
mod error;
pub mod headcount;
pub mod pace;
pub mod pool;
mod queue;
pub mod requirement;
pub mod service;
pub mod shrinkage;
pub mod simulation;
pub mod size;
#[cfg(test)]
mod test_queue;
pub mod turn;
pub mod what_if;

pub use advice::highest_concurrency;
pub use error::{Overload, StaffingError};
pub use requirement::{QueueService, size_forecast};
pub use service::{Service, ServiceModel};
pub use size::{IntervalDemand, Sizer, TooMuchWork};

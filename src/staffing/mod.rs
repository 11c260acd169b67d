//! Forecast + service goals → staffing requirement.
//!
//! [`erlang`] says what service a number of agents gives, [`chat`] how much more an agent does with several chats at
//! once, [`size`] how many agents an interval needs, [`shrinkage`] how many must be rostered for that, and
//! [`requirement`] does it for a whole forecast with opening hours and peak windows.

pub mod chat;
pub mod erlang;
mod error;
pub mod requirement;
pub mod shrinkage;
pub mod size;

pub use chat::ConcurrencyFactors;
pub use error::{Overload, StaffingError};
pub use requirement::{QueueService, size_forecast};
pub use size::{IntervalDemand, TooMuchWork, size_interval};

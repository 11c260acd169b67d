//! Early warning: one engine for figures, compliance, coverage and missing registers.

mod coverage;
mod engine;
mod shipped;

pub use coverage::{Gap, gaps_by_date};
pub use engine::{Act, NotNow, act, step};
pub use shipped::shipped;

/// A register of so many minutes at most is one of several in a day.
pub const WITHIN_THE_DAY: u32 = 240;

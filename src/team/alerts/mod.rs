//! Early warning: one engine for figures, compliance, coverage and missing registers.

mod coverage;
mod engine;
mod registers;
mod shipped;

pub use coverage::{Gap, gaps_by_date};
pub use engine::{Act, NotNow, act, step};
pub use registers::{Absence, OnShift, WITHIN_THE_DAY, absent};
pub use shipped::shipped;

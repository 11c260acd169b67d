//! Team figures: what is read off measures, by definitions that are data.
//!
//! A figure is a sum of measures over another. Both are linear, so that a figure of any agents, shops and days is the sum of
//! numerators over the sum of denominators; a register that lacks one of the measures adds to neither.

mod comparison;
mod definition;
mod expression;
mod samples;
mod shipped;
mod student;
mod tail;
mod tally;

pub use comparison::{Comparison, STRATA, Sample, compare, mark};
pub use definition::define;
pub use expression::{ExpressionFault, parse};
pub use samples::{PlacedTable, samples, stratum};
pub use shipped::{shipped, with_own};
pub use student::wilson_upper;
pub use tail::{TailSize, tail};
pub use tally::{tally_day, tally_days};

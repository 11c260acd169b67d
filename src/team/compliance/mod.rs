//! Platform compliance: where a shop stands against its platform's rules, and how far from the limit.

mod distance;
mod own;
mod shipped;
mod standing;

pub use distance::{Distance, Step, distance, is_met};
pub use own::check;
pub use shipped::{figure_of, shipped};
pub use standing::{DayCount, Outlook, Projection, Standing, period_of, stand};

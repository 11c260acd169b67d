//! Why a roster is as it is: what keeps gaps open, and which limits, loosened by a little, would close them.

mod alternatives;
mod contradiction;
mod costs;
mod gaps;
mod loosening;
mod relaxation;
mod screen;
#[cfg(test)]
mod tests;
mod words;

pub use alternatives::{Alternative, Alternatives, DayChange, DayDuty, alternatives};
pub(in crate::solver) use contradiction::Contradiction;
pub use costs::{CostItem, costs};
pub use gaps::{GapCause, GapExplanation, GapReason, explain};
pub use loosening::Loosened;
pub use relaxation::{Patience, Relaxation, Relaxations, relaxations};

/// Why a question about a roster has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The roster is built by the engine for weeks and months, which keeps no prices of single agent-days.
    #[error("this is not available for rosters of whole lines over weeks and months; ask for a week with queues by interval")]
    LongRoster,
    /// The agent, or the day, is not in the roster's week.
    #[error("the roster's week has no such {0}")]
    Unknown(&'static str),
    /// Stopped on request.
    #[error("the run was cancelled")]
    Cancelled,
}

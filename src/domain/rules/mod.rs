//! Roster rules: what a roster must keep, what it is priced for, and how a breach is told.

mod groups;
mod roster_rules;
mod violation;
mod weights;

pub use groups::{AgentGroup, GroupKind};
pub use roster_rules::{RosterRules, ShiftLimit};
pub use violation::{RuleId, Severity, Violation};
pub use weights::CostWeights;

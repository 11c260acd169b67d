//! Rotations: designed, kept, adopted by a team, and followed by its rosters.

mod adopting;
mod designing;
mod following;
mod keeping;

pub use adopting::place_team;
pub use designing::{
    Demand, DemandShift, DesignAnswer, DesignOutcome, DesignRequest, Pattern, PatternComparison, RotationMerits,
    compare_patterns, design_rotation, patterns,
};
pub(super) use following::{rotation_days, rotation_in_use};
pub use keeping::with_templates;

pub use crate::rotation::{DesignError, PatternStaffing, RotationProblem, RotationWeights};

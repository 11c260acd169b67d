//! Rotations: designed, kept, adopted by a team, and followed by its rosters.

mod designing;
mod keeping;

pub use designing::{
    Demand, DemandShift, DesignAnswer, DesignOutcome, DesignRequest, Pattern, PatternComparison, RotationMerits,
    compare_patterns, design_rotation, patterns,
};

pub use crate::rotation::{DesignError, PatternStaffing, RotationProblem, RotationWeights};

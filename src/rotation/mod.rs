//! Cyclic rotations: weeks that every agent of a team walks through, one week further on each.
//!
//! [`design`] finds the best rotation that meets a demand exactly and keeps the rules, or proves that there is none;
//! [`explain`] then says why, and what to give up. [`least_headcount`] says how many agents the rules take, [`staff_pattern`]
//! how many a named pattern takes, [`place_agents`] who of a team walks where. MODEL.md has the formulation.

mod automaton;
mod check;
mod demand;
mod design;
mod explain;
mod flow;
mod headcount;
mod highs;
mod library;
mod merit;
mod network;
mod placing;
mod problem;
mod rule;
mod schedule;
mod spacing;
mod staffing;
mod sums;
#[cfg(test)]
mod test_case;
mod tour;
mod track;

pub use automaton::Duty;
pub use check::check;
pub use demand::{ShiftDemand, ShiftHours, demand_by_shift};
pub use design::{DesignError, DesignOptions, Designed, design};
pub use explain::{Explanation, explain};
pub use headcount::{Headcount, least_headcount};
pub use library::{Pattern, PatternBlocks, library};
pub use merit::{RotationMerits, RotationWeights};
pub use placing::{PlacingInput, place_agents};
pub use problem::{
    BlockLength, ForbiddenSuccession, LONGEST_BLOCK, MOST_AGENTS, MOST_SHIFTS, RotationProblem, RotationRules, RotationShift,
    WEEK_DAYS,
};
pub use rule::{Loosening, RotationRule};
pub use schedule::Rotation;
pub use staffing::{PatternStaffing, staff_pattern};

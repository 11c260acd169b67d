//! Proficiency from measured speed and quality: how much of the team's usual work an agent does on a queue.
//!
//! **Speed.** The work on a reply, the team's by the agent's: 1 is the team itself, because the handling time that staffing
//! reckons with is that of the same people. An agent's work in each part of the week is held against the team's in the same
//! part (weekday or weekend × night, morning, afternoon, evening), weighted with the agent's own replies: a night shift is
//! compared with nights. How sure it is comes from leaving out a tenth of the days at a time (the jackknife).
//!
//! **Few replies.** The logarithms of the speeds are shrunk towards the team's mean by empirical Bayes: [`shrink`].
//!
//! **Quality.** Whoever is fast and bad is not proficient: above 1 goes only whose figures of quality were counted enough and
//! are, none of them, weaker than the others' by more than chance, part of the week by part again: [`quality`]. Below 1
//! quality changes nothing: slow and good is slow.
//!
//! The proposal is within 0.5 and 1.5, in steps of 0.05. A finer one would be beyond what is known, and the solver counts
//! agents by proficiency: the fewer there are, the closer its bound.

mod pace;
pub mod quality;
pub mod shrink;

pub use pace::{Pace, Part, paces};

use crate::domain::planning_proposal::QualityGate;
use crate::domain::quantity::Proficiency;

/// With fewer agents on a queue there is no team to compare with.
pub const FEWEST_AGENTS: usize = 3;
/// Steps of a proposal, as parts of 1.
const STEPS: f64 = 20.0;

/// The proficiency to propose for a speed, the team's being 1.
pub fn proposed(speed: f64, gate: QualityGate) -> Proficiency {
    let highest = if gate == QualityGate::Passed { 1.5 } else { 1.0 };
    let steps = (speed.clamp(0.5, highest) * STEPS).round();
    Proficiency::new(steps / STEPS).expect("a speed is clamped to the range of a proficiency")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_one_goes_only_who_is_good_and_nobody_beyond_the_limits() {
        let of = |speed, gate| proposed(speed, gate).get();
        assert_eq!(of(1.23, QualityGate::Passed), 1.25);
        assert_eq!([of(1.23, QualityGate::Weak), of(1.23, QualityGate::Unproven)], [1.0, 1.0]);
        assert_eq!([of(0.81, QualityGate::Passed), of(0.81, QualityGate::Weak)], [0.8, 0.8]);
        assert_eq!([of(0.2, QualityGate::Passed), of(4.0, QualityGate::Passed)], [0.5, 1.5]);
    }
}

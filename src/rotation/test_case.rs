//! Problems for the tests.

use std::time::Duration;

use super::automaton::Duty;
use super::design::DesignOptions;
use super::problem::{BlockLength, ForbiddenSuccession, RotationProblem, RotationRules, RotationShift, WEEK_DAYS};
use super::schedule::Rotation;

/// A shift of eight hours.
pub(super) fn shift(name: &str, start_hour: u32, block: (u32, u32), agents: [u32; WEEK_DAYS]) -> RotationShift {
    let block = BlockLength::new(block.0, block.1);
    RotationShift { name: name.to_owned(), start_minute: start_hour * 60, length_minutes: 480, block, agents }
}

/// Rules that forbid no succession.
pub(super) fn rules(agents: u32, shifts: Vec<RotationShift>, work: (u32, u32), off: (u32, u32)) -> RotationRules {
    let (work, off) = (BlockLength::new(work.0, work.1), BlockLength::new(off.0, off.1));
    RotationRules { agents, shifts, work, off, forbidden: Vec::new() }
}

/// Checked rules.
pub(super) fn problem(rules: RotationRules) -> RotationProblem {
    RotationProblem::new(rules).expect("the rules make sense one by one")
}

/// One shift, needed by as many on every day.
pub(super) fn flat(agents: u32, needed: u32, work: (u32, u32), off: (u32, u32)) -> RotationProblem {
    problem(rules(agents, vec![shift("D", 9, (1, work.1), [needed; WEEK_DAYS])], work, off))
}

/// Three shifts around the clock for 16 agents: instance 103 of the public benchmark.
pub(super) fn around_the_clock() -> RotationProblem {
    let shifts = vec![
        shift("D", 6, (2, 6), [5, 4, 4, 4, 4, 3, 3]),
        shift("A", 14, (3, 6), [5, 5, 5, 5, 4, 0, 0]),
        shift("N", 22, (3, 4), [4, 3, 3, 3, 3, 2, 2]),
    ];
    let mut rules = rules(16, shifts, (3, 7), (1, 4));
    let pairs = [(2, 0, false), (2, 1, false), (1, 0, false), (2, 2, true), (1, 0, true), (2, 1, true), (2, 0, true)];
    let pair = |(before, after, with_day_off)| ForbiddenSuccession { before, after, with_day_off };
    rules.forbidden = pairs.into_iter().map(pair).collect();
    problem(rules)
}

/// A rotation from marks: a line a week, `-` for a day off, else the position of a shift.
pub(super) fn rotation(weeks: &[&str]) -> Rotation {
    Rotation::of(&days(&weeks.concat()))
}

/// More time than any of these problems takes, however busy the machine is.
pub(super) const PATIENT: DesignOptions = DesignOptions { time_limit: Duration::from_secs(600), seed: 0 };

/// Days from marks.
pub(super) fn days(marks: &str) -> Vec<Duty> {
    marks.chars().map(|mark| mark.to_digit(10).map(|shift| shift as usize)).collect()
}

//! The rotation itself: the weeks that every agent walks through.

use serde::{Deserialize, Serialize};

use super::automaton::Duty;
use super::problem::{RotationProblem, WEEK_DAYS};

/// A cyclic rotation: agent k works week k first, then the one below it; the last is followed by the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// One row a week, Monday first: the position of a shift, or `None` for a day off.
    pub weeks: Vec<[Duty; WEEK_DAYS]>,
}

impl Rotation {
    /// The rotation of these days, whole weeks of them.
    pub(super) fn of(days: &[Duty]) -> Self {
        Self { weeks: days.chunks_exact(WEEK_DAYS).map(|week| std::array::from_fn(|day| week[day])).collect() }
    }

    /// All days in a row, week after week.
    pub fn days(&self) -> impl Iterator<Item = Duty> + '_ {
        self.weeks.iter().flatten().copied()
    }

    /// The rotation as text: a line a week, names of shifts separated by blanks, `-` for a day off.
    pub fn text(&self, problem: &RotationProblem) -> String {
        let name = |duty: &Duty| duty.map_or("-", |shift| problem.shifts()[shift].name.as_str());
        self.weeks.iter().map(|week| week.iter().map(name).collect::<Vec<_>>().join(" ") + "\n").collect()
    }
}

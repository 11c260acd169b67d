//! What a rule keeps count of along one agent's line.

use crate::solver::problem::ShiftSpec;

/// A rule over the whole line, as a count that goes from day to day.
///
/// The count is all that the rule remembers of the days before: two lines with the same counts on a day can go on in the
/// same ways at the same price. That is what makes the line engine exact.
pub(in crate::solver) trait Resource {
    /// The count before the first day.
    fn start(&self) -> u16 {
        0
    }

    /// What sets shifts apart for this rule: shifts of one day with the same effect change every count alike.
    fn effect(&self, shift: &ShiftSpec) -> u16;

    /// The count after a day with a shift of that effect; `None` where the rule forbids it.
    fn work(&self, count: u16, effect: u16, day: usize) -> Option<u16>;

    /// The count after a day off; `None` where the rule forbids it.
    fn rest(&self, count: u16, day: usize) -> Option<u16>;

    /// The one count that stands for all that leave the same choices and prices from `day` on. The fewer counts differ,
    /// the smaller the graph.
    fn canonical(&self, count: u16, day: usize) -> u16 {
        let _ = day;
        count
    }

    /// What the line costs for its count after the last day; `None` where the rule forbids it.
    fn close(&self, count: u16) -> Option<f64> {
        let _ = count;
        Some(0.0)
    }

    /// Which spread the count is the load of, if it is.
    fn load(&self) -> Option<Spread> {
        None
    }
}

/// A figure that is to be even over the agents who share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::solver) enum Spread {
    /// Late shifts.
    Late,
    /// Days worked on Saturdays and Sundays.
    Weekend,
}

impl Spread {
    /// Every spread.
    pub const ALL: [Self; 2] = [Self::Late, Self::Weekend];
}

//! The tail: whose figure is surely worse than the others', so that noise accuses nobody.

use super::student::wilson_upper;
use crate::domain::figure::{Direction, Tally};

/// How much of the tail is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TailSize {
    /// The worst so many.
    Count(usize),
    /// The worst quartile, at least one.
    Quartile,
}

/// The places of those in the tail, the worst first. Somebody is in it who has at least `fewest` chats and whose share, even at
/// the kind end of its 95 % bound, is worse than that of all the others together.
pub fn tail(shares: &[Tally], direction: Direction, size: TailSize, fewest: f64) -> Vec<usize> {
    // A share to be kept low is read by what is missing to all.
    let good = |tally: &Tally| if direction == Direction::Lower { tally.below - tally.above } else { tally.above };
    let (all_good, all) = shares.iter().fold((0.0, 0.0), |(above, below), tally| (above + good(tally), below + tally.below));
    let mut judged: Vec<(usize, f64)> = Vec::new();
    for (place, tally) in shares.iter().enumerate().filter(|(_, tally)| tally.below >= fewest.max(1.0)) {
        let others = all - tally.below;
        if others > 0.0 && wilson_upper(good(tally), tally.below) < (all_good - good(tally)) / others {
            judged.push((place, good(tally) / tally.below));
        }
    }
    judged.sort_by(|(_, left), (_, right)| left.total_cmp(right));
    let most = match size {
        TailSize::Count(count) => count,
        TailSize::Quartile => shares.iter().filter(|tally| tally.below >= fewest.max(1.0)).count().div_ceil(4),
    };
    judged.into_iter().take(most).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[(f64, f64)]) -> Vec<Tally> {
        of.iter().map(|(above, below)| Tally { above: *above, below: *below }).collect()
    }

    #[test]
    fn few_chats_and_bad_luck_accuse_nobody() {
        // 0 of 4 is likely enough where others have 40 %; 20 of 100 is not; 38 of 100 is.
        let team = shares(&[(0.0, 4.0), (20.0, 100.0), (38.0, 100.0), (45.0, 100.0), (50.0, 100.0)]);
        assert_eq!(tail(&team, Direction::Higher, TailSize::Count(3), 1.0), [1]);
        assert_eq!(tail(&team, Direction::Higher, TailSize::Count(3), 200.0), [0; 0]);
    }

    #[test]
    fn the_tail_is_no_longer_than_asked_for_and_the_worst_come_first() {
        let team = shares(&[(300.0, 1000.0), (100.0, 1000.0), (200.0, 1000.0), (600.0, 1000.0), (600.0, 1000.0)]);
        assert_eq!(tail(&team, Direction::Higher, TailSize::Count(2), 30.0), [1, 2]);
        assert_eq!(tail(&team, Direction::Higher, TailSize::Quartile, 30.0), [1, 2]);
        assert_eq!(tail(&team, Direction::Lower, TailSize::Count(1), 30.0), [3]);
    }
}

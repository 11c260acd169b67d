//! How far from a limit, in whole reviews, chats or people. Integers only: a shop at exactly 80 % has met 80 %.
//!
//! With `a` of `b` counted and the limit `t`, for a share that should be high:
//! one more good one adds to both, so `(a + n) / (b + n) ≥ t` needs `n = ⌈(t·b − a) / (1 − t)⌉`;
//! one more that misses adds to `b` only, so `⌊a/t⌋ − b = ⌊(a − t·b) / t⌋` can still be borne.
//! For a share that should be low: one more bad one adds to both, so `⌊(t·b − a) / (1 − t)⌋` are left; beyond the limit
//! `⌈(a − t·b) / (1 − t)⌉` of them have to be turned, each of which then leaves both counts: a customer who changes an
//! attitude review into a good one takes it out of the neutral and bad ones too.

use crate::domain::compliance::Target;
use crate::domain::figure::Direction;

/// What a distance counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// More good ones are needed, nothing bad in between.
    GoodNeeded,
    /// So many that miss can still be borne, nothing good in between.
    MissesLeft,
    /// So many bad ones can still be borne.
    BadLeft,
    /// So many bad ones have to be turned or withdrawn.
    BadToTurn,
}

/// A distance to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distance {
    /// What is counted.
    pub step: Step,
    /// How many; `None` where no number would do.
    pub count: Option<i64>,
}

/// Whether `above` of `below` meets the limit; nothing counted meets it.
pub fn is_met(above: i64, below: i64, target: Target, direction: Direction) -> bool {
    let (had, limit) = (above * Target::WHOLE, target.parts() * below);
    match direction {
        Direction::Higher | Direction::Neither => had >= limit,
        Direction::Lower => had <= limit,
    }
}

/// The distance of `above` of `below` to the limit.
pub fn distance(above: i64, below: i64, target: Target, direction: Direction) -> Distance {
    let parts = target.parts();
    let beyond = above * Target::WHOLE - parts * below;
    let rest = Target::WHOLE - parts;
    let (step, count) = match (direction, is_met(above, below, target, direction)) {
        (Direction::Lower, true) => (Step::BadLeft, (rest > 0).then(|| -beyond / rest)),
        (Direction::Lower, false) => (Step::BadToTurn, Some(ceiling(beyond, rest).min(above))),
        (_, true) => (Step::MissesLeft, (parts > 0).then(|| beyond / parts)),
        (_, false) => (Step::GoodNeeded, (rest > 0).then(|| ceiling(-beyond, rest))),
    };
    Distance { step, count }
}

/// Of whole numbers that are not negative.
fn ceiling(above: i64, below: i64) -> i64 {
    (above + below - 1) / below
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy;

    use super::*;

    fn target(share: f64) -> Target {
        Target::new(share).unwrap()
    }

    fn higher(above: i64, below: i64) -> (Step, Option<i64>) {
        let Distance { step, count } = distance(above, below, target(0.8), Direction::Higher);
        (step, count)
    }

    fn lower(above: i64, below: i64) -> (Step, Option<i64>) {
        let Distance { step, count } = distance(above, below, target(0.06), Direction::Lower);
        (step, count)
    }

    #[test]
    fn a_good_review_rate_of_80_percent_is_counted_in_reviews() {
        // 157 of 202: (157 + 23) / (202 + 23) = 180 / 225 = 0.8 and one less would be 179 / 224 = 0.7991.
        assert_eq!(higher(157, 202), (Step::GoodNeeded, Some(23)));
        // Exactly 80 %: met, and not one miss can be borne.
        assert_eq!(higher(180, 225), (Step::MissesLeft, Some(0)));
        // 184 of 225: 184 / 230 = 0.8.
        assert_eq!(higher(184, 225), (Step::MissesLeft, Some(5)));
        assert_eq!(higher(0, 0), (Step::MissesLeft, Some(0)));
        assert_eq!(higher(0, 1), (Step::GoodNeeded, Some(4)));
    }

    #[test]
    fn an_attitude_share_of_6_percent_is_counted_in_complaints() {
        // 2 of 100: 6 / 104 = 0.0577, 7 / 105 = 0.0667: four left.
        assert_eq!(lower(2, 100), (Step::BadLeft, Some(4)));
        // 3 of 50 is exactly 6 %: met, none left.
        assert_eq!(lower(3, 50), (Step::BadLeft, Some(0)));
        // 8 of 100: 2 turned leave 6 / 98 = 0.0612, 3 turned leave 5 / 97 = 0.0515.
        assert_eq!(lower(8, 100), (Step::BadToTurn, Some(3)));
        assert_eq!(lower(1, 1), (Step::BadToTurn, Some(1)));
    }

    #[test]
    fn where_no_number_would_do_none_is_said() {
        let all = distance(9, 10, target(1.0), Direction::Higher);
        assert_eq!(all, Distance { step: Step::GoodNeeded, count: None });
        let any = distance(9, 10, target(0.0), Direction::Higher);
        assert_eq!(any, Distance { step: Step::MissesLeft, count: None });
        assert_eq!(distance(9, 10, target(0.0), Direction::Lower).count, Some(9));
        assert_eq!(distance(9, 10, target(1.0), Direction::Lower), Distance { step: Step::BadLeft, count: None });
    }

    proptest::proptest! {
        #[test]
        fn the_count_is_the_first_that_does_and_one_more_or_less_does_not(
            (above, below) in (0i64..400).prop_flat_map(|below| (0..=below, proptest::strategy::Just(below))), parts in 1u32..9999,
        ) {
            let target = target(f64::from(parts) / 10_000.0);
            for direction in [Direction::Higher, Direction::Lower] {
                let Distance { step, count } = distance(above, below, target, direction);
                let count = count.unwrap();
                let met_after = |n: i64| match step {
                    Step::GoodNeeded | Step::BadLeft => is_met(above + n, below + n, target, direction),
                    Step::MissesLeft => is_met(above, below + n, target, direction),
                    Step::BadToTurn => is_met(above - n, below - n, target, direction),
                };
                proptest::prop_assert!(met_after(count));
                match step {
                    Step::GoodNeeded | Step::BadToTurn => proptest::prop_assert!(!met_after(count - 1)),
                    Step::BadLeft | Step::MissesLeft => proptest::prop_assert!(!met_after(count + 1)),
                }
            }
        }
    }
}

//! Whether an agent's figure is weak against the others of the team.
//!
//! Shares: the two-sample test of proportions, one-sided at 2.5 % (z = 1.96). What is no share, such as seconds or money, has no
//! spread in its sums: there a fifth worse than the others is weak. With fewer than 30 counted nothing is said.

use crate::domain::cause::Evidence;
use crate::domain::figure::{Direction, Figure, FigureScale, Tally};

const ENOUGH: f64 = 30.0;
const Z: f64 = 1.96;
const FIFTH: f64 = 0.2;

/// What a figure says of an agent against the others; `None` where too little was counted, of the agent or of the others.
pub fn evidence(figure: &Figure, own: Tally, others: Tally) -> Option<Evidence> {
    // A measure of time has as many records as its sum of hours: what counts is that there is some of it.
    let least = if figure.spec.scale == FigureScale::Share { ENOUGH } else { f64::MIN_POSITIVE };
    if own.below < least || others.below < least {
        return None;
    }
    let (value, rest) = (own.above / own.below, others.above / others.below);
    // Neither way of a figure such as chats at once is better; as a cause, less of it is what speaks.
    let behind = if figure.spec.direction == Direction::Lower { value - rest } else { rest - value };
    let is_weak = match figure.spec.scale {
        FigureScale::Share => {
            let pooled = (own.above + others.above) / (own.below + others.below);
            let spread = (pooled * (1.0 - pooled) * (1.0 / own.below + 1.0 / others.below)).max(0.0).sqrt();
            spread > 0.0 && behind / spread > Z
        }
        _ => behind > FIFTH * rest.abs(),
    };
    Some(Evidence { figure: figure.code().to_owned(), value, of: own.below, others: rest, is_weak })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::figures::shipped;

    fn weak(code: &str, own: (f64, f64), others: (f64, f64)) -> Option<bool> {
        let figure = shipped().iter().find(|figure| figure.code() == code).unwrap();
        let tally = |(above, below)| Tally { above, below };
        evidence(figure, tally(own), tally(others)).map(|found| found.is_weak)
    }

    #[test]
    fn a_share_is_weak_when_chance_does_not_explain_it() {
        // 30 of 100 against 400 of 1000: pooled 430 / 1100, spread 0.05118, z = 1.954; 29 of 100: z = 2.152.
        assert_eq!(weak("order_conversion", (30.0, 100.0), (400.0, 1000.0)), Some(false));
        assert_eq!(weak("order_conversion", (29.0, 100.0), (400.0, 1000.0)), Some(true));
        assert_eq!(weak("order_conversion", (0.0, 29.0), (400.0, 1000.0)), None);
        // Of what should be low, more is weak.
        assert_eq!(weak("attitude_share", (20.0, 50.0), (10.0, 200.0)), Some(true));
        assert_eq!(weak("attitude_share", (0.0, 50.0), (100.0, 200.0)), Some(false));
    }

    #[test]
    fn seconds_are_weak_when_they_are_a_fifth_worse() {
        assert_eq!(weak("average_reply_secs", (2_400.0, 100.0), (20_000.0, 1000.0)), Some(false));
        assert_eq!(weak("average_reply_secs", (2_401.0, 100.0), (20_000.0, 1000.0)), Some(true));
        assert_eq!(weak("concurrency", (3.0, 2.0), (40.0, 20.0)), Some(true));
    }
}

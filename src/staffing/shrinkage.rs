//! Heads to roster for heads on seat.

use crate::domain::quantity::{Headcount, Shrinkage};

/// Slack against float noise: 21 / (1 − 0.3) is 30.000000000000004 and means 30.
const NOISE: f64 = 1e-9;

/// Heads of which, after shrinkage, that many are on seat. Rounds up last: rounding a share of absent heads first would
/// overstaff small queues.
pub fn rostered(on_seat: Headcount, shrinkage: Shrinkage) -> Headcount {
    Headcount(whole_heads(f64::from(on_seat.0) / (1.0 - shrinkage.get())))
}

/// The least whole number of heads that is not below `heads`.
pub(super) fn whole_heads(heads: f64) -> u32 {
    (heads * (1.0 - NOISE)).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(on_seat: u32, shrinkage: f64) -> u32 {
        rostered(Headcount(on_seat), Shrinkage::new(shrinkage).unwrap()).0
    }

    /// pyworkforce's README: 14 positions with 30 % shrinkage are 20.
    #[test]
    fn float_noise_is_no_head() {
        assert_eq!(of(14, 0.3), 20);
        assert_eq!(of(21, 0.3), 30);
    }

    #[test]
    fn a_fraction_of_a_head_is_a_head() {
        assert_eq!(of(1, 0.1), 2);
        assert_eq!(of(9, 0.1), 10);
        assert_eq!(of(10, 0.1), 12);
        assert_eq!(of(0, 0.5), 0);
        assert_eq!(of(7, 0.0), 7);
    }
}

//! Heads to roster for heads on seat.
//!
//! Leave and sickness take whole shifts; breaks, training and meetings take their share of what is left:
//! `1 − (1 − leave − sickness)·(1 − breaks − training − meetings − other)`.

use crate::domain::quantity::{Headcount, Shrinkage};
use crate::domain::service::ShrinkageCauses;

/// Slack against float noise: 21 / (1 − 0.3) is 30.000000000000004 and means 30.
const NOISE: f64 = 1e-9;

/// The most that is taken off: with less of a shift left nobody would be rostered at all.
const MOST: f64 = 0.949_999;

/// Heads of which, after shrinkage, that many are on seat. Rounds up last: rounding a share of absent heads first would
/// overstaff small queues.
pub fn rostered(on_seat: Headcount, shrinkage: Shrinkage) -> Headcount {
    Headcount(whole_heads(f64::from(on_seat.0) / (1.0 - shrinkage.get())))
}

/// The shrinkage of a roster: `other` and the causes that the roster does not know itself. Leave that is booked, a share of
/// all rostered time, is known to it, and takes nothing twice.
pub fn of_roster(other: Shrinkage, causes: &ShrinkageCauses, booked_leave: f64) -> Shrinkage {
    combined(other, causes, (causes.leave - booked_leave).max(0.0))
}

/// The shrinkage of paid time over months, where no leave is booked yet.
pub fn of_paid_time(other: Shrinkage, causes: &ShrinkageCauses) -> Shrinkage {
    combined(other, causes, causes.leave)
}

fn combined(other: Shrinkage, causes: &ShrinkageCauses, leave: f64) -> Shrinkage {
    let present = (1.0 - leave - causes.sickness).max(0.0);
    let seated = (1.0 - causes.breaks - causes.training - causes.meetings - other.get()).max(0.0);
    let shrinkage = (1.0 - present * seated).clamp(0.0, MOST);
    // 1 − (1 − 0.3) is 0.30000000000000004: a queue without causes keeps its own figure to the digit.
    let shrinkage = if (shrinkage - other.get()).abs() < 1e-12 { other.get() } else { shrinkage };
    Shrinkage::new(shrinkage).expect("it was brought into the range")
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

    /// 10 % away for whole shifts, 20 % of the rest away from the seat: 0.9 × 0.8 = 0.72 remain.
    #[test]
    fn booked_leave_is_not_counted_twice() {
        let causes = ShrinkageCauses { training: 0.05, meetings: 0.05, sickness: 0.04, leave: 0.06, ..Default::default() };
        let other = Shrinkage::new(0.1).unwrap();
        let near =
            |found: Shrinkage, wanted: f64| assert!((found.get() - wanted).abs() < 1e-12, "{} is not {wanted}", found.get());
        near(of_paid_time(other, &causes), 0.28);
        near(of_roster(other, &causes, 0.0), 0.28);
        near(of_roster(other, &causes, 0.04), 1.0 - 0.94 * 0.8);
        near(of_roster(other, &causes, 0.5), 1.0 - 0.96 * 0.8);
        assert_eq!(of_roster(other, &ShrinkageCauses::default(), 0.0), other);
    }
}

//! Weekdays lend each other their time-of-day shape, as far as counting noise calls for it.
//!
//! Three inquiries in a slot are mostly chance; the same slot of the other weekdays knows better. Empirical Bayes: the
//! true volume of a slot is taken as Gamma around what the common shape expects of the weekday, with a variation that is
//! measured on the weekday itself (its differences from the common shape, less counting noise). A busy queue, or a
//! weekend unlike the working days, keeps its own shape; a quiet queue takes the common one.

/// Inquiries that the common shape must expect in a slot without any before the slot is taken as closed: chance alone
/// leaves such a slot empty less than once in a hundred times.
const CLOSED_ABOVE: f64 = 5.0;

/// Draws the slots of each weekday towards the common shape. `days` says from how many days each weekday was learnt.
pub(super) fn pool(profile: &mut [Vec<f64>; 7], days: [f64; 7]) {
    let totals: Vec<f64> = profile.iter().map(|slots| slots.iter().sum()).collect();
    let all: f64 = totals.iter().sum();
    if all <= 0.0 {
        return;
    }
    let common: Vec<f64> = (0..profile[0].len()).map(|slot| profile.iter().map(|slots| slots[slot]).sum::<f64>() / all).collect();
    for ((slots, total), days) in profile.iter_mut().zip(totals).zip(days) {
        // The common shape holds the weekday itself, so that part of its difference is hidden.
        let shown = 1.0 - total / all;
        if total <= 0.0 || shown <= 1e-9 {
            continue;
        }
        let expected: Vec<f64> = common.iter().map(|share| share * total).collect();
        let variation = variation(slots, &expected, days) / shown;
        let is_closed = |slot: f64, expected: f64| slot == 0.0 && (expected == 0.0 || expected * days > CLOSED_ABOVE);
        for (slot, expected) in slots.iter_mut().zip(expected).filter(|(slot, expected)| !is_closed(**slot, *expected)) {
            // (n·p + a) / (n + a/m) with a = 1 / variation, written so that no variation is no difference.
            *slot = (variation * days * *slot + 1.0) / (variation * days + 1.0 / expected);
        }
    }
}

/// Square of the share by which slots differ from the expected beyond counting noise, 0 or more.
fn variation(slots: &[f64], expected: &[f64], days: f64) -> f64 {
    let squares: f64 = expected.iter().map(|expected| expected * expected).sum();
    let excess = |(slot, expected): (&f64, &f64)| (slot - expected).powi(2) - expected / days;
    (slots.iter().zip(expected).map(excess).sum::<f64>() / squares).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_queue_takes_the_common_shape_and_keeps_its_totals() {
        let noisy = |first: f64| vec![first, 4.0 - first];
        let mut profile = [2.5, 1.5, 2.0, 2.3, 1.7, 2.2, 1.8].map(noisy);
        pool(&mut profile, [6.0; 7]);
        assert!(profile.iter().all(|slots| (slots[0] - 2.0).abs() < 1e-9 && (slots[1] - 2.0).abs() < 1e-9), "{profile:?}");
    }

    #[test]
    fn a_busy_weekend_keeps_its_own_shape() {
        let workday = vec![3000.0, 1000.0];
        let mut profile = std::array::from_fn(|day| if day < 5 { workday.clone() } else { vec![1000.0, 3000.0] });
        pool(&mut profile, [6.0; 7]);
        assert!((profile[5][0] - 1000.0).abs() < 15.0 && (profile[5][1] - 3000.0).abs() < 15.0, "{profile:?}");
    }

    #[test]
    fn an_hour_that_only_one_day_is_closed_in_stays_closed() {
        let mut profile = std::array::from_fn(|day| if day == 6 { vec![10.0, 0.0] } else { vec![10.0, 5.0] });
        pool(&mut profile, [6.0; 7]);
        assert_eq!(profile[6][1], 0.0);
        let mut quiet = std::array::from_fn(|day| if day == 6 { vec![0.2, 0.0] } else { vec![0.2, 0.1] });
        pool(&mut quiet, [6.0; 7]);
        assert!(quiet[6][1] > 0.02, "an empty quiet hour may be chance: {quiet:?}");
    }

    #[test]
    fn a_closed_day_stays_closed_and_a_single_open_day_stays_as_it_is() {
        let mut profile = std::array::from_fn(|day| if day == 4 { vec![1.0, 3.0] } else { vec![0.0, 0.0] });
        pool(&mut profile, [6.0; 7]);
        assert_eq!(profile[4], [1.0, 3.0]);
        assert_eq!(profile[6], [0.0, 0.0]);
    }
}

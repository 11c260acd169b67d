//! P10 and P90 from what the model missed in the held-back weeks, by time of day.
//!
//! A miss is measured in standard deviations of a count whose mean is itself uncertain, √(f + (c·f)²): c comes from the
//! misses themselves, so that a busy promotion hour and a quiet night hour can learn from each other's misses.

use super::backtest::HeldBack;

/// Slots' share of a day on either side whose misses count for a slot: an hour and a half.
const NEIGHBOUR_SHARE: f64 = 1.5 / 24.0;

/// Misses below which a slot takes those of the whole day.
const MISSES_NEEDED: usize = 30;

/// Standard normal 90 % quantile, where nothing was held back.
const NORMAL_P90: f64 = 1.2816;

/// How far actuals fall from the forecast.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// Square of the share by which the mean itself is uncertain.
    uncertainty: f64,
    /// By slot: one miss in ten is below the first, one in ten above the second; in standard deviations.
    quantiles: Vec<(f64, f64)>,
}

impl Spread {
    /// Learns from misses.
    pub fn learn(errors: &[HeldBack], slots: usize) -> Self {
        let errors: Vec<_> = errors.iter().filter(|error| error.expected > 0.0).collect();
        let excess: f64 = errors.iter().map(|error| (error.actual - error.expected).powi(2) - error.expected).sum();
        let squares: f64 = errors.iter().map(|error| error.expected.powi(2)).sum();
        let uncertainty = if squares > 0.0 { (excess / squares).max(0.0) } else { 0.0 };
        let mut by_slot: Vec<Vec<f64>> = vec![Vec::new(); slots];
        for error in errors {
            by_slot[error.slot].push((error.actual - error.expected) / deviation(error.expected, uncertainty));
        }
        let all_day = outer_tenths(by_slot.concat()).unwrap_or((-NORMAL_P90, NORMAL_P90));
        let reach = (slots as f64 * NEIGHBOUR_SHARE).round() as usize;
        let around = |slot: usize| by_slot[slot.saturating_sub(reach)..slots.min(slot + reach + 1)].concat();
        let quantiles = (0..slots).map(|slot| outer_tenths(around(slot)).unwrap_or(all_day)).collect();
        Self { uncertainty, quantiles }
    }

    /// P10 and P90 around an expected volume; the expected volume is never outside them.
    pub fn around(&self, slot: usize, expected: f64) -> (f64, f64) {
        let deviation = deviation(expected, self.uncertainty);
        let (low, high) = self.quantiles[slot];
        ((expected + low * deviation).clamp(0.0, expected), (expected + high * deviation).max(expected))
    }
}

fn deviation(expected: f64, uncertainty: f64) -> f64 {
    (expected + uncertainty * expected * expected).sqrt()
}

/// The conformal tenths: with n misses the k-th smallest is below the next one with probability k / (n + 1).
fn outer_tenths(mut misses: Vec<f64>) -> Option<(f64, f64)> {
    if misses.len() < MISSES_NEEDED {
        return None;
    }
    misses.sort_by(f64::total_cmp);
    let tenth = ((misses.len() + 1) as f64 / 10.0).floor() as usize;
    Some((misses[tenth - 1], misses[misses.len() - tenth]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misses(expected: f64, actuals: impl Iterator<Item = f64>) -> Vec<HeldBack> {
        actuals.map(|actual| HeldBack { week: 0, slot: 20, expected, actual }).collect()
    }

    #[test]
    fn eight_of_ten_misses_lie_between_the_outer_tenths() {
        let spread = Spread::learn(&misses(100.0, (1..=99).map(|step| 50.0 + f64::from(step))), 48);
        let (p10, p90) = spread.around(20, 100.0);
        assert!((p10 - 60.0).abs() < 1e-9 && (p90 - 140.0).abs() < 1e-9, "{p10} {p90}");
    }

    #[test]
    fn without_misses_counting_noise_alone_remains() {
        let (p10, p90) = Spread::learn(&[], 48).around(3, 100.0);
        assert!((p10 - 87.184).abs() < 1e-9 && (p90 - 112.816).abs() < 1e-9);
        assert_eq!(Spread::learn(&[], 48).around(3, 0.0), (0.0, 0.0));
    }

    #[test]
    fn the_expected_volume_is_never_outside() {
        let spread = Spread::learn(&misses(100.0, (0..99).map(|step| 120.0 + f64::from(step))), 48);
        assert_eq!(spread.around(20, 100.0).0, 100.0);
    }
}

//! Centres that one odd day cannot pull away.

/// How far a sample may pull, in multiples of its noise. Huber's usual figure.
const REACH: f64 = 1.5;

/// Share by which ordinary days differ beyond counting noise.
const DAY_TO_DAY: f64 = 0.1;

/// Standard deviation of a count around `mean`: Poisson, and the day-to-day change of the mean itself. A tenth of a
/// thousand matters more than its counting noise; of three, the counting noise does.
pub(super) fn count_noise(mean: f64) -> f64 {
    (mean.max(1.0) + (DAY_TO_DAY * mean).powi(2)).sqrt()
}

/// Huber's weighted mean of (value, weight): values further than 1.5 times `noise` from the centre pull no more than those
/// at that distance. Unlike a median or a trimmed mean it is nearly unbiased for small counts. `None` without weight.
pub(super) fn centre(samples: &mut [(f64, f64)], noise: impl Fn(f64) -> f64) -> Option<f64> {
    let mut at = weighted_median(samples)?;
    let total: f64 = samples.iter().map(|(_, weight)| weight).sum();
    for _ in 0..5 {
        let reach = REACH * noise(at);
        at = samples.iter().map(|(value, weight)| weight * value.clamp(at - reach, at + reach)).sum::<f64>() / total;
    }
    Some(at)
}

/// The value with half of the weight on either side; `None` without weight.
fn weighted_median(samples: &mut [(f64, f64)]) -> Option<f64> {
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = samples.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut before = 0.0;
    samples.iter().find_map(|(value, weight)| {
        before += weight;
        (*weight > 0.0 && before >= half).then_some(*value)
    })
}

/// The median; `None` of nothing.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        even if even % 2 == 0 => Some((values[middle - 1] + values[middle]) / 2.0),
        _ => Some(values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_moves_the_centre_by_no_more_than_the_reach_allows() {
        let mut samples = [(100.0, 1.0), (100.0, 1.0), (100.0, 1.0), (900.0, 1.0)];
        let found = centre(&mut samples, count_noise).unwrap();
        // Noise at 107 is √(107 + 10.7²) = 14.9; a quarter of 1.5 × 14.9 above 100 after the sums settle at 107.4.
        assert!((found - 107.4).abs() < 0.2, "{found}");
    }

    #[test]
    fn rare_counts_keep_their_mean() {
        let mut samples = [(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (1.0, 1.0)];
        assert!((centre(&mut samples, count_noise).unwrap() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn medians_of_nothing_are_nothing() {
        assert_eq!(median(&mut []), None);
        assert_eq!(centre(&mut [], count_noise), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0, 10.0]), Some(2.5));
    }
}

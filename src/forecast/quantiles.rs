//! P05 to P95 from what the forecast missed in the held-back weeks, by time of day (conformal).
//!
//! A miss is measured in standard deviations of a count whose mean is itself uncertain, √(f + (c·f)²): c comes from the
//! misses themselves, so that a busy promotion hour and a quiet night hour can learn from each other's misses. Misses of one
//! day stick together: where they do, eight weeks are eight witnesses rather than thousands, and the quantiles are widened as
//! Student's t is against the normal.

use std::collections::BTreeMap;

use super::backtest::HeldBack;
use crate::domain::calendar::monday_of;
use crate::domain::demand::ForecastPoint;

/// Slots' share of a day on either side whose misses count for a slot: an hour and a half.
const NEIGHBOUR_SHARE: f64 = 1.5 / 24.0;

/// Misses below which a slot takes those of the whole day.
const MISSES_NEEDED: usize = 40;

/// The shares of actuals below P05, P10, P50, P90 and P95, with the standard normal quantiles where nothing was held back.
const LEVELS: [(f64, f64); 5] = [(0.05, -1.6449), (0.1, -1.2816), (0.5, 0.0), (0.9, 1.2816), (0.95, 1.6449)];

/// How far actuals fall from the forecast.
#[derive(Debug, Clone)]
pub(super) struct Quantiles {
    /// Square of the share by which the mean itself is uncertain.
    uncertainty: f64,
    /// By slot and level, in standard deviations.
    by_slot: Vec<[f64; 5]>,
}

impl Quantiles {
    /// Learns from misses.
    pub fn learn(errors: &[HeldBack], slots: usize) -> Self {
        let errors: Vec<_> = errors.iter().filter(|error| error.expected > 0.0).collect();
        let excess: f64 = errors.iter().map(|error| (error.actual - error.expected).powi(2) - error.expected).sum();
        let squares: f64 = errors.iter().map(|error| error.expected.powi(2)).sum();
        let uncertainty = if squares > 0.0 { (excess / squares).max(0.0) } else { 0.0 };
        let mut by_slot: Vec<Vec<f64>> = vec![Vec::new(); slots];
        for error in &errors {
            by_slot[error.slot].push(standardised(error, uncertainty));
        }
        let normal = LEVELS.map(|(_, normal)| normal);
        let all_day = conformal(by_slot.concat()).unwrap_or(normal);
        let reach = (slots as f64 * NEIGHBOUR_SHARE).round() as usize;
        let around = |slot: usize| by_slot[slot.saturating_sub(reach)..slots.min(slot + reach + 1)].concat();
        let wider = widening(&errors, uncertainty);
        let of_slot = |slot: usize| conformal(around(slot)).unwrap_or(all_day).map(|quantile| quantile * wider);
        Self { uncertainty, by_slot: (0..slots).map(of_slot).collect() }
    }

    /// The quantiles around an expected volume, which is never outside P10 to P90.
    pub fn around(&self, slot: usize, expected: f64) -> ForecastPoint {
        if expected <= 0.0 {
            return ForecastPoint::certain(0.0);
        }
        let deviation = deviation(expected, self.uncertainty);
        let [p05, p10, p50, p90, p95] = self.by_slot[slot].map(|quantile| (expected + quantile * deviation).max(0.0));
        let (p10, p90) = (p10.min(expected), p90.max(expected));
        ForecastPoint { expected, p05: p05.min(p10), p10, p50: p50.clamp(p10, p90), p90, p95: p95.max(p90), aht_secs: None }
    }
}

fn deviation(expected: f64, uncertainty: f64) -> f64 {
    (expected + uncertainty * expected * expected).sqrt()
}

fn standardised(error: &HeldBack, uncertainty: f64) -> f64 {
    (error.actual - error.expected) / deviation(error.expected, uncertainty)
}

/// The conformal quantiles: with n misses the k-th smallest is above the next one with probability k / (n + 1).
fn conformal(mut misses: Vec<f64>) -> Option<[f64; 5]> {
    if misses.len() < MISSES_NEEDED {
        return None;
    }
    misses.sort_by(f64::total_cmp);
    let count = (misses.len() + 1) as f64;
    // Outwards on both sides, so that at least the share asked for is held.
    let place = |level: f64| if level < 0.5 { (count * level).floor() } else { (count * level).ceil() };
    Some(LEVELS.map(|(level, _)| misses[(place(level) as usize).clamp(1, misses.len()) - 1]))
}

/// The factor on quantiles for how few days and weeks they were learnt from: as far as misses of one day stick together
/// (their intraclass correlation), P90 of Student's t with a degree of freedom per week over the normal P90; else 1.
fn widening(errors: &[&HeldBack], uncertainty: f64) -> f64 {
    let mut days: BTreeMap<_, (f64, f64)> = BTreeMap::new();
    let (mut squares, mut count) = (0.0, 0.0);
    for error in errors {
        let miss = standardised(error, uncertainty);
        let day = days.entry(error.date).or_default();
        day.0 += miss;
        day.1 += 1.0;
        squares += miss * miss;
        count += 1.0;
    }
    let mut weeks: Vec<_> = days.keys().map(|date| monday_of(*date)).collect();
    weeks.dedup();
    if weeks.is_empty() || squares <= 0.0 {
        return 1.0;
    }
    let total = squares / count;
    let between: f64 = days.values().map(|(sum, count)| sum * sum / count).sum::<f64>() / days.len() as f64;
    let size = count / days.len() as f64;
    // E[between] = σ²(1 + (m − 1)ρ) for days of m misses.
    let together = if size > 1.0 { ((between / total - 1.0) / (size - 1.0)).clamp(0.0, 1.0) } else { 0.0 };
    1.0 + together * (student_p90(weeks.len()) / LEVELS[3].1 - 1.0)
}

/// P90 of Student's t (Cornish-Fisher to the third term; within 2 % from 2 degrees of freedom on).
fn student_p90(degrees: usize) -> f64 {
    let (z, n) = (LEVELS[3].1, degrees as f64);
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * n)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n)
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n * n * n)
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};

    use super::*;

    fn monday() -> NaiveDate {
        "2026-11-02".parse().unwrap()
    }

    /// A day each.
    fn misses(expected: f64, actuals: impl Iterator<Item = f64>) -> Vec<HeldBack> {
        let day = |(day, actual)| HeldBack { date: monday() + Days::new(day as u64), slot: 20, expected, actual };
        actuals.enumerate().map(day).collect()
    }

    #[test]
    fn nine_of_ten_misses_lie_between_p05_and_p95_and_eight_between_p10_and_p90() {
        let quantiles = Quantiles::learn(&misses(100.0, (1..=99).map(|step| 50.0 + f64::from(step))), 48);
        let point = quantiles.around(20, 100.0);
        let found = [point.p05, point.p10, point.p50, point.p90, point.p95];
        let wanted = [55.0, 60.0, 100.0, 140.0, 145.0];
        assert!(found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-9), "{found:?}");
    }

    #[test]
    fn without_misses_counting_noise_alone_remains() {
        let point = Quantiles::learn(&[], 48).around(3, 100.0);
        assert!((point.p10 - 87.184).abs() < 1e-9 && (point.p95 - 116.449).abs() < 1e-9);
        let nothing = Quantiles::learn(&[], 48).around(3, 0.0);
        assert_eq!((nothing.p05, nothing.p50, nothing.p95), (0.0, 0.0, 0.0));
    }

    #[test]
    fn the_expected_volume_is_never_outside() {
        let quantiles = Quantiles::learn(&misses(100.0, (0..99).map(|step| 120.0 + f64::from(step))), 48);
        let point = quantiles.around(20, 100.0);
        assert!(point.p05 <= point.p10 && point.p10 == 100.0 && point.p50 >= 100.0);
    }

    #[test]
    fn days_that_miss_as_one_widen_the_quantiles_by_how_few_weeks_there_are() {
        let day = |day: u64| {
            (0..48).map(move |slot| (monday() + Days::new(day), slot, if day.is_multiple_of(2) { 130.0 } else { 70.0 }))
        };
        let held = |(date, slot, actual)| HeldBack { date, slot, expected: 100.0, actual };
        let together: Vec<_> = (0..14).flat_map(day).map(held).collect();
        // Two weeks: t has its P90 at 1.886 (tables), the normal distribution at 1.282.
        let point = Quantiles::learn(&together, 48).around(20, 100.0);
        assert!((point.p90 - 100.0 - 30.0 * 1.886 / 1.2816).abs() < 1.5, "{}", point.p90);
        let alternating: Vec<_> =
            together.iter().map(|miss| HeldBack { actual: if miss.slot % 2 == 0 { 130.0 } else { 70.0 }, ..*miss }).collect();
        assert!((Quantiles::learn(&alternating, 48).around(20, 100.0).p90 - 130.0).abs() < 1e-9);
    }

    #[test]
    fn students_quantile_is_the_tables() {
        for (degrees, published) in [(2, 1.886), (4, 1.533), (8, 1.397), (12, 1.356)] {
            assert!((student_p90(degrees) / published - 1.0).abs() < 0.025, "{degrees}");
        }
    }
}

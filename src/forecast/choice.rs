//! How much each model says: by its errors on the weeks held back so far.
//!
//! Models that were right say more, none is silenced by one bad week, and where there is nothing to judge by all say the
//! same. A mean of forecasts that err differently errs less than the best of them.

use super::models;
use crate::domain::demand::ForecastModel;

/// How sharply errors decide: a model with twice the error says 2⁻⁸ as much.
const SHARPNESS: f64 = 10.0;

/// Share by which a held-back week counts less than the one after it.
const FADING: f64 = 0.1;

/// What each model usually misses against the others, in the order of [`models::ALL`]: a single week carries all of its own
/// noise, a mean of four half of it.
const USUAL: [f64; 7] = [1.25, 1.02, 1.02, 0.95, 0.93, 0.95, 0.97];

/// Held-back weeks that the usual errors weigh as much as.
const PRIOR_WEEKS: f64 = 1.5;

/// Sum of the absolute errors of each model in one held-back week, `None` where it had nothing to say, and the inquiries.
#[derive(Debug, Clone)]
pub(super) struct WeekScore {
    /// In the order of [`models::ALL`].
    pub errors: Vec<Option<f64>>,
    /// What arrived.
    pub inquiries: f64,
}

/// The share of each model that can speak, in the order of [`models::ALL`]; the shares add up to 1.
pub(super) fn weights(weeks: &[WeekScore], can_speak: &[bool]) -> Vec<f64> {
    let scores: Vec<f64> = (0..models::ALL.len()).map(|model| faded_error(weeks, model)).collect();
    let shares: Vec<f64> = scores
        .iter()
        .zip(can_speak)
        .map(|(score, can_speak)| if *can_speak { score.max(1e-3).powf(-SHARPNESS) } else { 0.0 })
        .collect();
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 { shares.iter().map(|share| share / sum).collect() } else { shares }
}

/// A model's error against the mean of all models', week by week, the newer the heavier.
fn faded_error(weeks: &[WeekScore], model: usize) -> f64 {
    let (mut sum, mut weights) = (PRIOR_WEEKS * USUAL[model], PRIOR_WEEKS);
    for (age, week) in weeks.iter().rev().enumerate() {
        let spoken: Vec<f64> = week.errors.iter().flatten().copied().collect();
        let mean = spoken.iter().sum::<f64>() / spoken.len().max(1) as f64;
        if let Some(error) = week.errors[model].filter(|_| mean > 0.0) {
            let weight = (1.0 - FADING).powf(age as f64);
            sum += weight * error / mean;
            weights += weight;
        }
    }
    sum / weights
}

/// The models with their weights, for those that say anything.
pub(super) fn mix(expected: &[Option<Vec<f64>>], weights: &[f64], slots: usize) -> Vec<f64> {
    let mut mixed = vec![0.0; slots];
    for (volumes, weight) in expected.iter().zip(weights) {
        if let Some(volumes) = volumes {
            mixed.iter_mut().zip(volumes).for_each(|(sum, volume)| *sum += weight * volume);
        }
    }
    mixed
}

/// A model by its place in [`models::ALL`].
pub(super) fn named(place: usize) -> ForecastModel {
    models::ALL[place]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight weeks in which every model missed 100 but one.
    fn weeks(model: usize, error: f64) -> Vec<WeekScore> {
        let errors = (0..models::ALL.len()).map(|other| Some(if other == model { error } else { 100.0 })).collect();
        vec![WeekScore { errors, inquiries: 1000.0 }; 8]
    }

    #[test]
    fn who_missed_less_says_more_and_nobody_is_silenced() {
        let all = [true; 7];
        let weights = weights(&weeks(5, 60.0), &all);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(weights[5] > 0.6 && weights[3] > 0.01, "{weights:?}");
    }

    #[test]
    fn without_a_week_to_judge_by_the_usual_errors_decide_and_a_mute_model_says_nothing() {
        let weights = weights(&[], &[true, true, true, true, true, false, true]);
        assert_eq!(weights[5], 0.0);
        assert!(weights[0] < weights[1] && weights[1] < weights[4], "{weights:?}");
    }

    #[test]
    fn the_newer_week_counts_for_more() {
        let mut changed = weeks(4, 50.0);
        changed.extend(weeks(3, 50.0));
        let weights = weights(&changed, &[true; 7]);
        assert!(weights[3] > weights[4], "{weights:?}");
    }

    #[test]
    fn a_mixture_is_the_weighted_mean_of_those_that_speak() {
        let mixed = mix(&[Some(vec![10.0, 20.0]), None, Some(vec![30.0, 0.0])], &[0.25, 0.0, 0.75], 2);
        assert_eq!(mixed, [25.0, 5.0]);
    }
}

//! What an ordinary weekday brings, slot by slot.

use super::ordinary_days::OrdinaryDay;
use super::pooling;
use super::robust::{centre, count_noise};

/// Weeks that shape the profile.
pub(super) const PROFILE_WEEKS: f64 = 12.0;

/// Weeks after which a day counts half as much.
const HALF_LIFE_WEEKS: f64 = 4.0;

/// Weight of volumes inside events: they speak only where nothing else does.
const EVENT_WEIGHT: f64 = 1e-6;

/// Expected inquiries at level 1, by weekday (Monday first) and slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile([Vec<f64>; 7]);

impl Profile {
    /// Learns from the newest weeks; `log_effect` is what the date did to a day, and is divided out.
    pub fn learn(days: &[OrdinaryDay<'_>], slots: usize, log_effect: impl Fn(&OrdinaryDay<'_>) -> f64) -> Self {
        let mut weekdays: [Vec<(&OrdinaryDay<'_>, f64, f64)>; 7] = Default::default();
        for day in days.iter().filter(|day| day.age_weeks <= PROFILE_WEEKS) {
            let weight = 0.5_f64.powf((day.age_weeks - 1.0) / HALF_LIFE_WEEKS);
            weekdays[day.weekday].push((day, (-log_effect(day)).exp(), weight));
        }
        let mut samples: Vec<(f64, f64)> = Vec::new();
        let mut profile = std::array::from_fn(|weekday| {
            let slot_centre = |slot: usize| {
                samples.clear();
                samples.extend(weekdays[weekday].iter().filter_map(|(day, cleaned, weight)| {
                    let weight = if day.is_event(slot) { weight * EVENT_WEIGHT } else { *weight };
                    Some((day.volumes[slot]? * cleaned, weight))
                }));
                centre(&mut samples, count_noise).unwrap_or(0.0)
            };
            (0..slots).map(slot_centre).collect()
        });
        pooling::pool(&mut profile, weekdays.map(|days| effective_days(days.iter().map(|day| day.2))));
        Self(profile)
    }

    /// The slots of a weekday, 0 for Monday.
    pub fn weekday(&self, weekday: usize) -> &[f64] {
        &self.0[weekday]
    }

    /// The mean of the open days from Monday to Friday.
    pub fn mean_workday(&self) -> Vec<f64> {
        let open: Vec<_> = self.0[..5].iter().filter(|slots| slots.iter().any(|volume| *volume > 0.0)).collect();
        let mean = |slot: usize| open.iter().map(|slots| slots[slot]).sum::<f64>() / open.len().max(1) as f64;
        (0..self.0[0].len()).map(mean).collect()
    }

    /// Which weekdays bring anything.
    pub fn is_open(&self) -> [bool; 7] {
        std::array::from_fn(|weekday| self.0[weekday].iter().any(|volume| *volume > 0.0))
    }
}

/// Days of equal weight that would say as much as these.
fn effective_days(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

//! What an ordinary weekday brings, slot by slot.

use super::ordinary_days::OrdinaryDay;
use super::pooling;
use super::robust::{centre, count_noise};

/// Weeks that shape the profile.
pub(super) const PROFILE_WEEKS: f64 = 12.0;

/// Weeks that a profile is learnt from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    /// The oldest that count.
    pub weeks: f64,
    /// After which a day counts half as much.
    pub half_life_weeks: f64,
}

impl Memory {
    /// Follows what changes within a season.
    pub const SEASON: Self = Self { weeks: PROFILE_WEEKS, half_life_weeks: 4.0 };
    /// Averages counting noise away; for shapes that hardly change.
    pub const LONG: Self = Self { weeks: 52.0, half_life_weeks: 8.0 };
}

/// Weight of volumes inside events: they speak only where nothing else does.
const EVENT_WEIGHT: f64 = 1e-6;

/// Expected inquiries at level 1, by weekday (Monday first) and slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile([Vec<f64>; 7]);

impl Profile {
    /// Learns from the newest weeks; `log_effect` is what the date did to a day, and is divided out.
    pub fn learn(days: &[OrdinaryDay<'_>], slots: usize, memory: Memory, log_effect: impl Fn(&OrdinaryDay<'_>) -> f64) -> Self {
        let mut weekdays: [Vec<(&OrdinaryDay<'_>, f64, f64)>; 7] = Default::default();
        for day in days.iter().filter(|day| day.age_weeks <= memory.weeks) {
            let weight = 0.5_f64.powf((day.age_weeks - 1.0) / memory.half_life_weeks);
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

    /// All weekdays.
    pub fn into_week(self) -> [Vec<f64>; 7] {
        self.0
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

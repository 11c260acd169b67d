//! Weekday profile × level: the profile of the last twelve weeks, the newer the heavier, times the exponentially smoothed
//! ratio of recent weeks to it, drawn towards 1.

use super::super::effects::{Effects, OrdinaryWeek};
use super::super::profile::PROFILE_WEEKS;

/// Weight of the newest week in the level.
const LEVEL_SMOOTHING: f64 = 0.3;

/// Share of the level's distance from 1 that is believed to last through the coming week.
const LEVEL_DAMPING: f64 = 0.8;

/// What the coming week brings.
pub fn expect(effects: &Effects<'_>) -> OrdinaryWeek {
    let level = smoothed_level(effects);
    std::array::from_fn(|weekday| effects.profile.weekday(weekday).iter().map(|volume| volume * level).collect())
}

fn smoothed_level(effects: &Effects<'_>) -> f64 {
    let ratios: Vec<_> = effects.days.iter().filter_map(|day| Some((day, effects.ratio(day)?))).collect();
    let weeks = effects.weekly_levels(&ratios);
    let Some((newest, _)) = weeks.last_key_value() else { return 1.0 };
    let (mut sum, mut weights) = (0.0, 0.0);
    for (monday, level) in &weeks {
        let age_weeks = (*newest - *monday).num_days() as f64 / 7.0;
        if age_weeks < PROFILE_WEEKS {
            let weight = (1.0 - LEVEL_SMOOTHING).powf(age_weeks);
            sum += weight * level;
            weights += weight;
        }
    }
    1.0 + LEVEL_DAMPING * (sum / weights - 1.0)
}

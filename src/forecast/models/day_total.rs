//! Day total × intraday profile: the total by exponential smoothing with a damped trend, day by day, the profile from months.
//!
//! The level moves within weeks and the shape of a day hardly within months, so each gets its own memory. How fast the level
//! follows is found by asking, over the whole history, which rate would have missed the coming week's days by least.

use std::collections::BTreeMap;

use super::super::effects::{Effects, OrdinaryWeek};
use super::super::ordinary_days::OrdinaryDay;
use super::super::profile::{Memory, Profile};
use super::super::robust::median;

/// Weights of the newest day in the level that are tried.
const RATES: [f64; 7] = [0.01, 0.025, 0.05, 0.1, 0.17, 0.25, 0.4];

/// Days for which the first level counts as known before rates are compared.
const WARM_UP_DAYS: usize = 10;

/// Days after which the level is known well enough to doubt a day that is far from it.
const KNOWN_AFTER: usize = 5;

/// Log ratios beyond this many robust deviations are drawn in.
const REACH: f64 = 2.5;

/// A day's total against the profile, in logs.
pub(super) struct Level {
    /// Days since the first day of all.
    pub day: i64,
    /// Effects of the date divided out.
    pub log: f64,
}

/// What the coming week brings; `None` without a day to learn from.
pub fn expect(effects: &Effects<'_>) -> Option<OrdinaryWeek> {
    let levels = levels(effects);
    if levels.is_empty() {
        return None;
    }
    let noise = deviation(&levels);
    let horizon = effects.until() - effects.days[0].date;
    let rate = RATES.into_iter().map(|rate| (rate, week_ahead_miss(&levels, rate, noise))).min_by(|a, b| a.1.total_cmp(&b.1))?.0;
    let level = smooth(&levels, rate, noise, horizon.num_days());
    let shape = shape(effects, &levels);
    Some(shape.map(|slots| slots.iter().map(|volume| volume * level.exp()).collect()))
}

/// The levels of the ordinary days, in order.
pub(super) fn levels(effects: &Effects<'_>) -> Vec<Level> {
    let first = effects.days.first().map(|day| day.date);
    let level = |day: &OrdinaryDay<'_>| {
        let ratio = effects.ratio(day).filter(|ratio| *ratio > 0.0)?;
        Some(Level { day: (day.date - first?).num_days(), log: ratio.ln() - effects.log_effect(day) })
    };
    effects.days.iter().filter_map(level).collect()
}

/// The typical change from one day to the next.
fn deviation(levels: &[Level]) -> f64 {
    let mut steps: Vec<f64> = levels.windows(2).map(|pair| (pair[1].log - pair[0].log).abs()).collect();
    median(&mut steps).unwrap_or(0.0).max(0.01)
}

/// The level after the days before `until`. A day that is far off pulls no more than one at the reach, but a second in a row on
/// the same side is no accident.
fn smooth(levels: &[Level], rate: f64, noise: f64, until: i64) -> f64 {
    let (mut level, mut weight) = (0.0, 0.0);
    let (mut last, mut far) = (0, 0.0);
    for (seen, day) in levels.iter().take_while(|day| day.day < until).enumerate() {
        // The weighted mean of all days so far, so that the first days count as much as they should.
        weight *= (1.0 - rate).powi(i32::try_from(day.day - last).unwrap_or(i32::MAX));
        let (off, reach) = (day.log - level, REACH * noise);
        let was_far = std::mem::replace(&mut far, if off.abs() > reach { off.signum() } else { 0.0 });
        let is_believed = seen <= KNOWN_AFTER || far == was_far;
        let drawn = level + if is_believed { off } else { off.clamp(-reach, reach) };
        level = (level * weight + drawn) / (weight + 1.0);
        weight += 1.0;
        last = day.day;
    }
    level
}

/// Mean absolute miss of the days one to seven after each week's end.
fn week_ahead_miss(levels: &[Level], rate: f64, noise: f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    let last = levels.last().map_or(0, |level| level.day);
    let mut end = levels.get(WARM_UP_DAYS).map_or(last + 1, |level| level.day);
    while end <= last {
        let level = smooth(levels, rate, noise, end);
        for day in levels.iter().filter(|day| (end..end + 7).contains(&day.day)) {
            sum += (day.log - level).abs();
            count += 1.0;
        }
        end += 7;
    }
    // A prior of a few days' misses prefers the slower rates where history is short.
    (sum + 5.0 * noise * (1.0 + rate)) / (count + 5.0)
}

/// The shape of each weekday at level 1: long memory, each day brought to one level first.
pub(super) fn shape(effects: &Effects<'_>, levels: &[Level]) -> OrdinaryWeek {
    let first = effects.days[0].date;
    let by_day: BTreeMap<i64, f64> = levels.iter().map(|level| (level.day, level.log)).collect();
    let level = |day: &OrdinaryDay<'_>| by_day.get(&(day.date - first).num_days()).copied().unwrap_or(0.0);
    Profile::learn(&effects.days, effects.slots(), Memory::LONG, |day| effects.log_effect(day) + level(day)).into_week()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(of: impl Fn(i64) -> f64) -> Vec<Level> {
        (0..84).map(|day| Level { day, log: of(day) }).collect()
    }

    #[test]
    fn a_step_is_followed_by_a_fast_rate_and_noise_averaged_by_a_slow_one() {
        let step = levels(|day| if day < 60 { 0.0 } else { 0.4 });
        let miss = |levels: &[Level], rate| week_ahead_miss(levels, rate, 0.05);
        assert!(miss(&step, 0.4) < miss(&step, 0.025));
        let noise = levels(|day| if day % 2 == 0 { 0.05 } else { -0.05 });
        assert!(miss(&noise, 0.025) < miss(&noise, 0.4));
    }

    #[test]
    fn a_second_far_day_in_a_row_is_believed() {
        let shifted = levels(|day| if day < 82 { 0.0 } else { 0.5 });
        let after_one = 0.4 * REACH * 0.02;
        let wanted = 0.6 * after_one + 0.4 * 0.5;
        assert!((smooth(&shifted, 0.4, 0.02, 84) - wanted).abs() < 1e-3);
    }

    #[test]
    fn one_wild_day_pulls_no_further_than_the_reach() {
        let wild = levels(|day| if day == 83 { 3.0 } else { 0.0 });
        assert!((smooth(&wild, 0.4, 0.02, 84) - 0.4 * REACH * 0.02).abs() < 1e-3);
    }
}

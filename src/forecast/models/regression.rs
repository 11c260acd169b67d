//! Ridge regression of day totals on the calendar, × intraday profile.
//!
//! y = ln(total / profile) on weekday, trend, place in the month and reopening. Each coefficient has a prior around zero whose
//! width says what such an effect usually is, against the scatter that the days themselves show: short histories say little
//! and get little.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use nalgebra::{DMatrix, DVector};

use super::super::effects::{Effects, Expected};
use super::super::month_turn::place;
use super::super::ordinary_days::index;
use super::day_total::{levels, shape};

/// Half-life of a day's voice.
const HALF_LIFE_WEEKS: f64 = 6.0;

/// Standard deviation that days have at least beyond what the calendar explains.
const SCATTER: f64 = 0.03;

/// Prior standard deviations: level, trend per four weeks, weekday, place in the month, reopening.
const PRIOR: [f64; 5] = [1.0, 0.03, 0.05, 0.05, 0.15];

/// Places around the turn of the month that have a coefficient of their own.
const TURN_PLACES: std::ops::RangeInclusive<i32> = -3..=4;

/// What the coming week brings; `None` without a day to learn from.
pub fn expect(effects: &Effects<'_>) -> Option<Expected> {
    let levels = levels(effects);
    let first = effects.days.first()?.date;
    let until = effects.until();
    let rows: Vec<(Vec<f64>, f64, f64)> = levels
        .iter()
        .filter_map(|level| {
            let date = first + chrono::Duration::days(level.day);
            let day = &effects.days[effects.days.binary_search_by_key(&date, |day| day.date).ok()?];
            let weight = 0.5_f64.powf((until - date).num_days() as f64 / 7.0 / HALF_LIFE_WEEKS);
            Some((features(date, until, day.reopened), level.log + effects.log_effect(day), weight))
        })
        .collect();
    let coefficients = ridge(&rows)?;
    let value = |date: NaiveDate, reopened: Option<usize>| {
        features(date, until, reopened)
            .iter()
            .zip(coefficients.iter())
            .map(|(feature, coefficient)| feature * coefficient)
            .sum::<f64>()
    };
    let own: BTreeMap<NaiveDate, f64> =
        until.iter_days().take(14).map(|date| (date, value(date, effects.reopened(date)))).collect();
    Some(Expected { week: shape(effects, &levels), own_log_effects: Some(own) })
}

fn features(date: NaiveDate, until: NaiveDate, reopened: Option<usize>) -> Vec<f64> {
    let mut row = vec![1.0, (date - until).num_days() as f64 / 28.0];
    let weekday = index(date.weekday());
    row.extend((0..7).map(|other| f64::from(u8::from(other == weekday))));
    let turn = place(date);
    row.extend(TURN_PLACES.map(|other| f64::from(u8::from(other == turn))));
    let angle = std::f64::consts::TAU * f64::from(date.day()) / 30.44;
    row.extend([angle.sin(), angle.cos(), (2.0 * angle).sin(), (2.0 * angle).cos()]);
    row.extend((0..2).map(|other| f64::from(u8::from(reopened == Some(other)))));
    row
}

fn prior_of(column: usize) -> f64 {
    match column {
        0 => PRIOR[0],
        1 => PRIOR[1],
        2..=8 => PRIOR[2],
        column if column < 2 + 7 + TURN_PLACES.count() + 4 => PRIOR[3],
        _ => PRIOR[4],
    }
}

/// Coefficients of the weighted ridge regression; `None` where it has no solution.
fn ridge(rows: &[(Vec<f64>, f64, f64)]) -> Option<DVector<f64>> {
    let columns = rows.first()?.0.len();
    let scatter = scatter(rows).max(SCATTER);
    let mut normal = DMatrix::zeros(columns, columns);
    let mut right = DVector::zeros(columns);
    for (row, value, weight) in rows {
        for (at, feature) in row.iter().enumerate().filter(|(_, feature)| **feature != 0.0) {
            right[at] += weight * feature * value;
            for (other, twin) in row.iter().enumerate() {
                normal[(at, other)] += weight * feature * twin;
            }
        }
    }
    for column in 0..columns {
        normal[(column, column)] += (scatter / prior_of(column)).powi(2);
    }
    normal.cholesky().map(|factor| factor.solve(&right))
}

/// Robust standard deviation of the values.
fn scatter(rows: &[(Vec<f64>, f64, f64)]) -> f64 {
    let mut values: Vec<f64> = rows.iter().map(|row| row.1).collect();
    let middle = super::super::robust::median(&mut values).unwrap_or(0.0);
    let mut apart: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    super::super::robust::median(&mut apart).unwrap_or(0.0) * 1.4826
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coefficient_is_drawn_to_nothing_as_far_as_its_prior_and_the_scatter_say() {
        // One column beside the level, alternating 0 and 1: the values are the level's 0 and the column's 0.3.
        let row = |on: bool| (vec![1.0, if on { 1.0 } else { 0.0 }], if on { 0.3 } else { 0.0 }, 1.0);
        let few: Vec<_> = [true, false].map(row).to_vec();
        let many: Vec<_> = (0..400).map(|day| row(day % 2 == 0)).collect();
        let found = |rows: &[(Vec<f64>, f64, f64)]| ridge(rows).unwrap()[1];
        assert!(found(&few) < 0.02, "two days prove little: {}", found(&few));
        assert!(found(&many) > found(&few) * 3.0, "two hundred prove more: {}", found(&many));
        assert_eq!(ridge(&[]), None);
    }

    #[test]
    fn a_date_has_its_weekday_its_place_in_the_month_and_its_place_after_a_closed_day() {
        let until: NaiveDate = "2026-12-07".parse().unwrap();
        let row = features("2026-11-30".parse().unwrap(), until, Some(1));
        assert_eq!(row[..9], [1.0, -0.25, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(row[9..17], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "the last of the month is place 0");
        assert_eq!(row[21..], [0.0, 1.0]);
    }
}

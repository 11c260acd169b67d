//! Steps of prices along the demand left over: a subgradient method whose direction remembers the earlier ones.

use super::model::Row;

/// Share of the earlier direction in the next.
const MEMORY: f64 = 0.9;

/// Rounds without a better bound after which the steps become shorter.
const PATIENCE: usize = 10;

/// First length of a step, as a share of the distance to the target.
const LENGTH: f64 = 0.1;

/// The state of the method.
#[derive(Debug)]
pub(super) struct Steps {
    at: Vec<f64>,
    direction: Vec<f64>,
    length: f64,
    idle: usize,
    /// Parts of a cost unit in a price.
    scale: f64,
}

impl Steps {
    /// Begins at these prices, in parts of a cost unit.
    pub fn new(start: &[i32], scale: i32) -> Self {
        let scale = f64::from(scale);
        let at = start.iter().map(|price| f64::from(*price) / scale).collect();
        Self { at, direction: vec![0.0; start.len()], length: LENGTH, idle: 0, scale }
    }

    /// The present prices, kept where a bound is valid.
    pub fn prices(&self, rows: &[Row]) -> Vec<i32> {
        let price = |(at, row): (&f64, &Row)| whole_price(*at, row, self.scale);
        self.at.iter().zip(rows).map(price).collect()
    }

    /// Steps on from these prices, given what they left over and how far their bound was from the target.
    pub fn advance(&mut self, is_better: bool, prices: &[i32], left: &[f64], distance: f64) {
        self.idle = if is_better { 0 } else { self.idle + 1 };
        if self.idle > PATIENCE {
            (self.length, self.idle) = (self.length * 0.7, 0);
        }
        for (direction, left) in self.direction.iter_mut().zip(left) {
            *direction = *direction * MEMORY + left * (1.0 - MEMORY);
        }
        let square: f64 = self.direction.iter().map(|direction| direction * direction).sum();
        let step = self.length * distance / square.max(1.0);
        for ((at, price), direction) in self.at.iter_mut().zip(prices).zip(&self.direction) {
            *at = f64::from(*price) / self.scale + step * direction;
        }
    }
}

/// A price as the engines count it, kept between a head too many and a head missing.
pub(super) fn whole_price(price: f64, row: &Row, scale: f64) -> i32 {
    (price.clamp(-f64::from(row.over), row.under.into()) * scale).round() as i32
}

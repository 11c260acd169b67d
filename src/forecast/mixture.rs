//! The coming week by every model that can speak, mixed by what the held-back weeks say of each.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::choice::{self, WeekScore};
use super::effects::{Dates, Effects, Expected};
use super::history::History;
use super::models;

/// Fitted models and their weights.
#[derive(Debug)]
pub(super) struct Mixture<'a> {
    effects: Effects<'a>,
    expected: Vec<Option<Expected>>,
    weights: Vec<f64>,
    days: BTreeMap<NaiveDate, Vec<f64>>,
}

impl<'a> Mixture<'a> {
    /// Learns from the days before `until`, a Monday.
    pub fn new(history: &'a History, dates: Dates<'a>, until: NaiveDate, scores: &[WeekScore]) -> Self {
        let effects = Effects::learn(history, dates, until);
        let expected: Vec<_> = models::ALL.iter().map(|model| models::expect(*model, &effects)).collect();
        let can_speak: Vec<bool> = expected.iter().map(Option::is_some).collect();
        let weights = choice::weights(scores, &can_speak);
        Self { effects, expected, weights, days: BTreeMap::new() }
    }

    /// Inquiries of a week without holidays and events.
    pub fn ordinary_week(&self) -> f64 {
        let week = |expected: &Expected| expected.week.iter().flatten().sum::<f64>();
        self.expected.iter().zip(&self.weights).map(|(expected, weight)| expected.as_ref().map_or(0.0, week) * weight).sum()
    }

    /// The slots of a date on or after that Monday.
    pub fn day(&mut self, date: NaiveDate) -> &[f64] {
        let Self { effects, expected, weights, days } = self;
        days.entry(date).or_insert_with(|| {
            let by_model: Vec<_> =
                expected.iter().map(|expected| expected.as_ref().map(|expected| effects.day(date, expected))).collect();
            choice::mix(&by_model, weights, effects.slots())
        })
    }
}

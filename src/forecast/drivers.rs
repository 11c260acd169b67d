//! Planned sales or traffic as a driver of volume: inquiries per order.
//!
//! A day whose figure is r times what is usual for its weekday brings rᵉ times the inquiries. e = 1 says that inquiries follow
//! orders one to one; it is what is believed at first, and history moves it as far as it has days that differ.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::robust::median;
use crate::domain::demand::PlanFigure;

/// Days of a doubled figure that the belief in one to one weighs as much as.
const BELIEF: f64 = 3.0;

/// Figures of the same weekday that say what is usual.
const USUAL_DAYS: usize = 8;

/// The planned figures of a queue.
#[derive(Debug, Clone, Default)]
pub(super) struct Drivers {
    figures: BTreeMap<NaiveDate, f64>,
    elasticity: f64,
}

impl Drivers {
    /// Learns from past days before `until`: (date, log of what it brought against an ordinary day).
    pub fn learn(figures: &[PlanFigure], days: impl Iterator<Item = (NaiveDate, f64)>, until: NaiveDate) -> Self {
        let figures = figures.iter().filter(|day| day.figure > 0.0).map(|day| (day.date, day.figure)).collect();
        let mut drivers = Self { figures, elasticity: 1.0 };
        let belief = BELIEF * std::f64::consts::LN_2.powi(2);
        let (mut xy, mut xx) = (belief, belief);
        for (date, brought) in days.filter(|(date, _)| *date < until) {
            if let Some(ratio) = drivers.log_ratio(date, until) {
                xy += ratio * brought;
                xx += ratio * ratio;
            }
        }
        drivers.elasticity = (xy / xx).max(0.0);
        drivers
    }

    /// The factor that the figure of a date calls for; `None` without one, or with nothing to hold it against.
    pub fn factor(&self, date: NaiveDate, until: NaiveDate) -> Option<f64> {
        Some((self.elasticity * self.log_ratio(date, until)?).exp())
    }

    /// Log of a date's figure against the median of the same weekday's last figures before `until`.
    fn log_ratio(&self, date: NaiveDate, until: NaiveDate) -> Option<f64> {
        let figure = self.figures.get(&date)?;
        let same = self.figures.range(..until).rev().filter(|(other, _)| other.weekday() == date.weekday() && **other != date);
        let mut same: Vec<f64> = same.take(USUAL_DAYS).map(|(_, figure)| *figure).collect();
        Some((figure / median(&mut same)?).ln())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    fn monday() -> NaiveDate {
        "2026-11-02".parse().unwrap()
    }

    /// Eight weeks of 1000 orders a day, 4000 on the second Monday.
    fn figures() -> Vec<PlanFigure> {
        let figure = |day: u64| PlanFigure { date: monday() + Days::new(day), figure: if day == 7 { 4000.0 } else { 1000.0 } };
        (0..56).map(figure).chain([PlanFigure { date: monday() + Days::new(58), figure: 2000.0 }]).collect()
    }

    #[test]
    fn without_a_day_that_differs_inquiries_follow_orders_one_to_one() {
        let until = monday() + Days::new(56);
        let drivers = Drivers::learn(&figures(), std::iter::empty(), until);
        assert!((drivers.factor(monday() + Days::new(58), until).unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(drivers.factor(monday() + Days::new(59), until), None, "no figure is planned for the day");
    }

    #[test]
    fn history_moves_the_elasticity_as_far_as_it_differs() {
        let until = monday() + Days::new(56);
        // Four times the orders brought twice the inquiries: one day of ln 4 (weight 4) against a belief of weight 3.
        let drivers = Drivers::learn(&figures(), [(monday() + Days::new(7), 2_f64.ln())].into_iter(), until);
        assert!((drivers.elasticity - (3.0 + 2.0) / 7.0).abs() < 1e-12, "{}", drivers.elasticity);
    }
}

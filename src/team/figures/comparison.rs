//! Which figure moved, by how much, and whether it is more than chance.
//!
//! **Chance.** A figure is a ratio of sums, and chats of one day resemble each other, so the day is what is drawn: with `n` and
//! `d` the numerator and denominator of each of `k` days and `R = Σn/Σd`, the variance of `R` is `k/(k−1)·Σ(n−R·d)²/(Σd)²`. A
//! share is never taken as surer than its chats alone allow: at least `p(1−p)/Σd` with `p = (Σn+1)/(Σd+2)`. Two values are
//! compared by Welch's t with the days as degrees of freedom, and all tests of one answer together by Holm's procedure, so that
//! among a hundred agents nobody is named for luck: the chance that any is, is 5 %.
//!
//! **Mix.** A night's conversion is not a noon's. By strata (weekday or weekend × part of the day) a subject's rates are weighted
//! with everybody's denominators: direct standardisation. Beside it stands everybody's rate over the same strata.

use super::student::two_sided;
use crate::domain::figure::{Figure, FigureScale, Tally};

/// The probability that any of the tests of one answer names a change that is none.
const FAMILY_ERROR: f64 = 0.05;
/// Fewest days from which their spread is told.
const FEWEST_DAYS: usize = 3;
/// Strata: weekday or weekend × night, morning, afternoon, evening, or the whole day.
pub const STRATA: usize = 10;

/// A figure of one subject in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub(super) days: Vec<Tally>,
    pub(super) strata: Strata,
}

type Strata = [Tally; STRATA];

/// One figure of one subject, compared.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Comparison {
    /// The value; of a plain sum, by recorded day. `None` where nothing was counted.
    pub value: Option<f64>,
    /// What it is of.
    pub tally: Tally,
    /// The value it is compared with.
    pub base: Option<f64>,
    /// What that is of.
    pub base_tally: Tally,
    /// The chance of a difference like this, or larger, where there is none; `None` with too few days.
    pub p_value: Option<f64>,
    /// Whether the difference is more than chance, all tests of the answer considered.
    pub is_more_than_chance: bool,
    /// The value as it would be with everybody's mix of shifts.
    pub adjusted: Option<f64>,
    /// Everybody's value over the parts of the week that the subject worked.
    pub everybody: Option<f64>,
}

impl Comparison {
    /// How far the value lies above what it is compared with.
    pub fn change(&self) -> Option<f64> {
        Some(self.value? - self.base?)
    }

    /// Whether the value is the better one; `None` if equal, or if the figure has no better side.
    pub fn is_better(&self, figure: &Figure) -> Option<bool> {
        let (value, base) = (self.value?, self.base?);
        if value == base { None } else { figure.is_better(value, base) }
    }
}

impl Sample {
    /// Nothing yet, on so many days.
    pub fn empty(days: usize) -> Self {
        Self { days: vec![Tally::default(); days], strata: [Tally::default(); STRATA] }
    }

    /// All subjects together; a plain sum is then by subject and day.
    pub fn everybody(of: &[Self]) -> Self {
        let mut all = Self::empty(of.first().map_or(0, |one| one.days.len()));
        for one in of {
            all.days.iter_mut().zip(&one.days).for_each(|(sum, day)| *sum += *day);
            all.strata.iter_mut().zip(one.strata).for_each(|(sum, stratum)| *sum += stratum);
        }
        all
    }

    /// The sums of all days.
    pub fn tally(&self) -> Tally {
        self.days.iter().fold(Tally::default(), |mut sum, day| {
            sum += *day;
            sum
        })
    }

    fn ratio(&self) -> Option<f64> {
        let Tally { above, below } = self.tally();
        (below > 0.0).then(|| above / below)
    }

    /// Variance of the ratio, and its degrees of freedom.
    fn spread(&self, scale: FigureScale) -> Option<(f64, f64)> {
        let Tally { above, below } = self.tally();
        let ratio = self.ratio()?;
        let recorded = || self.days.iter().filter(|day| day.below > 0.0);
        let days = recorded().count();
        let count = days as f64;
        let by_days = (days >= FEWEST_DAYS).then(|| {
            let squares: f64 = recorded().map(|day| (day.above - ratio * day.below).powi(2)).sum();
            count / (count - 1.0) * squares / below.powi(2)
        });
        let by_chats = (scale == FigureScale::Share).then(|| {
            let share = ((above + 1.0) / (below + 2.0)).clamp(0.0, 1.0);
            share * (1.0 - share) / below
        });
        match (by_days, by_chats) {
            (Some(days), Some(chats)) if chats >= days => Some((chats, below)),
            (Some(days), _) => Some((days, count - 1.0)),
            (None, Some(chats)) => Some((chats, below)),
            (None, None) => None,
        }
    }

    /// What is left of everybody without this one.
    pub fn without(&self, one: &Self) -> Self {
        let mut rest = self.clone();
        let less = |sum: &mut Tally, part: &Tally| {
            sum.above -= part.above;
            sum.below = (sum.below - part.below).max(0.0);
        };
        rest.days.iter_mut().zip(&one.days).for_each(|(sum, part)| less(sum, part));
        rest.strata.iter_mut().zip(&one.strata).for_each(|(sum, part)| less(sum, part));
        rest
    }
}

/// The rate of some strata with the denominators of `weights` in place of their own, over those that both have.
fn standardised(strata: &Strata, weights: &Strata) -> Option<f64> {
    let parts = strata.iter().zip(weights).filter(|(own, weight)| own.below > 0.0 && weight.below > 0.0);
    let (sum, weight) =
        parts.fold((0.0, 0.0), |(sum, total), (own, weight)| (sum + own.above / own.below * weight.below, total + weight.below));
    (weight > 0.0).then(|| sum / weight)
}

/// Those strata that `other` has something of.
fn within(strata: &Strata, other: &Strata) -> Strata {
    let mut within = *strata;
    for (own, other) in within.iter_mut().zip(other) {
        if other.below <= 0.0 {
            *own = Tally::default();
        }
    }
    within
}

/// Compares a figure of a subject with another sample of it: the period before, or everybody.
pub fn compare(figure: &Figure, now: &Sample, base: &Sample, everybody: &Sample) -> Comparison {
    let is_rate = !figure.is_sum();
    Comparison {
        value: now.ratio(),
        tally: now.tally(),
        base: base.ratio(),
        base_tally: base.tally(),
        p_value: p_value(figure.spec.scale, now, base),
        is_more_than_chance: false,
        adjusted: is_rate.then(|| standardised(&now.strata, &everybody.strata)).flatten(),
        everybody: match is_rate {
            true => standardised(&within(&everybody.strata, &now.strata), &everybody.strata),
            false => everybody.ratio(),
        },
    }
}

fn p_value(scale: FigureScale, now: &Sample, base: &Sample) -> Option<f64> {
    let difference = now.ratio()? - base.ratio()?;
    let ((one, one_freedom), (other, other_freedom)) = (now.spread(scale)?, base.spread(scale)?);
    let variance = one + other;
    if variance <= 0.0 {
        return Some(if difference == 0.0 { 1.0 } else { 0.0 });
    }
    let freedom = variance.powi(2) / (one.powi(2) / one_freedom.max(1.0) + other.powi(2) / other_freedom.max(1.0));
    Some(two_sided(difference / variance.sqrt(), freedom))
}

/// Marks those that are more than chance, all considered: Holm's procedure.
pub fn mark(comparisons: &mut [Comparison]) {
    let mut order: Vec<(usize, f64)> =
        comparisons.iter().enumerate().filter_map(|(at, comparison)| Some((at, comparison.p_value?))).collect();
    order.sort_by(|(_, left), (_, right)| left.total_cmp(right));
    let count = order.len();
    for (rank, (at, p_value)) in order.into_iter().enumerate() {
        if p_value > FAMILY_ERROR / (count - rank) as f64 {
            break;
        }
        comparisons[at].is_more_than_chance = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;

    fn sample(days: &[(f64, f64)]) -> Sample {
        let tally = |(above, below): &(f64, f64)| Tally { above: *above, below: *below };
        Sample { days: days.iter().map(tally).collect(), strata: [Tally::default(); STRATA] }
    }

    fn figure(code: &str) -> &'static Figure {
        shipped().iter().find(|figure| figure.spec.code == code).unwrap()
    }

    #[test]
    fn the_variance_is_that_of_a_ratio_of_days() {
        // R = 60/30 = 2; residuals −2, 2, 0: 3/2 · 8 / 900.
        let seconds = sample(&[(18.0, 10.0), (22.0, 10.0), (20.0, 10.0)]);
        let (variance, freedom) = seconds.spread(FigureScale::Seconds).unwrap();
        assert!((variance - 12.0 / 900.0).abs() < 1e-12 && freedom == 2.0);
        // A share of 10 in 100 on one day: p = 11/102.
        let (variance, _) = sample(&[(10.0, 100.0)]).spread(FigureScale::Share).unwrap();
        assert!((variance - 11.0 / 102.0 * 91.0 / 102.0 / 100.0).abs() < 1e-12);
        assert_eq!(sample(&[(18.0, 10.0), (22.0, 10.0)]).spread(FigureScale::Seconds), None);
    }

    #[test]
    fn a_few_chats_are_chance_and_the_same_rate_of_many_is_not() {
        let conversion = figure("order_conversion");
        let empty = sample(&[]);
        let few = compare(conversion, &sample(&[(1.0, 10.0)]), &sample(&[(3.0, 10.0)]), &empty);
        assert!(few.p_value.unwrap() > 0.2, "{few:?}");
        let many = compare(conversion, &sample(&[(100.0, 1000.0)]), &sample(&[(300.0, 1000.0)]), &empty);
        assert!(many.p_value.unwrap() < 1e-9, "{many:?}");
        assert_eq!((many.value, many.base), (Some(0.1), Some(0.3)));
    }

    #[test]
    fn among_many_tests_a_small_probability_is_chance_after_all() {
        let of = |p_value| Comparison { p_value: Some(p_value), ..Comparison::default() };
        let mut alone = [of(0.03)];
        mark(&mut alone);
        assert!(alone[0].is_more_than_chance);
        let mut many = [of(0.03), of(0.001), of(0.5), of(0.2), of(0.04)];
        mark(&mut many);
        assert_eq!(many.map(|comparison| comparison.is_more_than_chance), [false, true, false, false, false]);
    }

    #[test]
    fn a_night_shift_is_compared_with_nights() {
        // Days convert 50 %, nights 10 %, whoever works them; one works nights mostly.
        let mut night_owl = sample(&[]);
        night_owl.strata[0] = Tally { above: 9.0, below: 90.0 };
        night_owl.strata[1] = Tally { above: 5.0, below: 10.0 };
        let mut everybody = sample(&[]);
        everybody.strata[0] = Tally { above: 20.0, below: 200.0 };
        everybody.strata[1] = Tally { above: 400.0, below: 800.0 };
        let compared = compare(figure("order_conversion"), &night_owl, &sample(&[]), &everybody);
        assert!((compared.adjusted.unwrap() - 0.42).abs() < 1e-12);
        assert!((compared.everybody.unwrap() - 0.42).abs() < 1e-12);
        night_owl.strata[1] = Tally::default();
        let nights = compare(figure("order_conversion"), &night_owl, &sample(&[]), &everybody);
        assert!((nights.adjusted.unwrap() - 0.1).abs() < 1e-12 && (nights.everybody.unwrap() - 0.1).abs() < 1e-12);
    }
}

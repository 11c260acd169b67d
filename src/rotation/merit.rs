//! What makes one rotation better than another: the user's weights.

use serde::{Deserialize, Serialize};

use super::automaton::Duty;
use super::problem::{LONGEST_BLOCK, RotationProblem, WEEK_DAYS};
use super::schedule::Rotation;
use crate::domain::fault::{Faults, FieldFault};

/// Saturday's and Sunday's place in the week.
const SATURDAY: usize = 5;
/// The last day of the week.
pub(super) const SUNDAY: usize = 6;

/// The highest price.
const MOST_PRICE: f64 = 1000.0;

/// A shift that ends later than this is late, minutes after midnight.
const LATE_END_MINUTE: u32 = 22 * 60;

/// Prices of what is not wanted. A price of 0 is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RotationWeights {
    /// A weekend with one day worked, or both.
    pub worked_weekend: f64,
    /// A weekend with one day worked and one off, on top.
    pub split_weekend: f64,
    /// A change to an earlier shift, be it over days off; from the last shift of the day to the first is forward again.
    pub backward_change: f64,
    /// Each day that the days off after a late shift are short of `late_rest_days`.
    pub short_late_rest_day: f64,
    /// Days off that should follow a block that ended late.
    pub late_rest_days: u32,
    /// How unevenly the free weekends are spread: the share of their squared distances above an even spread.
    pub uneven_weekends: f64,
}

impl Default for RotationWeights {
    /// Free weekends before all else, then order and rest.
    fn default() -> Self {
        Self {
            worked_weekend: 10.0,
            split_weekend: 4.0,
            backward_change: 3.0,
            short_late_rest_day: 2.0,
            late_rest_days: 3,
            uneven_weekends: 10.0,
        }
    }
}

impl RotationWeights {
    /// Nothing is better than anything else: any rotation will do.
    pub const NONE: Self = Self {
        worked_weekend: 0.0,
        split_weekend: 0.0,
        backward_change: 0.0,
        short_late_rest_day: 0.0,
        late_rest_days: 0,
        uneven_weekends: 0.0,
    };

    /// The weights, if they are prices.
    ///
    /// # Errors
    /// All faults, as pointers into the weights.
    pub fn checked(self) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let prices = [
            ("/worked_weekend", self.worked_weekend),
            ("/split_weekend", self.split_weekend),
            ("/backward_change", self.backward_change),
            ("/short_late_rest_day", self.short_late_rest_day),
            ("/uneven_weekends", self.uneven_weekends),
        ];
        for (pointer, price) in prices {
            faults.expect((0.0..=MOST_PRICE).contains(&price), pointer, format!("must be 0 to {MOST_PRICE}, got {price}"));
        }
        let days = self.late_rest_days;
        faults.expect(days <= LONGEST_BLOCK, "/late_rest_days", format!("must be 0 to {LONGEST_BLOCK}, got {days}"));
        faults.into_result(Some(self))
    }

    /// Price of a weekend by whether Saturday and Sunday are worked.
    pub(super) fn weekend(&self, saturday: bool, sunday: bool) -> f64 {
        match (saturday, sunday) {
            (false, false) => 0.0,
            (true, true) => self.worked_weekend,
            _ => self.worked_weekend + self.split_weekend,
        }
    }

    /// Price of `after` as the next shift worked after `before`, with so many days off between.
    pub(super) fn change(&self, problem: &RotationProblem, before: usize, after: usize, days_off: u32) -> f64 {
        let order = if is_backward(problem, before, after) { self.backward_change } else { 0.0 };
        order + self.short_late_rest_day * f64::from(self.missing_rest(problem, before, days_off))
    }

    fn missing_rest(&self, problem: &RotationProblem, before: usize, days_off: u32) -> u32 {
        let is_rest = days_off > 0 && is_late(problem, before);
        if is_rest { self.late_rest_days.saturating_sub(days_off) } else { 0 }
    }

    /// Whether any rotation is as good as any other.
    pub(super) fn are_nil(&self) -> bool {
        *self == Self { late_rest_days: self.late_rest_days, ..Self::NONE }
    }
}

/// Whether the shift ends late in the evening or at night.
pub(super) fn is_late(problem: &RotationProblem, shift: usize) -> bool {
    let shift = &problem.shifts()[shift];
    shift.start_minute + shift.length_minutes > LATE_END_MINUTE
}

/// Whether a change goes to an earlier shift, other than from the last of the day to the first.
pub(super) fn is_backward(problem: &RotationProblem, before: usize, after: usize) -> bool {
    let starts = || problem.shifts().iter().map(|shift| shift.start_minute);
    let (first, last) = (starts().min(), starts().max());
    let (before, after) = (problem.shifts()[before].start_minute, problem.shifts()[after].start_minute);
    let begins_anew = problem.shifts().len() > 2 && Some(before) == last && Some(after) == first;
    after < before && !begins_anew
}

/// Unevenness of the free weekends of a rotation of so many weeks: Σ (distance / even distance)² / their number − 1. 0 is
/// perfectly even; none or one is as even as it can be.
pub(super) fn unevenness(free: &[usize], weeks: usize) -> f64 {
    if free.len() < 2 {
        return 0.0;
    }
    let even = weeks as f64 / free.len() as f64;
    let next = free.iter().skip(1).copied().chain([free[0] + weeks]);
    let squares: f64 = free.iter().zip(next).map(|(&this, next)| ((next - this) as f64 / even).powi(2)).sum();
    squares / free.len() as f64 - 1.0
}

/// The weeks whose Saturday and Sunday are both off.
pub(super) fn free_weekends(days: &[Duty]) -> Vec<usize> {
    let is_free = |week: &[Duty]| week[SATURDAY].is_none() && week[SUNDAY].is_none();
    days.chunks(WEEK_DAYS).enumerate().filter(|(_, week)| is_free(week)).map(|(index, _)| index).collect()
}

/// What is good and bad about a rotation, counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RotationMerits {
    /// Sum of all prices.
    pub cost: f64,
    /// Weekends with both days off.
    pub free_weekends: usize,
    /// Weekends with one day off.
    pub split_weekends: usize,
    /// Weeks from one free weekend to the next, at most; `None` without free weekends.
    pub longest_wait_weeks: Option<usize>,
    /// Changes to an earlier shift.
    pub backward_changes: usize,
    /// Days off missing after late shifts.
    pub missing_late_rest_days: u32,
    /// Σ (distance / even distance)² / number − 1 over the free weekends; 0 is perfectly even.
    pub unevenness: f64,
}

impl RotationMerits {
    /// Counts by looking at the days alone.
    pub fn of(problem: &RotationProblem, weights: &RotationWeights, rotation: &Rotation) -> Self {
        let days: Vec<Duty> = rotation.days().collect();
        let weeks = rotation.weeks.len();
        let free = free_weekends(&days);
        let distances = free.iter().zip(free.iter().skip(1).copied().chain(free.first().map(|first| first + weeks)));
        let worked = |week: &[Duty; WEEK_DAYS]| (week[SATURDAY].is_some(), week[SUNDAY].is_some());
        let mut merits = Self {
            cost: 0.0,
            free_weekends: free.len(),
            split_weekends: rotation.weeks.iter().map(worked).filter(|(saturday, sunday)| saturday != sunday).count(),
            longest_wait_weeks: distances.map(|(&this, next)| next - this).max(),
            backward_changes: 0,
            missing_late_rest_days: 0,
            unevenness: unevenness(&free, weeks),
        };
        for (before, after, days_off) in changes(&days) {
            merits.backward_changes += usize::from(is_backward(problem, before, after));
            merits.missing_late_rest_days += weights.missing_rest(problem, before, days_off);
        }
        let weekends: f64 = rotation.weeks.iter().map(worked).map(|(saturday, sunday)| weights.weekend(saturday, sunday)).sum();
        merits.cost = weekends
            + weights.backward_change * merits.backward_changes as f64
            + weights.short_late_rest_day * f64::from(merits.missing_late_rest_days)
            + weights.uneven_weekends * merits.unevenness;
        merits
    }
}

/// Each worked day with the one after it around the cycle: both shifts and the days off between them.
fn changes(days: &[Duty]) -> impl Iterator<Item = (usize, usize, u32)> + '_ {
    let around = move |from: usize| (1..=days.len()).map(move |step| (step, days[(from + step) % days.len()]));
    days.iter().enumerate().filter_map(move |(index, duty)| {
        let (step, after) = around(index).find_map(|(step, duty)| duty.map(|shift| (step, shift)))?;
        Some(((*duty)?, after, step as u32 - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_case::{days, problem, rotation, rules, shift};
    use super::*;

    fn two_shifts() -> RotationProblem {
        problem(rules(3, vec![shift("D", 6, (1, 7), [1; 7]), shift("N", 22, (1, 7), [1; 7])], (1, 7), (1, 7)))
    }

    #[test]
    fn weights_that_are_no_prices_are_all_told() {
        let bad =
            RotationWeights { worked_weekend: -1.0, uneven_weekends: f64::NAN, late_rest_days: 29, ..RotationWeights::NONE };
        let pointers: Vec<String> = bad.checked().unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["#/worked_weekend", "#/uneven_weekends", "#/late_rest_days"]);
        assert_eq!(RotationWeights::default().checked(), Ok(RotationWeights::default()));
    }

    #[test]
    fn unevenness_is_the_spread_of_the_distances() {
        assert_eq!(unevenness(&[0, 2, 4], 6), 0.0);
        // Distances 1 and 5 of 3 on average: (1 + 25) / 9 / 2 - 1.
        assert!((unevenness(&[0, 1], 6) - 4.0 / 9.0).abs() < 1e-12);
        assert_eq!(unevenness(&[3], 6), 0.0);
    }

    #[test]
    fn a_weekend_is_free_if_both_days_are() {
        assert_eq!(free_weekends(&days("00000--0000--000000-0")), [0]);
    }

    #[test]
    fn merits_are_counted_around_the_cycle() {
        // Three weeks: N ends on Friday with the weekend off, D follows; one weekend is split, one worked.
        let merits =
            RotationMerits::of(&two_shifts(), &RotationWeights::default(), &rotation(&["11111--", "000-00-", "-011111"]));
        assert_eq!((merits.free_weekends, merits.split_weekends, merits.longest_wait_weeks), (1, 1, Some(3)));
        // N to D over the first weekend; the last N goes on as N on Monday.
        assert_eq!((merits.backward_changes, merits.missing_late_rest_days), (1, 1));
        assert!((merits.cost - (10.0 + 14.0 + 3.0 + 2.0)).abs() < 1e-12, "{}", merits.cost);
    }

    #[test]
    fn from_the_last_of_three_shifts_to_the_first_is_forward() {
        let shifts = ["早", "中", "晚"].into_iter().zip([8, 12, 16]).map(|(name, start)| shift(name, start, (1, 5), [1; 7]));
        let three = problem(rules(9, shifts.collect(), (1, 5), (1, 5)));
        assert!(!is_backward(&three, 2, 0));
        assert!(is_backward(&three, 2, 1) && is_backward(&three, 1, 0));
        assert!(is_backward(&two_shifts(), 1, 0), "of two shifts there is no way around");
    }
}

//! Shops and teams: queues added up.
//!
//! Expected volumes add up. Quantiles do not: queues of one shop rise and fall together only in part. They come from what the
//! sum of the queues' forecasts missed on the weeks that were held back of all of them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::backtest::HeldBack;
use super::quantiles::Quantiles;
use crate::domain::demand::{ForecastPoint, QueueForecast, TotalForecast, TotalOf};
use crate::domain::ids::QueueId;

/// Queues that are added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they are together.
    pub of: TotalOf,
    /// The queues.
    pub queues: Vec<QueueId>,
}

/// A queue's forecast with what it missed; `slots` by point says which slot of its day each is.
pub(super) struct Member<'a> {
    pub forecast: &'a QueueForecast,
    pub held_back: &'a [HeldBack],
}

/// Adds up the members of a group.
pub(super) fn total(of: TotalOf, members: &[Member<'_>], slot_of_point: &[usize], slots: usize) -> TotalForecast {
    let quantiles = Quantiles::learn(&sums(members), slots);
    let point = |(index, slot): (usize, &usize)| {
        let points = || members.iter().map(|member| &member.forecast.points[index]);
        let expected: f64 = points().map(|point| point.expected).sum();
        ForecastPoint { aht_secs: mean_aht(points()), ..quantiles.around(*slot, expected) }
    };
    TotalForecast { of, points: slot_of_point.iter().enumerate().map(point).collect() }
}

/// The mean handling time of the chats of those queues that know theirs.
fn mean_aht<'a>(points: impl Iterator<Item = &'a ForecastPoint>) -> Option<f64> {
    let known = points.filter_map(|point| Some((point.expected, point.aht_secs?)));
    let (seconds, chats) =
        known.fold((0.0, 0.0), |(seconds, chats), (expected, aht)| (seconds + expected * aht, chats + expected));
    (chats > 0.0).then(|| seconds / chats)
}

/// The misses of the sum, where every member that was held back at all has one.
fn sums(members: &[Member<'_>]) -> Vec<HeldBack> {
    let judged = members.iter().filter(|member| !member.held_back.is_empty()).count();
    let mut sums: BTreeMap<(NaiveDate, usize), (HeldBack, usize)> = BTreeMap::new();
    for error in members.iter().flat_map(|member| member.held_back) {
        let nothing = HeldBack { expected: 0.0, actual: 0.0, ..*error };
        let (sum, count) = sums.entry((error.date, error.slot)).or_insert((nothing, 0));
        sum.expected += error.expected;
        sum.actual += error.actual;
        *count += 1;
    }
    sums.into_values().filter(|(_, count)| *count == judged).map(|(sum, _)| sum).collect()
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::ShopId;

    fn held_back(miss: impl Fn(u64) -> f64) -> Vec<HeldBack> {
        let monday: NaiveDate = "2026-11-02".parse().unwrap();
        let day = |day| HeldBack { date: monday + Days::new(day), slot: 0, expected: 100.0, actual: 100.0 + miss(day) };
        (0..56).map(day).collect()
    }

    fn p90(one: &[HeldBack], other: &[HeldBack]) -> f64 {
        let forecast = QueueForecast::bare(QueueId(Uuid::nil()), vec![ForecastPoint::certain(100.0)]);
        let members = [one, other].map(|held_back| Member { forecast: &forecast, held_back });
        let total = total(TotalOf::Shop(ShopId(Uuid::nil())), &members, &[0], 1);
        assert_eq!(total.points[0].expected, 200.0);
        total.points[0].p90
    }

    #[test]
    fn queues_that_miss_together_leave_a_wide_total_and_opposite_ones_a_sure_one() {
        let up_and_down = |day: u64| if day.is_multiple_of(2) { 30.0 } else { -30.0 };
        let one = held_back(up_and_down);
        assert!((p90(&one, &one) - 260.0).abs() < 1e-9);
        assert!((p90(&one, &held_back(|day| -up_and_down(day))) - 200.0).abs() < 1e-9);
    }
}

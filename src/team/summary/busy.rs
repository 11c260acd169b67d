//! Busy and quiet hours.

use chrono::{DateTime, Duration, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::local_of;

/// Hours named on either side.
const NAMED: usize = 3;

/// Chats that came in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// Its length.
    pub minutes: u32,
    /// How many came.
    pub chats: f64,
}

/// Chats by hour of the local day. A stretch of several hours is spread evenly over them, minute by minute.
pub fn by_hour(zone: Tz, arrivals: &[Arrival]) -> Vec<f64> {
    let mut hours = vec![0.0; if arrivals.is_empty() { 0 } else { 24 }];
    for arrival in arrivals.iter().filter(|arrival| arrival.minutes > 0) {
        let share = arrival.chats / f64::from(arrival.minutes);
        let mut minute = 0;
        while minute < arrival.minutes {
            let local = local_of(zone, arrival.starts_at + Duration::minutes(minute.into()));
            // To the end of the hour at once: zones shift by whole minutes, and a month has many registers.
            let until = (minute + 60 - local.minute()).min(arrival.minutes);
            hours[local.hour() as usize] += share * f64::from(until - minute);
            minute = until;
        }
    }
    hours
}

/// The hours in which most came, those first.
pub fn busiest(hours: &[f64]) -> Vec<u32> {
    ranked(hours, |one, other| other.total_cmp(&one))
}

/// The hours in which least came, of those in which anything did.
pub fn quietest(hours: &[f64]) -> Vec<u32> {
    ranked(hours, |one, other| one.total_cmp(&other))
}

fn ranked(hours: &[f64], order: impl Fn(f64, f64) -> std::cmp::Ordering) -> Vec<u32> {
    let mut some: Vec<(u32, f64)> = (0..).zip(hours.iter().copied()).filter(|(_, chats)| *chats > 0.0).collect();
    some.sort_by(|one, other| order(one.1, other.1).then(one.0.cmp(&other.0)));
    some.into_iter().take(NAMED).map(|(hour, _)| hour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chats_of_two_hours_are_spread_over_the_local_hours_they_span() {
        // 08:30 to 10:30 in Shanghai: half an hour, an hour, half an hour.
        let arrival = Arrival { starts_at: "2026-11-22T00:30:00Z".parse().unwrap(), minutes: 120, chats: 40.0 };
        let late = Arrival { starts_at: "2026-11-22T12:00:00Z".parse().unwrap(), minutes: 60, chats: 30.0 };
        let hours = by_hour(Tz::Asia__Shanghai, &[arrival, late]);
        assert_eq!((hours[8], hours[9], hours[10], hours[20], hours[11]), (10.0, 20.0, 10.0, 30.0, 0.0));
        assert_eq!(busiest(&hours), [20, 9, 8]);
        assert_eq!(quietest(&hours), [8, 10, 9]);
        assert_eq!(by_hour(Tz::UTC, &[]), [0.0; 0]);
    }
}

//! Handling time by time of day, from what history records of it.
//!
//! Each slot's mean is drawn towards the queue's, as far as the few chats behind it call for: a chat's handling time scatters
//! about as widely as its mean, so that the mean of n chats is known to 1/√n.

use chrono::Timelike;
use chrono_tz::Tz;

use crate::domain::calendar::local_of;
use crate::domain::demand::VolumeRecord;

/// Half-life of a record's voice.
const HALF_LIFE_DAYS: f64 = 28.0;

/// Chats of effective weight that the queue as a whole needs before anything is said.
const CHATS_NEEDED: f64 = 20.0;

/// Share of the queue's mean by which slots truly differ, where too little is known to tell.
const USUAL_VARIATION: f64 = 0.1;

/// Expected handling time of each slot of a day in seconds; `None` where history does not record it.
pub(super) fn learn(records: &[VolumeRecord], zone: Tz, step: u32, slots: usize) -> Option<Vec<f64>> {
    let newest = records.iter().map(|record| record.starts_at).max()?;
    let mut sums = vec![(0.0, 0.0); slots];
    for record in records.iter().filter(|record| record.inquiries > 0.0) {
        let Some(aht) = record.aht_secs else { continue };
        let age_days = (newest - record.starts_at).num_minutes() as f64 / 1440.0;
        let chats = record.inquiries * 0.5_f64.powf(age_days / HALF_LIFE_DAYS);
        // A record longer than a slot speaks for every slot that it covers.
        let first = (local_of(zone, record.starts_at).num_seconds_from_midnight() / 60 / step) as usize;
        let covered = record.minutes.div_ceil(step).max(1) as usize;
        for slot in 0..covered {
            let sum = &mut sums[(first + slot) % slots];
            sum.0 += chats * aht / covered as f64;
            sum.1 += chats / covered as f64;
        }
    }
    let (seconds, chats) = sums.iter().fold((0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1));
    if chats < CHATS_NEEDED {
        return None;
    }
    let mean = seconds / chats;
    let variation = variation(&sums, mean, chats);
    let of_slot = |(seconds, chats): &(f64, f64)| {
        // (n·own + k·mean) / (n + k), k chats = 1 / variation².
        let prior = 1.0 / variation;
        (seconds + prior * mean) / (chats + prior)
    };
    Some(sums.iter().map(of_slot).collect())
}

/// Square of the share by which slots differ beyond what chance explains.
fn variation(sums: &[(f64, f64)], mean: f64, all: f64) -> f64 {
    let seen = sums.iter().filter(|(_, chats)| *chats > 1.0);
    let excess: f64 = seen.map(|(seconds, chats)| chats * ((seconds / chats / mean - 1.0).powi(2) - 1.0 / chats)).sum();
    (excess / all).max(USUAL_VARIATION.powi(2) / 10.0)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::*;
    use crate::domain::ids::QueueId;

    fn records(chats: f64, aht: impl Fn(i64) -> Option<f64>) -> Vec<VolumeRecord> {
        let start: DateTime<Utc> = "2026-11-02T00:00:00Z".parse().unwrap();
        let queue_id = QueueId(uuid::Uuid::nil());
        (0..48 * 7)
            .map(|slot| VolumeRecord {
                queue_id,
                starts_at: start + Duration::minutes(30 * slot),
                minutes: 30,
                inquiries: chats,
                aht_secs: aht(slot % 48),
            })
            .collect()
    }

    #[test]
    fn a_busy_queue_has_its_own_handling_time_by_time_of_day() {
        let found = learn(&records(500.0, |slot| Some(if slot < 24 { 200.0 } else { 300.0 })), Tz::UTC, 30, 48).unwrap();
        assert!((found[3] - 200.0).abs() < 2.0 && (found[40] - 300.0).abs() < 2.0, "{} {}", found[3], found[40]);
    }

    #[test]
    fn a_few_chats_of_a_slot_are_drawn_towards_the_queue() {
        let mut rows = records(10.0, |_| Some(240.0));
        rows.retain(|row| row.starts_at.hour() != 3);
        rows.push(VolumeRecord {
            starts_at: "2026-11-08T03:00:00Z".parse().unwrap(),
            inquiries: 1.0,
            aht_secs: Some(2400.0),
            ..rows[0]
        });
        let found = learn(&rows, Tz::UTC, 30, 48).unwrap();
        assert!((240.0..300.0).contains(&found[6]), "one long chat is no habit: {}", found[6]);
    }

    #[test]
    fn nothing_recorded_is_nothing_said() {
        assert_eq!(learn(&records(500.0, |_| None), Tz::UTC, 30, 48), None);
        assert_eq!(learn(&[], Tz::UTC, 30, 48), None);
    }
}

//! What can be wrong with a forecast's input.

use chrono::{DateTime, NaiveDate, Utc};

use super::{ForecastInput, QueueHistory, history};
use crate::domain::demand::VolumeRecord;
use crate::domain::ids::QueueId;

/// A fault of a forecast run that its user can mend.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// Some queues have too little history. All of them are listed.
    #[error("a forecast needs {weeks_needed} weeks of history; {}; import earlier volumes of these queues, or let a new one borrow the profile of another", list(.queues))]
    InsufficientHistory {
        /// Weeks that are needed before the forecast week.
        weeks_needed: u32,
        /// The queues, and what each has.
        queues: Vec<ShortHistory>,
    },
    /// Rows that no volume can be read from. All of them are listed.
    #[error("{}; correct these rows and import them again", list(.records))]
    UnusableRecords {
        /// The rows.
        records: Vec<UnusableRecord>,
    },
    /// The caller stopped the work.
    #[error("the forecast was stopped")]
    Stopped,
}

/// What is there of a history that is too short.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("queue {queue_id} has {weeks_found}{}", between(.first, .last))]
pub struct ShortHistory {
    /// The queue.
    pub queue_id: QueueId,
    /// Weeks of it before the forecast week.
    pub weeks_found: u32,
    /// Local date of the first row before the forecast week; `None` without any.
    pub first: Option<NaiveDate>,
    /// Local date of the last such row.
    pub last: Option<NaiveDate>,
}

/// A row that no volume can be read from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "queue {queue_id} at {starts_at}: {inquiries} inquiries in {minutes} minutes; inquiries are a number from 0 to 1000000 \
     in 1 to 1440 minutes"
)]
pub struct UnusableRecord {
    /// The queue.
    pub queue_id: QueueId,
    /// Start of the recorded interval.
    pub starts_at: DateTime<Utc>,
    /// Its length.
    pub minutes: u32,
    /// What it says.
    pub inquiries: f64,
}

/// More in one record is no inquiry volume but a typing error or another unit.
const MOST_INQUIRIES: f64 = 1_000_000.0;

fn list<T: std::fmt::Display>(faults: &[T]) -> String {
    faults.iter().map(T::to_string).collect::<Vec<_>>().join("; ")
}

fn between(first: &Option<NaiveDate>, last: &Option<NaiveDate>) -> String {
    match (first, last) {
        (Some(first), Some(last)) => format!(" ({first} to {last})"),
        _ => " (no rows at all)".to_owned(),
    }
}

/// The rows that no volume can be read from.
pub(super) fn unusable_records(records: &[VolumeRecord]) -> impl Iterator<Item = UnusableRecord> + '_ {
    let usable = |record: &VolumeRecord| {
        (0.0..=MOST_INQUIRIES).contains(&record.inquiries) && (1..=crate::domain::calendar::DAY_MINUTES).contains(&record.minutes)
    };
    records.iter().filter(move |record| !usable(record)).map(|record| UnusableRecord {
        queue_id: record.queue_id,
        starts_at: record.starts_at,
        minutes: record.minutes,
        inquiries: record.inquiries,
    })
}

/// Says what a queue has of the history it would need.
pub(super) fn short_history(queue: &QueueHistory<'_>, records: &[VolumeRecord], input: &ForecastInput<'_>) -> ShortHistory {
    let found = history::History::from_records(records, input.week.zone(), input.step, input.week.monday());
    ShortHistory {
        queue_id: queue.queue_id,
        weeks_found: found.as_ref().map_or(0, history::History::weeks),
        first: found.as_ref().map(history::History::first),
        last: found.as_ref().map(history::History::last),
    }
}

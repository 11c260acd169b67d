//! What a file is read with, and what comes of it.

use chrono::DateTime;

use super::fault::RowFault;
use super::queues::QueueBook;
use crate::domain::demand::VolumeRecord;
use crate::domain::ids::QueueId;

/// How much is read in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one file.
    pub rows: u32,
    /// Faults kept; further ones are only counted.
    pub faults: usize,
    /// Bytes that a workbook unpacks to.
    pub unpacked_bytes: u64,
    /// Bytes that each of its parts other than sheets unpacks to: those are held in memory.
    pub part_bytes: u64,
}

impl Default for Limits {
    /// Two million rows, a million faults, 768 MiB of sheets (streamed), 48 MiB of anything else (held).
    fn default() -> Self {
        Self { rows: 2_000_000, faults: 1_000_000, unpacked_bytes: 768 << 20, part_bytes: 48 << 20 }
    }
}

/// What a file is read with.
#[derive(Debug, Clone, Copy)]
pub struct ReadContext<'a> {
    /// The queues that rows may name.
    pub queues: &'a QueueBook,
    /// The queue of every row, for files without a queue column.
    pub fixed_queue: Option<QueueId>,
    /// How much is read.
    pub limits: Limits,
}

/// A volume, small: a file may have a million.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VolumeRow {
    /// Start of the recorded interval, seconds since 1970 in UTC.
    pub starts_at_secs: i64,
    /// How many.
    pub inquiries: f64,
    /// Their average handling time, seconds, where it is known.
    pub aht_secs: Option<f32>,
    /// Index into [`ReadVolumes::queues`].
    pub queue: u32,
    /// The row it stands in, as a spreadsheet counts.
    pub row: u32,
    /// Length of the recorded interval, 1-1440.
    pub minutes: u16,
}

/// What comes of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadVolumes {
    /// The queues that `rows` index.
    pub queues: Vec<QueueId>,
    /// Volumes without fault, by queue and start; no two of one queue overlap.
    pub rows: Vec<VolumeRow>,
    /// Every fault, by row. A file with any loads nothing unless the user says to skip them.
    pub faults: Vec<RowFault>,
    /// Faults beyond the limit, counted only.
    pub faults_left_out: u64,
    /// Rows that repeat another one word for word; they were dropped.
    pub repeated_rows: u32,
}

impl ReadVolumes {
    /// The volumes in the domain's words.
    pub fn records(&self) -> impl ExactSizeIterator<Item = VolumeRecord> + '_ {
        self.rows.iter().map(|row| VolumeRecord {
            queue_id: self.queues[row.queue as usize],
            starts_at: DateTime::from_timestamp_secs(row.starts_at_secs).expect("read from a date between 1970 and 2199"),
            minutes: u32::from(row.minutes),
            inquiries: row.inquiries,
            aht_secs: row.aht_secs.map(f64::from),
        })
    }
}

//! Rows that are each without fault → volumes that agree with each other.

use chrono::DateTime;

use super::collect::Faults;
use super::column_map::{ColumnMap, MAX_RECORD_MINUTES};
use super::error::IntakeError;
use super::fault::{Reason, RowFault};
use super::headers::{Columns, StartColumns};
use super::queues::QueueBook;
use super::volumes::{ReadVolumes, VolumeRow};
use crate::domain::calendar::{is_doubled, local_of};

/// Sorts by queue and start, infers the length of the intervals, drops repeated rows and finds contradictions.
///
/// # Errors
/// [`IntakeError::IntervalUnknown`].
pub(super) fn settle(
    mut rows: Vec<VolumeRow>,
    faults: Faults,
    columns: &Columns,
    queues: &QueueBook,
    map: &ColumnMap,
) -> Result<ReadVolumes, IntakeError> {
    // In place: a million rows leave no room for a second copy or a hash table.
    rows.sort_unstable_by_key(|row| (row.queue, row.starts_at_secs, row.row));
    if columns.minutes.is_none() && map.interval_minutes.is_none() && !rows.is_empty() {
        let minutes = step(&rows)?;
        rows.iter_mut().for_each(|row| row.minutes = minutes);
    }
    let mut settling = Settling { faults, columns, queues, map };
    let repeated_rows = settling.drop_repeated(&mut rows);
    settling.drop_contradicting(&mut rows);
    settling.drop_overlapping(&mut rows);
    let Faults { mut kept, left_out, .. } = settling.faults;
    kept.sort_by_key(|fault| fault.row);
    Ok(ReadVolumes { queues: queues.ids(), rows, faults: kept, faults_left_out: left_out, repeated_rows })
}

/// The smallest step between starts of one queue, minutes.
fn step(rows: &[VolumeRow]) -> Result<u16, IntakeError> {
    let steps = rows.array_windows().filter(|[left, right]| left.queue == right.queue);
    let smallest = steps.map(|[left, right]| right.starts_at_secs - left.starts_at_secs).filter(|secs| *secs > 0).min();
    let unknown = |detail: String| Err(IntakeError::IntervalUnknown(detail));
    match smallest {
        None => unknown("no queue has two different starts".to_owned()),
        Some(secs) if secs % 60 != 0 => unknown(format!("starts of one queue are {secs} seconds apart")),
        // The day on which clocks change is an hour shorter or longer; the file is daily all the same.
        Some(82_800 | 90_000) => Ok(MAX_RECORD_MINUTES as u16),
        Some(secs) => match u16::try_from(secs / 60).ok().filter(|minutes| u32::from(*minutes) <= MAX_RECORD_MINUTES) {
            Some(minutes) => Ok(minutes),
            None => unknown(format!("starts of one queue are never less than {} days apart", secs / 86_400)),
        },
    }
}

struct Settling<'a> {
    faults: Faults,
    columns: &'a Columns,
    queues: &'a QueueBook,
    map: &'a ColumnMap,
}

impl Settling<'_> {
    /// Identical rows are harmless: an export pasted twice.
    fn drop_repeated(&mut self, rows: &mut Vec<VolumeRow>) -> u32 {
        let before = rows.len();
        rows.dedup_by(|right, left| {
            is_same_start(left, right)
                && (left.inquiries, left.minutes, left.aht_secs) == (right.inquiries, right.minutes, right.aht_secs)
        });
        u32::try_from(before - rows.len()).expect("rows are counted in 32 bits")
    }

    /// Of rows with the same start none can be believed: each is a fault that names another.
    fn drop_contradicting(&mut self, rows: &mut Vec<VolumeRow>) {
        let mut kept = 0;
        let mut at = 0;
        while at < rows.len() {
            let len = rows[at..].iter().take_while(|row| is_same_start(&rows[at], row)).count();
            if len == 1 {
                rows[kept] = rows[at];
                kept += 1;
            } else {
                let is_doubled = self.is_doubled(&rows[at]);
                for index in at..at + len {
                    let other = rows[if index == at { at + 1 } else { at }].row;
                    let column = self.columns.volume;
                    self.fault(
                        &rows[index],
                        column,
                        rows[index].inquiries.to_string(),
                        Reason::Contradicts { other, is_doubled },
                    );
                }
            }
            at += len;
        }
        rows.truncate(kept);
    }

    /// The later of two rows whose intervals overlap is the fault.
    fn drop_overlapping(&mut self, rows: &mut Vec<VolumeRow>) {
        let column = match self.columns.start {
            StartColumns::One(column) | StartColumns::Two { time: column, .. } => column,
        };
        let is_daily = |row: &VolumeRow| u32::from(row.minutes) == MAX_RECORD_MINUTES;
        let mut last: Option<VolumeRow> = None;
        rows.retain(|row| {
            let before = last.filter(|before| before.queue == row.queue && before.ends_at_secs() > row.starts_at_secs);
            // A short day of a daily file.
            let before = before.filter(|before| !(is_daily(before) && row.starts_at_secs - before.starts_at_secs == 82_800));
            match before {
                None => last = Some(*row),
                Some(other) => {
                    let zone = self.map.zone.unwrap_or(self.queues.entry(row.queue).zone);
                    let start = DateTime::from_timestamp_secs(row.starts_at_secs).expect("read from a date");
                    let shown = local_of(zone, start).format("%F %R").to_string();
                    self.fault(row, column, shown, Reason::Overlaps { other: other.row });
                }
            }
            before.is_none()
        });
    }

    fn fault(&mut self, row: &VolumeRow, column: usize, value: String, reason: Reason) {
        let column = self.columns.name(column);
        self.faults.push(|| RowFault { row: row.row, column, value: value.into(), reason });
    }

    fn is_doubled(&self, row: &VolumeRow) -> bool {
        let zone = self.map.zone.unwrap_or(self.queues.entry(row.queue).zone);
        DateTime::from_timestamp_secs(row.starts_at_secs).is_some_and(|at| is_doubled(zone, local_of(zone, at)))
    }
}

impl VolumeRow {
    fn ends_at_secs(&self) -> i64 {
        self.starts_at_secs + i64::from(self.minutes) * 60
    }
}

fn is_same_start(left: &VolumeRow, right: &VolumeRow) -> bool {
    (left.queue, left.starts_at_secs) == (right.queue, right.starts_at_secs)
}

//! Rows of a file → volumes and faults.

use std::collections::HashMap;
use std::sync::Arc;

use super::cell::{Cell, Row};
use super::column_map::ColumnMap;
use super::error::{IntakeError, MissingColumn};
use super::fault::{Reason, RowFault};
use super::headers::{Columns, HeaderFault, StartColumns, find};
use super::moment::{Moment, date, moment, time};
use super::number::{aht_secs, minutes, volume};
use super::rows::RowSink;
use super::settle::settle;
use super::volumes::{ReadContext, ReadVolumes, VolumeRow};

/// Exports often open with a title and notes; the headers are looked for in this many rows.
pub(super) const HEADER_ROWS: usize = 20;
/// Names remembered per file: a column that is no queue at all may have a new one in every row.
const REMEMBERED_NAMES: usize = 1000;

/// The best row of headers so far, while none has all columns.
struct Candidate {
    row: u32,
    found: Vec<String>,
    missing: Vec<MissingColumn>,
}

/// Takes the rows of a file one by one.
pub(super) struct Collector<'a> {
    map: &'a ColumnMap,
    context: ReadContext<'a>,
    fixed_queue: Option<u32>,
    columns: Option<Columns>,
    candidate: Option<Candidate>,
    rows_seen: usize,
    names: HashMap<Box<str>, Result<u32, Reason>>,
    rows: Vec<VolumeRow>,
    faults: Faults,
}

/// Faults up to a limit.
pub(super) struct Faults {
    pub(super) kept: Vec<RowFault>,
    pub(super) left_out: u64,
    pub(super) limit: usize,
}

impl Faults {
    /// Keeps a fault, or counts it.
    pub(super) fn push(&mut self, fault: impl FnOnce() -> RowFault) {
        if self.kept.len() < self.limit { self.kept.push(fault()) } else { self.left_out += 1 }
    }
}

impl<'a> Collector<'a> {
    /// For one file.
    ///
    /// # Errors
    /// [`IntakeError::ColumnMap`].
    pub(super) fn new(map: &'a ColumnMap, context: ReadContext<'a>) -> Result<Self, IntakeError> {
        let mut map_faults = map.faults();
        let fixed_queue = context.fixed_queue.and_then(|id| context.queues.index_of(id));
        if context.fixed_queue.is_some() && fixed_queue.is_none() {
            map_faults.push(("queue_id".to_owned(), "no such queue".to_owned()));
        }
        if context.fixed_queue.is_some() && map.queue.is_some() {
            map_faults.push(("queue".to_owned(), "give either one queue for all rows or the column that names it".to_owned()));
        }
        if !map_faults.is_empty() {
            return Err(IntakeError::ColumnMap(map_faults));
        }
        let faults = Faults { kept: Vec::new(), left_out: 0, limit: context.limits.faults };
        let (names, rows) = (HashMap::new(), Vec::new());
        Ok(Self { map, context, fixed_queue, columns: None, candidate: None, rows_seen: 0, names, rows, faults })
    }

    /// Sorts what was read and looks for rows that contradict each other.
    pub(super) fn finish(self) -> Result<ReadVolumes, IntakeError> {
        let Some(columns) = &self.columns else {
            return Err(self.candidate.map_or(IntakeError::Empty, Candidate::fault));
        };
        settle(self.rows, self.faults, columns, self.context.queues, self.map)
    }

    fn header(&mut self, number: u32, cells: &impl Row) -> Result<(), IntakeError> {
        let headers: Vec<String> = (0..cells.len()).map(|column| cells.cell(column).shown().into()).collect();
        match find(self.map, &headers, self.fixed_queue.is_some()) {
            Ok(columns) => self.columns = Some(columns),
            Err(HeaderFault::Fatal(fault)) => return Err(fault),
            Err(HeaderFault::Missing(missing)) => {
                if self.candidate.as_ref().is_none_or(|best| missing.len() < best.missing.len()) {
                    self.candidate = Some(Candidate { row: number, found: headers, missing });
                }
                if self.rows_seen >= HEADER_ROWS {
                    return Err(self.candidate.take().expect("the first row became one").fault());
                }
            }
        }
        Ok(())
    }

    /// All cells are looked at even after a fault, so that a user sees every one of a row.
    fn volume(&mut self, number: u32, cells: &impl Row, columns: &Columns) {
        let start = self.start(number, cells, columns);
        let queue = match columns.queue {
            Some(column) => self.checked(number, cells, columns, column, Self::queue),
            None => self.fixed_queue,
        };
        let inquiries = self.checked(number, cells, columns, columns.volume, |_, cell| volume(cell));
        let minutes = match columns.minutes {
            Some(column) => self.checked(number, cells, columns, column, |_, cell| minutes(cell)),
            // 0 until settling infers it.
            None => Some(self.map.interval_minutes.unwrap_or(0) as u16),
        };
        let aht = columns.aht.map(|column| self.checked(number, cells, columns, column, |_, cell| aht_secs(cell)));
        let (Some((moment, column)), Some(queue)) = (start, queue) else { return };
        let zone = self.map.zone.unwrap_or(self.context.queues.entry(queue).zone);
        let starts_at = self.checked(number, cells, columns, column, |_, _| moment.instant(zone));
        let (Some(starts_at), Some(inquiries), Some(minutes), Some(aht_secs)) =
            (starts_at, inquiries, minutes, aht.unwrap_or(Some(None)))
        else {
            return;
        };
        let starts_at_secs = starts_at.timestamp();
        self.rows.push(VolumeRow { starts_at_secs, inquiries, aht_secs, queue, row: number, minutes });
    }

    /// The start, and the column that a fault of it belongs to.
    fn start(&mut self, number: u32, cells: &impl Row, columns: &Columns) -> Option<(Moment, usize)> {
        match columns.start {
            StartColumns::One(column) => {
                self.checked(number, cells, columns, column, |_, cell| moment(cell)).map(|moment| (moment, column))
            }
            StartColumns::Two { date: date_column, time: time_column } => {
                let date = self.checked(number, cells, columns, date_column, |_, cell| date(cell));
                let time = self.checked(number, cells, columns, time_column, |_, cell| time(cell));
                Some((Moment::Local(date?.and_time(time?)), time_column))
            }
        }
    }

    fn queue(&mut self, cell: &Cell<'_>) -> Result<u32, Reason> {
        // An id of digits alone may come as a number.
        let shown;
        let name: &str = match cell {
            Cell::Empty => return Err(Reason::Empty),
            Cell::Text(text) => text,
            Cell::Number(_) | Cell::Serial(_) => {
                shown = cell.shown();
                &shown
            }
        };
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let found = self.context.queues.find(name);
        if self.names.len() < REMEMBERED_NAMES {
            self.names.insert(name.into(), found.clone());
        }
        found
    }

    /// What `read` makes of a cell; a fault is kept.
    fn checked<T>(
        &mut self,
        row: u32,
        cells: &impl Row,
        columns: &Columns,
        column: usize,
        read: impl FnOnce(&mut Self, &Cell<'_>) -> Result<T, Reason>,
    ) -> Option<T> {
        let cell = cells.cell(column);
        match read(self, &cell) {
            Ok(value) => Some(value),
            Err(reason) => {
                let column: Arc<str> = columns.name(column);
                self.faults.push(|| RowFault { row, column, value: cell.shown(), reason });
                None
            }
        }
    }
}

impl RowSink for Collector<'_> {
    fn row(&mut self, number: u32, cells: &impl Row) -> Result<(), IntakeError> {
        if cells.is_blank() {
            return Ok(());
        }
        self.rows_seen += 1;
        if self.rows_seen > self.context.limits.rows as usize {
            return Err(IntakeError::TooManyRows { limit: self.context.limits.rows });
        }
        let Some(columns) = self.columns.take() else { return self.header(number, cells) };
        self.volume(number, cells, &columns);
        self.columns = Some(columns);
        Ok(())
    }
}

impl Candidate {
    fn fault(self) -> IntakeError {
        let found = self.found.into_iter().filter(|header| !header.is_empty()).collect();
        IntakeError::ColumnsMissing { missing: self.missing, found, row: self.row }
    }
}

//! Rows of a file → registers of figures and faults.

use std::io::{Read, Seek};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use super::cell::{Cell, Row};
use super::collect::{Faults, HEADER_ROWS};
use super::column_map::ColumnMap;
use super::error::{IntakeError, MissingColumn};
use super::fault::{Reason, RowFault};
use super::figure_cells::{SheetColumns, derived, whole};
use super::moment::{Moment, date, moment, time};
use super::people::{PlaceBook, PlaceEntry};
use super::rows::RowSink;
use super::source::read_rows;
use super::volumes::Limits;
use crate::domain::calendar::{local_of, midnight};
use crate::domain::figure_day::{Counts, Place};
use crate::domain::figure_map::FigureMap;

/// Length of a register that has a time of day and no length.
const REGISTER_MINUTES: u32 = 120;

/// What a file of figures is read with.
#[derive(Debug, Clone, Copy)]
pub struct FigureContext<'a> {
    /// Shops and queues that rows may name.
    pub places: &'a PlaceBook,
    /// The shop or queue of every row, for files that name none.
    pub fixed_place: Option<PlaceEntry>,
    /// The date of every row, for files that name none.
    pub fixed_date: Option<NaiveDate>,
    /// What is later has not happened yet.
    pub now: DateTime<Utc>,
    /// How much is read.
    pub limits: Limits,
}

/// One register as a file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRow {
    /// The row, as a spreadsheet counts.
    pub row: u32,
    /// Whom it names.
    pub agent: Box<str>,
    /// Where.
    pub place: Place,
    /// The local date on which it starts.
    pub date: NaiveDate,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// What was counted.
    pub counts: Counts,
    is_fixed: bool,
}

/// What comes of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadFigures {
    /// Registers without fault, as they stand in the file.
    pub rows: Vec<FigureRow>,
    /// Every fault, by row.
    pub faults: Vec<RowFault>,
    /// Faults beyond the limit, counted only.
    pub faults_left_out: u64,
    /// Headers of the file that nothing was read from.
    pub unread: Vec<String>,
}

/// Reads figures out of a CSV or XLSX. Nothing is loaded anywhere.
///
/// # Errors
/// [`IntakeError`] where the file as a whole cannot be read.
pub fn read_figures<R: Read + Seek>(source: R, map: &FigureMap, context: FigureContext<'_>) -> Result<ReadFigures, IntakeError> {
    let faults = Faults { kept: Vec::new(), left_out: 0, limit: context.limits.faults };
    let mut sink = Collector { map, context, columns: None, missing: None, rows_seen: 0, rows: Vec::new(), faults };
    let layout = ColumnMap { sheet: map.sheet.clone(), ..ColumnMap::default() };
    read_rows(source, &layout, &context.limits, &mut sink)?;
    sink.finish()
}

struct Collector<'a> {
    map: &'a FigureMap,
    context: FigureContext<'a>,
    columns: Option<SheetColumns>,
    missing: Option<(u32, Vec<MissingColumn>, Vec<String>)>,
    rows_seen: usize,
    rows: Vec<FigureRow>,
    faults: Faults,
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
        if let Some(row) = self.register(number, cells, &columns) {
            self.rows.push(row);
        }
        self.columns = Some(columns);
        Ok(())
    }
}

impl Collector<'_> {
    fn header(&mut self, number: u32, cells: &impl Row) -> Result<(), IntakeError> {
        let headers: Vec<String> = (0..cells.len()).map(|column| cells.cell(column).shown().into()).collect();
        match SheetColumns::find(self.map, &headers, self.context.fixed_place.is_some(), self.context.fixed_date.is_some()) {
            Ok(columns) => self.columns = Some(columns),
            Err(missing) => {
                if self.missing.as_ref().is_none_or(|(_, best, _)| missing.len() < best.len()) {
                    self.missing = Some((number, missing, headers));
                }
                if self.rows_seen >= HEADER_ROWS {
                    return Err(self.no_header());
                }
            }
        }
        Ok(())
    }

    fn no_header(&mut self) -> IntakeError {
        let Some((row, missing, found)) = self.missing.take() else { return IntakeError::Empty };
        IntakeError::ColumnsMissing { missing, found: found.into_iter().filter(|header| !header.is_empty()).collect(), row }
    }

    /// All cells are looked at even after a fault, so that a user sees every one of a row.
    fn register(&mut self, number: u32, cells: &impl Row, columns: &SheetColumns) -> Option<FigureRow> {
        let agent = match cells.cell(columns.agent) {
            Cell::Empty => self.fault(number, columns, columns.agent, &Cell::Empty, Reason::Empty),
            cell => Some(cell.shown()),
        };
        let place = self.place(number, cells, columns);
        let counts = self.counts(number, cells, columns);
        let place = place?;
        let zone = self.map.zone.unwrap_or(place.zone);
        let (starts_at, minutes, is_fixed) = self.start(number, cells, columns, zone)?;
        let date = local_of(place.zone, starts_at).date();
        Some(FigureRow { row: number, agent: agent?, place: place.place, date, starts_at, minutes, counts: counts?, is_fixed })
    }

    fn place(&mut self, number: u32, cells: &impl Row, columns: &SheetColumns) -> Option<PlaceEntry> {
        let Some(column) = columns.queue.or(columns.shop) else { return self.context.fixed_place };
        let cell = cells.cell(column);
        match (self.context.places.find(&cell.shown()), self.context.fixed_place) {
            (Some(place), _) => Some(place),
            // A blank cell belongs to the place of the whole file.
            (None, Some(fixed)) if cell == Cell::Empty => Some(fixed),
            (None, _) => self.fault(number, columns, column, &cell, Reason::UnknownPlace),
        }
    }

    /// Start, length, and whether the row gives its offset from UTC.
    fn start(&mut self, number: u32, cells: &impl Row, columns: &SheetColumns, zone: Tz) -> Option<(DateTime<Utc>, u32, bool)> {
        let column = columns.start.or(columns.time).or(columns.date).unwrap_or(columns.agent);
        let cell = cells.cell(column);
        let read = match (columns.start, columns.date, columns.time) {
            (Some(_), ..) => moment(&cell),
            (None, Some(day), Some(_)) => {
                let day = date(&cells.cell(day));
                day.and_then(|day| time(&cell).map(|time| Moment::Local(day.and_time(time))))
            }
            (None, Some(_), None) => moment(&cell),
            (None, None, clock) => {
                let day = self.context.fixed_date?;
                let clock = clock.map_or(Ok(NaiveTime::MIN), |_| time(&cell));
                clock.map(|clock| Moment::Local(day.and_time(clock)))
            }
        };
        let read = read.and_then(|moment| Ok((moment.instant(zone)?, matches!(moment, Moment::Fixed(_)))));
        let (starts_at, is_fixed) = match read {
            Ok(read) => read,
            Err(reason) => return self.fault(number, columns, column, &cell, reason),
        };
        if starts_at > self.context.now {
            return self.fault(number, columns, column, &cell, Reason::Future);
        }
        let local = local_of(zone, starts_at);
        let day_minutes = || {
            let next = local.date().succ_opt().map_or(starts_at, |next| midnight(zone, next));
            u32::try_from((next - starts_at).num_minutes()).unwrap_or_default()
        };
        let is_day = local.time() == NaiveTime::MIN && columns.start.is_none() && columns.time.is_none();
        let minutes = self.map.register_minutes.filter(|_| !is_day).unwrap_or_else(|| match is_day {
            true => day_minutes(),
            false => REGISTER_MINUTES,
        });
        Some((starts_at, minutes, is_fixed))
    }

    /// `None` after a fault. A cell without anything, or with a dash, was not recorded.
    fn counts(&mut self, number: u32, cells: &impl Row, columns: &SheetColumns) -> Option<Counts> {
        let faults_before = self.faults.kept.len() as u64 + self.faults.left_out;
        let mut counts = Counts::default();
        // Counts first: rates are multiplied by them.
        for read in columns.measures.iter().filter(|read| read.read_as.base().is_none()) {
            let cell = cells.cell(read.column);
            match whole(&cell, read.read_as) {
                Ok(Some(count)) => drop(counts.0.insert(read.measure, count)),
                Ok(None) => {}
                Err(reason) => drop(self.fault::<()>(number, columns, read.column, &cell, reason)),
            }
        }
        for read in &columns.measures {
            let Some(base) = read.read_as.base().and_then(|base| counts.get(base)) else { continue };
            let cell = cells.cell(read.column);
            match derived(&cell, read.read_as, base) {
                Ok(Some(count)) => drop(counts.0.insert(read.measure, count)),
                Ok(None) => {}
                Err(reason) => drop(self.fault::<()>(number, columns, read.column, &cell, reason)),
            }
        }
        for (part, whole) in counts.impossible().collect::<Vec<_>>() {
            let column = columns.measures.iter().find(|read| read.measure == part).map_or(0, |read| read.column);
            self.fault::<()>(number, columns, column, &cells.cell(column), Reason::Impossible { whole });
        }
        (self.faults.kept.len() as u64 + self.faults.left_out == faults_before).then_some(counts)
    }

    fn fault<T>(&mut self, row: u32, columns: &SheetColumns, column: usize, cell: &Cell<'_>, reason: Reason) -> Option<T> {
        let name: Arc<str> = columns.names.get(column).cloned().unwrap_or_else(|| "".into());
        self.faults.push(|| RowFault { row, column: name, value: cell.shown(), reason });
        None
    }

    fn finish(mut self) -> Result<ReadFigures, IntakeError> {
        let Some(columns) = self.columns.take() else { return Err(self.no_header()) };
        let fixed = self.rows.iter().filter(|row| row.is_fixed).count();
        if fixed > 0 && fixed < self.rows.len() {
            let rarer = fixed * 2 <= self.rows.len();
            let column = columns.start.or(columns.date).unwrap_or_default();
            let (mixed, kept) = std::mem::take(&mut self.rows).into_iter().partition(|row| row.is_fixed == rarer);
            self.rows = kept;
            for row in Vec::<FigureRow>::from_iter(mixed) {
                let shown = Cell::text(row.starts_at.to_rfc3339());
                self.fault::<()>(row.row, &columns, column, &shown, Reason::MixedZones { is_fixed: row.is_fixed });
            }
        }
        let Faults { mut kept, left_out, .. } = self.faults;
        kept.sort_by_key(|fault| fault.row);
        Ok(ReadFigures { rows: self.rows, faults: kept, faults_left_out: left_out, unread: columns.unread })
    }
}

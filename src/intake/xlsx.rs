//! Streaming rows out of an XLSX workbook.

use std::io::{Read, Seek, SeekFrom};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::archive;
use super::cell::{Cell, Row};
use super::column_map::ColumnMap;
use super::error::IntakeError;
use super::rows::RowSink;
use super::volumes::Limits;

/// Days between the two epochs that workbooks count from.
const DAYS_FROM_1900_TO_1904: f64 = 1462.0;

/// Feeds every row of the sheet to the sink.
pub(super) fn read<R: Read + Seek>(
    source: &mut R,
    map: &ColumnMap,
    limits: &Limits,
    sink: &mut impl RowSink,
) -> Result<(), IntakeError> {
    archive::check(source, limits)?;
    source.seek(SeekFrom::Start(0))?;
    let mut workbook = Xlsx::new(source).map_err(fault)?;
    let sheets = workbook.sheet_names();
    let sheet = match &map.sheet {
        Some(wanted) => sheets.iter().find(|name| *name == wanted),
        None => sheets.first(),
    };
    let Some(sheet) = sheet else {
        return Err(IntakeError::SheetMissing { wanted: map.sheet.clone().unwrap_or_default(), found: sheets });
    };
    let epoch = if workbook.has_1904_epoch() { DAYS_FROM_1900_TO_1904 } else { 0.0 };
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    let mut row = SheetRow(Vec::new());
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(fault)? {
        let (at, column) = cell.get_position();
        if at + 1 != number && !row.0.is_empty() {
            sink.row(number, &row)?;
            row.0.clear();
        }
        number = at + 1;
        let column = column as usize;
        if row.0.len() <= column {
            row.0.resize(column + 1, Cell::Empty);
        }
        row.0[column] = cell_of(cell.get_value().clone(), epoch);
    }
    if row.0.is_empty() { Ok(()) } else { sink.row(number, &row) }
}

struct SheetRow<'a>(Vec<Cell<'a>>);

impl Row for SheetRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Cell::text(text.as_ref()),
            Some(other) => other.clone(),
            None => Cell::Empty,
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

fn cell_of(value: DataRef<'_>, epoch: f64) -> Cell<'_> {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(is_true) => Cell::text(if is_true { "TRUE" } else { "FALSE" }),
        // Times of day and durations are less than a day, and have no epoch.
        DataRef::DateTime(at) if at.as_f64() < 1.0 || at.is_duration() => Cell::Serial(at.as_f64()),
        DataRef::DateTime(at) => Cell::Serial(at.as_f64() + epoch),
        DataRef::Error(error) => Cell::text(error.to_string()),
    }
}

fn fault(error: XlsxError) -> IntakeError {
    match error {
        XlsxError::Io(error) => IntakeError::Io(error),
        XlsxError::Password => IntakeError::NotTabular { looks_like: "a workbook with a password" },
        other => IntakeError::Workbook(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{ExcelDateTime, ExcelDateTimeType};
    use chrono::NaiveDate;
    use chrono_tz::Tz;
    use rust_xlsxwriter::{Format, Workbook};

    use super::super::queues::{QueueBook, QueueEntry};
    use super::super::source::read_volumes;
    use super::super::volumes::{ReadContext, ReadVolumes};
    use super::*;
    use crate::domain::ids::QueueId;

    /// Row 2: a native date with time; row 4: a text date; row 5: a bare serial; row 6: faults.
    fn workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("数据").unwrap();
        for (column, header) in (0..).zip(["队列", "开始时间", "咨询量"]) {
            sheet.write(0, column, header).unwrap();
        }
        let half_past_eight = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().and_hms_opt(8, 30, 0).unwrap();
        let shown_as_date = Format::new().set_num_format("yyyy/m/d h:mm");
        sheet.write(1, 0, "天猫售前").unwrap();
        sheet.write_datetime_with_format(1, 1, half_past_eight, &shown_as_date).unwrap();
        sheet.write(1, 2, 7).unwrap();
        sheet.write_row(3, 0, ["天猫售前", "2026年11月22日 9:00", "1,008"]).unwrap();
        sheet.write(4, 0, "天猫售前").unwrap();
        sheet.write(4, 1, 46_348.395_833_33).unwrap();
        sheet.write(4, 2, 9.5).unwrap();
        sheet.write(5, 0, 12).unwrap();
        sheet.write(5, 2, true).unwrap();
        workbook.save_to_buffer().unwrap()
    }

    fn read(bytes: &[u8], map: &ColumnMap) -> Result<ReadVolumes, IntakeError> {
        let queues =
            QueueBook::new([QueueEntry { id: QueueId::generate(), name: "天猫售前".into(), zone: Tz::Asia__Shanghai }]);
        read_volumes(Cursor::new(bytes), map, ReadContext { queues: &queues, fixed_queue: None, limits: Limits::default() })
    }

    #[test]
    fn dates_are_read_as_workbooks_hold_them() {
        let volumes = read(&workbook(), &ColumnMap::default()).unwrap();
        let figures: Vec<_> =
            volumes.records().map(|record| (record.starts_at.to_rfc3339(), record.minutes, record.inquiries)).collect();
        let expected = [("00:30", 7.0), ("01:00", 1008.0), ("01:30", 9.5)];
        assert_eq!(figures, expected.map(|(time, inquiries)| (format!("2026-11-22T{time}:00+00:00"), 30, inquiries)));
        let rows: Vec<u32> = volumes.rows.iter().map(|row| row.row).collect();
        assert_eq!(rows, [2, 4, 5]);
    }

    #[test]
    fn a_workbook_that_counts_from_1904_has_its_dates_moved() {
        let serial = |is_1904| DataRef::DateTime(ExcelDateTime::new(44_886.5, ExcelDateTimeType::DateTime, is_1904));
        assert_eq!(cell_of(serial(true), DAYS_FROM_1900_TO_1904), Cell::Serial(46_348.5));
        assert_eq!(cell_of(serial(false), 0.0), Cell::Serial(44_886.5));
    }

    #[test]
    fn faults_name_rows_as_the_sheet_shows_them() {
        let volumes = read(&workbook(), &ColumnMap::default()).unwrap();
        let faults: Vec<String> = volumes.faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(faults.join("\n"), @"
        row 6, 开始时间: “” is empty; fill it in (a volume of none is 0)
        row 6, 队列: “12” is not a queue
        row 6, 咨询量: “TRUE” is not a number; write it like 1234 or 1234.5
        ");
    }

    #[test]
    fn a_sheet_that_is_not_there_is_named_with_those_that_are() {
        let map = ColumnMap { sheet: Some("Sheet9".into()), ..ColumnMap::default() };
        assert_eq!(read(&workbook(), &map).unwrap_err().to_string(), "the workbook has no sheet “Sheet9”; its sheets are: 数据");
        let map = ColumnMap { sheet: Some("数据".into()), ..map };
        assert_eq!(read(&workbook(), &map).unwrap().rows.len(), 3);
    }
}

//! Telling what a file is, and reading it.

use std::io::{Read, Seek, SeekFrom};

use super::collect::Collector;
use super::column_map::ColumnMap;
use super::error::IntakeError;
use super::rows::RowSink;
use super::volumes::{Limits, ReadContext, ReadVolumes};
use super::{csv, xlsx};

/// Reads inquiry volumes out of a CSV or XLSX; which of them it is, its first bytes say.
///
/// Nothing is loaded anywhere: the caller decides what to do with rows when there are faults.
///
/// # Errors
/// [`IntakeError`] where the file as a whole cannot be read; what is wrong with single rows is in
/// [`ReadVolumes::faults`].
pub fn read_volumes<R: Read + Seek>(
    mut source: R,
    map: &ColumnMap,
    context: ReadContext<'_>,
) -> Result<ReadVolumes, IntakeError> {
    let mut collector = Collector::new(map, context)?;
    read_rows(&mut source, map, &context.limits, &mut collector)?;
    collector.finish()
}

/// Feeds every row of a CSV or XLSX to the sink.
pub(super) fn read_rows<R: Read + Seek>(
    mut source: R,
    map: &ColumnMap,
    limits: &Limits,
    sink: &mut impl RowSink,
) -> Result<(), IntakeError> {
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(0))?;
    source.by_ref().take(1024).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") {
        xlsx::read(&mut source, map, limits, sink)
    } else if let Some(looks_like) = other_kind(&head) {
        Err(IntakeError::NotTabular { looks_like })
    } else {
        csv::read(&mut source, map, sink)
    }
}

/// What a file is that is neither.
fn other_kind(head: &[u8]) -> Option<&'static str> {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).map_or(head, |at| &head[at..]);
    let is_utf16 = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    match start {
        _ if start.starts_with(b"\xD0\xCF\x11\xE0") => Some("an old .xls workbook or one with a password"),
        // Shops' back offices like to export a web page named .xls.
        _ if start.starts_with(b"<") => Some("a web page or XML, whatever its name says"),
        _ if start.starts_with(b"%PDF") => Some("a PDF"),
        _ if start.starts_with(b"{") || start.starts_with(b"[") => Some("JSON"),
        _ if start.contains(&0) && !is_utf16 => Some("neither text nor a workbook"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use chrono_tz::Tz;

    use super::super::column_map::TextEncoding;
    use super::super::fault::Reason;
    use super::super::queues::{QueueBook, QueueEntry};
    use super::*;
    use crate::domain::ids::QueueId;

    fn book(zone: Tz) -> QueueBook {
        let queue = |name: &str| QueueEntry { id: QueueId::generate(), name: name.into(), zone };
        QueueBook::new([queue("天猫售前"), queue("Aftersale")])
    }

    fn read_with(bytes: &[u8], map: &ColumnMap, zone: Tz) -> Result<ReadVolumes, IntakeError> {
        let queues = book(zone);
        read_volumes(Cursor::new(bytes), map, ReadContext { queues: &queues, fixed_queue: None, limits: Limits::default() })
    }

    fn read(text: &str) -> ReadVolumes {
        read_with(text.as_bytes(), &ColumnMap::default(), Tz::Asia__Shanghai).unwrap()
    }

    fn faults(volumes: &ReadVolumes) -> Vec<String> {
        volumes.faults.iter().map(ToString::to_string).collect()
    }

    /// Start, minutes and inquiries of every row.
    fn figures(volumes: &ReadVolumes) -> Vec<(String, u32, f64)> {
        volumes.records().map(|record| (record.starts_at.to_rfc3339(), record.minutes, record.inquiries)).collect()
    }

    #[test]
    fn a_file_is_read_the_same_whatever_its_delimiter_and_encoding() {
        let text = "队列,开始时间,咨询量\n天猫售前,2026-11-22 08:30,\"1,234\"\n天猫售前,2026-11-22 09:00,5\n";
        let expected =
            vec![("2026-11-22T00:30:00+00:00".to_owned(), 30, 1234.0), ("2026-11-22T01:00:00+00:00".to_owned(), 30, 5.0)];
        let semicolons = text.replace("\"1,234\"", "1234").replace(',', ";").replace('\n', "\r\n");
        let tabs = text.replace("\"1,234\"", "1234").replace(',', "\t");
        let utf16: Vec<u8> = [0xFEFF].into_iter().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
        let files = [
            text.as_bytes(),
            &[b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            semicolons.as_bytes(),
            tabs.as_bytes(),
            &gb18030,
            &utf16,
        ];
        for file in files {
            let volumes = read_with(file, &ColumnMap::default(), Tz::Asia__Shanghai).unwrap();
            assert_eq!((figures(&volumes), faults(&volumes)), (expected.clone(), vec![]));
        }
        let map = ColumnMap { encoding: Some(TextEncoding::Gb18030), ..ColumnMap::default() };
        assert_eq!(figures(&read_with(&gb18030, &map, Tz::Asia__Shanghai).unwrap()), expected);
    }

    #[test]
    fn every_fault_of_every_row_is_named_with_its_row_as_a_spreadsheet_shows_it() {
        let volumes = read(
            "queue,start,calls\nAftersale,2026-11-22 08:30,1\n\nAftersales,2026-11-22 08:3x,-1\n,,\nAftersale,2026-11-22 09:00,2\n\
             \"Aftersale\",2026-11-22 09:30\n",
        );
        insta::assert_snapshot!(faults(&volumes).join("\n"), @"
        row 4, start: “2026-11-22 08:3x” is not a date from 1970 to 2199; write it like 2026-11-22 08:30
        row 4, queue: “Aftersales” is not a queue; did you mean “Aftersale”?
        row 4, calls: “-1” is negative; volumes are 0 or more
        row 7, calls: “” is empty; fill it in (a volume of none is 0)
        ");
        assert_eq!(volumes.rows.len(), 2);
    }

    #[test]
    fn rows_that_contradict_each_other_are_all_faults_and_repeated_ones_are_dropped() {
        let volumes = read(
            "queue,start,calls\nAftersale,2026-11-22 08:30,1\nAftersale,2026-11-22 09:00,2\nAftersale,2026-11-22 08:30,1\n\
             Aftersale,2026-11-22 09:00,3\nAftersale,2026-11-22 09:30,4\n",
        );
        insta::assert_snapshot!(faults(&volumes).join("\n"), @"
        row 3, calls: “2” contradicts row 5: same queue and start, different figure; keep one of them
        row 5, calls: “3” contradicts row 3: same queue and start, different figure; keep one of them
        ");
        let starts: Vec<u32> = volumes.rows.iter().map(|row| row.row).collect();
        assert_eq!((starts, volumes.repeated_rows), (vec![2, 6], 1));
    }

    #[test]
    fn intervals_that_overlap_are_faults() {
        let volumes = read(
            "queue,start,calls,minutes\nAftersale,2026-11-22 08:30,1,60\nAftersale,2026-11-22 09:00,2,30\n天猫售前,2026-11-22 09:00,2,30\n",
        );
        assert_eq!(
            faults(&volumes),
            ["row 3, start: “2026-11-22 09:00” starts before the interval of row 2 ends; their inquiries would count twice"]
        );
    }

    #[test]
    fn a_title_above_the_headers_is_skipped() {
        let volumes = read(
            "咨询量统计,,\n导出时间：2026-11-22,,\n日期,时段,队列,咨询量\n2026/11/21,08:30-09:00,天猫售前,7\n2026/11/21,09:00-09:30,天猫售前,8\n",
        );
        assert_eq!(figures(&volumes)[1], ("2026-11-21T01:00:00+00:00".to_owned(), 30, 8.0));
        assert_eq!(volumes.rows[0].row, 4);
    }

    #[test]
    fn clock_changes_neither_lose_nor_move_a_volume() {
        let spring =
            "queue,start,calls\nAftersale,2026-03-29 01:00,1\nAftersale,2026-03-29 02:00,9\nAftersale,2026-03-29 03:00,2\n";
        let volumes = read_with(spring.as_bytes(), &ColumnMap::default(), Tz::Europe__Berlin).unwrap();
        assert_eq!(volumes.faults.len(), 1);
        assert_eq!(volumes.faults[0].reason, Reason::Skipped(Tz::Europe__Berlin));
        assert_eq!(volumes.rows[1].starts_at_secs - volumes.rows[0].starts_at_secs, 3600);

        let autumn = "queue,start,calls\nAftersale,2026-10-25 01:00,1\nAftersale,2026-10-25 02:00,2\nAftersale,2026-10-25 02:00,3\n\
                      Aftersale,2026-10-25 03:00,4\n";
        let volumes = read_with(autumn.as_bytes(), &ColumnMap::default(), Tz::Europe__Berlin).unwrap();
        assert_eq!(volumes.faults[0].reason, Reason::Contradicts { other: 4, is_doubled: true });

        let offsets = autumn.replacen("02:00,2", "02:00:00+02:00,2", 1).replacen("02:00,3", "02:00:00+01:00,3", 1);
        let volumes = read_with(offsets.as_bytes(), &ColumnMap::default(), Tz::Europe__Berlin).unwrap();
        assert_eq!((volumes.rows.len(), volumes.faults.len()), (4, 0));
    }

    #[test]
    fn a_daily_file_is_daily_in_the_weeks_of_clock_changes_too() {
        let text = "queue,date,calls\nAftersale,2026-03-28,1\nAftersale,2026-03-29,2\nAftersale,2026-03-30,3\n";
        let volumes = read_with(text.as_bytes(), &ColumnMap::default(), Tz::Europe__Berlin).unwrap();
        assert_eq!(volumes.faults, []);
        assert!(volumes.rows.iter().all(|row| row.minutes == 1440));
    }

    #[test]
    fn one_queue_for_all_rows_needs_no_column() {
        let queues = book(Tz::UTC);
        let id = queues.ids()[1];
        let context = ReadContext { queues: &queues, fixed_queue: Some(id), limits: Limits::default() };
        let bank = "start,calls\n2003-03-03T07:00:00,111\n2003-03-03T07:05:00,113\n";
        let volumes = read_volumes(Cursor::new(bank), &ColumnMap::default(), context).unwrap();
        let records: Vec<_> = volumes.records().collect();
        assert_eq!((records[1].queue_id, records[1].minutes, records[1].inquiries), (id, 5, 113.0));
        let clash = ColumnMap { queue: Some("queue".into()), ..ColumnMap::default() };
        assert!(
            matches!(read_volumes(Cursor::new(bank), &clash, context), Err(IntakeError::ColumnMap(faults)) if faults.len() == 1)
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_says_what_it_is_and_what_to_do() {
        let fault = |bytes: &[u8]| read_with(bytes, &ColumnMap::default(), Tz::UTC).unwrap_err().to_string();
        insta::assert_snapshot!([
            fault(b"\xD0\xCF\x11\xE0rest"),
            fault(b"  <html><table>"),
            fault(b"PK\x03\x04broken"),
            fault(b""),
            fault(b"when,what\n1,2\n"),
            fault("queue,start,calls\nAftersale,2026-11-22,5\n".as_bytes()),
        ].join("\n"), @"
        the file looks like an old .xls workbook or one with a password; save it as CSV or XLSX and send that
        the file looks like a web page or XML, whatever its name says; save it as CSV or XLSX and send that
        the file is not a readable XLSX workbook (invalid Zip archive: Could not find EOCD); open it in a spreadsheet program and save it as XLSX again
        the file has no row
        no header found for: start (looked for start, starts at, start time, datetime, date time, timestamp, interval start, 开始时间, 起始时间, 日期时间, 时段开始, 统计时间, 日期, 时段); queue (looked for queue id, queue, queue name, skill group, 队列id, 队列, 队列名称, 技能组, 技能组名称, 客服组, 接待组, 咨询组); volume (looked for volume, inquiries, calls, chats, contacts, conversations, offered, count, 咨询量, 咨询人数, 咨询数, 会话量, 会话数, 接待量, 接待人数, 进线量, 来电量, 呼入量, 人工接待人数, 人工已接待会话量). Row 1 has: when, what. Name the columns in the column map
        the length of the recorded intervals cannot be inferred (no queue has two different starts); give `interval_minutes` in the column map
        ");
    }

    #[test]
    fn a_file_with_headers_only_has_no_rows() {
        assert_eq!(read("queue,start,calls\n").rows, []);
    }

    #[test]
    fn more_rows_or_faults_than_the_limit_are_not_kept() {
        let queues = book(Tz::UTC);
        let text = "queue,start,calls\na,b,c\nd,e,f\n";
        let mut context = ReadContext { queues: &queues, fixed_queue: None, limits: Limits { faults: 4, ..Limits::default() } };
        let volumes = read_volumes(Cursor::new(text), &ColumnMap::default(), context).unwrap();
        assert_eq!((volumes.faults.len(), volumes.faults_left_out), (4, 2));
        context.limits.rows = 2;
        let fault = read_volumes(Cursor::new(text), &ColumnMap::default(), context).unwrap_err();
        assert!(matches!(fault, IntakeError::TooManyRows { limit: 2 }));
    }

    proptest::proptest! {
        #[test]
        fn no_cell_whatever_it_says_stops_the_reading(cells in proptest::collection::vec("[-+0-9年月日时/:.TZ,~eE　１ \"]{0,24}|\\PC{0,12}", 3..60)) {
            let line = |cells: &[String]| cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
            let lines: Vec<String> = cells.chunks(3).map(line).collect();
            let text = format!("queue,start,calls\nAftersale,2026-11-22 08:00,1\nAftersale,2026-11-22 08:30,1\n{}\n", lines.join("\n"));
            let volumes = read(&text);
            proptest::prop_assert!(!volumes.rows.is_empty() || !volumes.faults.is_empty());
        }
    }
}

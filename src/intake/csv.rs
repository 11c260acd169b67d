//! Streaming rows out of a CSV.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::cell::{Cell, Row};
use super::column_map::{ColumnMap, Delimiter, TextEncoding};
use super::error::IntakeError;
use super::rows::RowSink;

/// Lines that the delimiter is told from.
const SAMPLE_BYTES: u64 = 16 * 1024;

/// Feeds every row to the sink.
pub(super) fn read<R: Read + Seek>(source: &mut R, map: &ColumnMap, sink: &mut impl RowSink) -> Result<(), IntakeError> {
    let encoding = match map.encoding {
        Some(TextEncoding::Utf8) => UTF_8,
        Some(TextEncoding::Gb18030) => GB18030,
        None => detect_encoding(source)?,
    };
    let delimiter = match map.delimiter {
        Some(Delimiter::Comma) => b',',
        Some(Delimiter::Semicolon) => b';',
        Some(Delimiter::Tab) => b'\t',
        None => detect_delimiter(source, encoding)?,
    };
    source.seek(SeekFrom::Start(0))?;
    // A last line that is not ended would be counted short.
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(decoded(source, encoding).chain(&b"\n"[..]));
    let mut record = csv::StringRecord::new();
    let mut number = 0;
    while reader.read_record(&mut record).map_err(std::io::Error::from)? {
        number += 1 + blank_lines_before(&record, reader.position());
        sink.row(number, &record)?;
    }
    Ok(())
}

/// The reader skips blank lines, a spreadsheet shows them. A line break inside quotes makes no row of its own.
fn blank_lines_before(record: &csv::StringRecord, end: &csv::Position) -> u32 {
    let passed = end.line() - record.position().map_or(0, csv::Position::line);
    let own = 1 + record.as_slice().bytes().filter(|byte| *byte == b'\n').count() as u64;
    u32::try_from(passed.saturating_sub(own)).unwrap_or(u32::MAX)
}

impl Row for csv::StringRecord {
    fn cell(&self, column: usize) -> Cell<'_> {
        self.get(column).map_or(Cell::Empty, Cell::text)
    }

    fn len(&self) -> usize {
        csv::StringRecord::len(self)
    }
}

/// As UTF-8, without byte-order mark; a mark in the file wins over what was told.
fn decoded<R: Read>(source: R, encoding: &'static Encoding) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).strip_bom(true).build(source)
}

/// UTF-8 where the whole file is valid: Chinese text in GB18030 hardly ever is, and it may first come late.
fn detect_encoding<R: Read + Seek>(source: &mut R) -> Result<&'static Encoding, IntakeError> {
    source.seek(SeekFrom::Start(0))?;
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut bytes = vec![0; 64 * 1024];
    let mut text = String::with_capacity(bytes.len() + 16);
    loop {
        let len = source.read(&mut bytes)?;
        text.clear();
        // The buffer is larger than the input, so the decoder never stops for want of room.
        let (result, _) = decoder.decode_to_string_without_replacement(&bytes[..len], &mut text, len == 0);
        match result {
            DecoderResult::Malformed(..) => return Ok(GB18030),
            _ if len == 0 => return Ok(UTF_8),
            _ => {}
        }
    }
}

/// Whichever stands most often outside quotes in the first lines.
fn detect_delimiter<R: Read + Seek>(source: &mut R, encoding: &'static Encoding) -> Result<u8, IntakeError> {
    source.seek(SeekFrom::Start(0))?;
    let mut sample = Vec::new();
    decoded(source, encoding).take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in sample {
        is_quoted ^= byte == b'"';
        if !is_quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte) {
            *count += 1;
        }
    }
    // The first of equals, so that a file of one column has a comma.
    let [mut best, rest @ ..] = counts;
    for other in rest {
        if other.1 > best.1 {
            best = other;
        }
    }
    Ok(best.0)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn rows_are_counted_as_a_spreadsheet_shows_them() {
        let numbers = |text: &str| {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Cursor::new(text));
            let mut record = csv::StringRecord::new();
            let mut numbers = vec![0];
            while reader.read_record(&mut record).unwrap() {
                numbers.push(numbers.last().unwrap() + 1 + blank_lines_before(&record, reader.position()));
            }
            numbers
        };
        let text = "a,b\n\n\nc,d\n\"e\n\nf\",g\nh,i\n\nj,k\n";
        assert_eq!(numbers(text), [0, 1, 4, 5, 6, 8]);
        assert_eq!(numbers(&text.replace('\n', "\r\n")), [0, 1, 4, 5, 6, 8]);
    }

    #[test]
    fn the_delimiter_is_the_commonest_outside_quotes() {
        let delimiter = |text: &str| char::from(detect_delimiter(&mut Cursor::new(text), UTF_8).unwrap());
        assert_eq!(delimiter("a;b;c\n\"1,2,3,4,5,6,7\";2,5;3\n"), ';');
        assert_eq!(delimiter("a\tb\n1\t2\n"), '\t');
        assert_eq!(delimiter("a\n1\n"), ',');
    }
}

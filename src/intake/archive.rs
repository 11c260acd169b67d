//! Whether a workbook is safe to unpack.
//!
//! A few kilobytes of ZIP can unpack to gigabytes, and declared sizes may lie. So every part is unpacked once into
//! nothing, and counted, before the workbook reader holds any of it in memory.

use std::io::{self, Read, Seek, SeekFrom, Write};

use memchr::memmem;
use zip::ZipArchive;

use super::error::IntakeError;
use super::volumes::Limits;

/// Longest stretch between two tags: the XML reader holds it in memory. A cell has at most 32,767 letters.
const MAX_STRETCH: usize = 1 << 20;
/// Most shared strings: the workbook reader makes room for as many as the file declares.
const MAX_STRINGS: u64 = 4_000_000;
const DECLARED: &[u8] = b"uniqueCount";

/// Unpacks every part into nothing.
///
/// # Errors
/// [`IntakeError::Oversized`], or [`IntakeError::Workbook`] for an archive that is damaged.
pub(super) fn check<R: Read + Seek>(source: &mut R, limits: &Limits) -> Result<(), IntakeError> {
    source.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(source).map_err(damaged)?;
    let mut budget = limits.unpacked_bytes;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        // Pictures and the like are never unpacked.
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let allowed = if name.contains("worksheets/") { budget } else { budget.min(limits.part_bytes) };
        let mut probe = Probe::default();
        let unpacked = io::copy(&mut entry.take(allowed + 1), &mut probe).map_err(damaged)?;
        if unpacked > allowed {
            return Err(IntakeError::Oversized { what: name, limit_mib: allowed >> 20 });
        }
        if let Some(absurdity) = probe.absurdity {
            return Err(IntakeError::Workbook(format!("{name}: {absurdity}")));
        }
        budget -= unpacked;
    }
    Ok(())
}

fn damaged(error: impl std::fmt::Display) -> IntakeError {
    IntakeError::Workbook(error.to_string())
}

/// Watches a part go by.
#[derive(Default)]
struct Probe {
    stretch: usize,
    /// The end of what went by, where a declaration may be cut.
    tail: Vec<u8>,
    absurdity: Option<&'static str>,
}

impl Write for Probe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'>', rest) {
            self.lengthen(at);
            self.stretch = 0;
            rest = &rest[at + 1..];
        }
        self.lengthen(rest.len());
        self.tail.extend_from_slice(bytes);
        if memmem::find_iter(&self.tail, DECLARED).any(|at| is_absurd(&self.tail[at + DECLARED.len()..])) {
            self.absurdity = Some("declares too many shared strings");
        }
        let cut = self.tail.len().saturating_sub(DECLARED.len() + 12);
        self.tail.drain(..cut);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Probe {
    fn lengthen(&mut self, by: usize) {
        self.stretch += by;
        if self.stretch > MAX_STRETCH {
            self.absurdity = Some("one cell or tag is longer than 1 MiB");
        }
    }
}

/// Whether what follows `uniqueCount` is anything but `="` and a sensible number; cut off, it is seen again.
fn is_absurd(rest: &[u8]) -> bool {
    let quoted = match rest {
        [b'=', b'"' | b'\'', quoted @ ..] => quoted,
        [] | [b'='] => return false,
        _ => return true,
    };
    let digits: Vec<u8> = quoted.iter().copied().take_while(u8::is_ascii_digit).collect();
    let declared = digits.iter().fold(0u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    declared > MAX_STRINGS
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(name: &str, bytes: &[u8]) -> Cursor<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn outcome(name: &str, bytes: &[u8]) -> String {
        let limits = Limits { unpacked_bytes: 4 << 20, part_bytes: 2 << 20, ..Limits::default() };
        check(&mut archive(name, bytes), &limits).map_or_else(|fault| fault.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn a_part_that_unpacks_to_more_than_is_allowed_is_refused() {
        let tags = |bytes: usize| b"<v/>".repeat(bytes / 4);
        assert_eq!(outcome("xl/worksheets/sheet1.xml", &tags(4 << 20)), "fine");
        assert!(outcome("xl/worksheets/sheet1.xml", &tags((4 << 20) + 4)).contains("larger than 4 MiB"));
        assert!(outcome("xl/sharedStrings.xml", &tags((2 << 20) + 4)).contains("larger than 2 MiB"));
        assert_eq!(outcome("xl/media/image1.png", &tags(5 << 20)), "fine");
    }

    #[test]
    fn a_part_that_would_fill_the_memory_is_refused() {
        assert!(outcome("xl/worksheets/sheet1.xml", &b"x".repeat((1 << 20) + 1)).contains("longer than 1 MiB"));
        let declared = |count: &str| outcome("xl/sharedStrings.xml", format!("<sst uniqueCount{count}><si/></sst>").as_bytes());
        assert_eq!(declared("=\"17\""), "fine");
        assert!(declared("=\"99999999999\"").contains("too many shared strings"));
        assert!(declared(" = \"99999999999\"").contains("too many shared strings"));
    }
}

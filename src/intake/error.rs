//! Why a whole file cannot be read.

use std::fmt;

/// A column that the file lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// The field of the column map.
    pub field: &'static str,
    /// The header that the column map names; `None` where well-known headers were looked for.
    pub named: Option<String>,
    /// Well-known headers that would have been found.
    pub known: Vec<&'static str>,
}

impl fmt::Display for MissingColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.named {
            Some(named) => write!(f, "{} (the column map names “{named}”)", self.field),
            None => write!(f, "{} (looked for {})", self.field, self.known.join(", ")),
        }
    }
}

/// Why a whole file cannot be read: nothing of it is used.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The source failed while it was read.
    #[error("the file could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// Not a kind of file that is read here.
    #[error("the file looks like {looks_like}; save it as CSV or XLSX and send that")]
    NotTabular {
        /// What its first bytes are.
        looks_like: &'static str,
    },
    /// A ZIP archive that does not read as a workbook.
    #[error("the file is not a readable XLSX workbook ({0}); open it in a spreadsheet program and save it as XLSX again")]
    Workbook(String),
    /// The named sheet is not there.
    #[error("the workbook has no sheet “{wanted}”; its sheets are: {}", found.join(", "))]
    SheetMissing {
        /// The sheet that the column map names.
        wanted: String,
        /// The sheets of the workbook.
        found: Vec<String>,
    },
    /// The column map contradicts itself or the request.
    #[error("the column map is wrong: {}", .0.iter().map(|(field, detail)| format!("{field}: {detail}")).collect::<Vec<_>>().join("; "))]
    ColumnMap(Vec<(String, String)>),
    /// No row of headers has all columns.
    #[error(
        "no header found for: {}. Row {row} has: {}. Name the columns in the column map",
        missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "), found.join(", ")
    )]
    ColumnsMissing {
        /// What was looked for.
        missing: Vec<MissingColumn>,
        /// The headers of the row that has most of them.
        found: Vec<String>,
        /// That row, as a spreadsheet counts.
        row: u32,
    },
    /// Several headers could be the volume; guessing would load the wrong figures.
    #[error("several columns could be the volume: {}; name one as `volume` in the column map", .0.join(", "))]
    VolumeAmbiguous(Vec<String>),
    /// The file is empty.
    #[error("the file has no row")]
    Empty,
    /// The length of the recorded intervals cannot be told.
    #[error("the length of the recorded intervals cannot be inferred ({0}); give `interval_minutes` in the column map")]
    IntervalUnknown(String),
    /// More rows than are read in one go.
    #[error("the file has more than {limit} rows; split it")]
    TooManyRows {
        /// The most that are read.
        limit: u32,
    },
    /// A workbook that unpacks to an absurd size.
    #[error("the workbook is refused: {what} is larger than {limit_mib} MiB unpacked; split it or save it as CSV")]
    Oversized {
        /// Which part of it.
        what: String,
        /// The most that is unpacked.
        limit_mib: u64,
    },
}

//! What is wrong with one cell of one row.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Serialize, Serializer};

/// Why a cell cannot be used. A file may have a million of them, so this stays small and makes its words on demand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The cell is empty or the row ends before it.
    #[error("is empty; fill it in (a volume of none is 0)")]
    Empty,
    /// Not a number.
    #[error("is not a number; write it like 1234 or 1234.5")]
    NotANumber,
    /// A comma that is no thousands separator.
    #[error("has a comma where no thousands separator stands; write decimals with a point")]
    DecimalComma,
    /// Below nought.
    #[error("is negative; volumes are 0 or more")]
    Negative,
    /// Beyond any shop.
    #[error("is larger than 1000000, more than one interval can hold")]
    TooLarge,
    /// Not a length of a recorded interval.
    #[error("is not a length in minutes; give a whole number from 1 to 1440")]
    Minutes,
    /// Not a handling time.
    #[error("is not a handling time; give seconds from 1 to 86400, or HH:MM:SS, or leave it empty where none is known")]
    HandlingTime,
    /// Not a date, or one outside 1970-2199.
    #[error("is not a date from 1970 to 2199; write it like 2026-11-22 08:30")]
    NotADate,
    /// Day, month and year in an order that is not the same everywhere.
    #[error("puts the year last, so day and month could be swapped; write the year first: 2026-11-22")]
    YearLast,
    /// Not a time of day.
    #[error("is not a time of day from 00:00 to 23:59; write it like 08:30")]
    NotATime,
    /// A range or an offset from UTC: both are written `08:30-09:00`.
    #[error("could be a range or an offset from UTC; write the start only, or the offset after seconds: 08:30:00-09:00")]
    RangeOrOffset,
    /// A wall-clock time that a clock change skips.
    #[error("does not exist in {0}: the clock is put forward over it that day; correct the time or give its offset from UTC")]
    Skipped(Tz),
    /// No such queue.
    #[error("is not a queue{}", near.as_ref().map(|name| format!("; did you mean “{name}”?")).unwrap_or_default())]
    UnknownQueue {
        /// The queue's name that is spelt most alike.
        near: Option<Arc<str>>,
    },
    /// The same queue and start as another row, with another figure.
    #[error(
        "contradicts row {other}: same queue and start, different figure; keep one of them{}",
        if *is_doubled { " (the clock is put back over this time: if both hours are meant, give offsets from UTC)" } else { "" }
    )]
    Contradicts {
        /// The other row.
        other: u32,
        /// Whether the start is a wall-clock time that occurs twice.
        is_doubled: bool,
    },
    /// A count that is no whole number.
    #[error("is not a whole number; counts are whole, rates belong into a column read as share_of")]
    NotWhole,
    /// Neither a percentage nor a share.
    #[error("is neither a percentage nor a share; write it like 95.5% or 0.955")]
    NotAShare,
    /// No such shop or queue.
    #[error("is not a shop or queue within reach; correct the name, or create it first")]
    UnknownPlace,
    /// It has not happened yet.
    #[error("lies in the future; figures are of what has been, so correct the date")]
    Future,
    /// Some rows give offsets from UTC and others do not.
    #[error("{}", if *.is_fixed { "gives an offset from UTC while most rows do not; write all times alike" } else { "gives no offset from UTC while most rows do; write all times alike" })]
    MixedZones {
        /// Whether this one gives an offset.
        is_fixed: bool,
    },
    /// A part is larger than its whole.
    #[error("is more than {whole}, of which it is a part; correct one of the two")]
    Impossible {
        /// The whole.
        whole: crate::domain::measure::Measure,
    },
    /// A part would be larger than its whole, with what is stored already.
    #[error(
        "would be more than {whole}, of which it is a part, together with what is stored of that time; send both columns in one file"
    )]
    ImpossibleAfterwards {
        /// The whole.
        whole: crate::domain::measure::Measure,
    },
    /// It would count work twice.
    #[error(
        "counts {measure} over a time that another register of the same agent covers already; send registers of one length, or without that column"
    )]
    CountedTwice {
        /// What would be counted twice.
        measure: crate::domain::measure::Measure,
    },
    /// The recorded interval runs into that of another row.
    #[error("starts before the interval of row {other} ends; their inquiries would count twice")]
    Overlaps {
        /// The other row.
        other: u32,
    },
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowFault {
    /// The row as a spreadsheet shows it: the first line of the file is 1.
    pub row: u32,
    /// The column's header.
    #[serde(serialize_with = "text")]
    pub column: Arc<str>,
    /// What the cell says, cut after 60 characters.
    pub value: Box<str>,
    /// What is wrong with it.
    #[serde(serialize_with = "text")]
    pub reason: Reason,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}, {}: “{}” {}", self.row, self.column, self.value, self.reason)
    }
}

fn text<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_what_and_what_to_do() {
        let reason = Reason::UnknownQueue { near: Some("天猫售前".into()) };
        let fault = RowFault { row: 7, column: "队列".into(), value: "天猫售钱".into(), reason };
        assert_eq!(fault.to_string(), "row 7, 队列: “天猫售钱” is not a queue; did you mean “天猫售前”?");
        let json = serde_json::to_value(&fault).unwrap();
        assert_eq!(json["reason"], "is not a queue; did you mean “天猫售前”?");
        assert_eq!(json["column"], "队列");
    }

    #[test]
    fn a_fault_is_small_enough_for_a_file_full_of_them() {
        assert!(size_of::<RowFault>() <= 64);
    }
}

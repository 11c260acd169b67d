//! Where the rows of a file go.

use super::cell::Row;
use super::error::IntakeError;

/// Takes the rows of a file one by one.
pub(super) trait RowSink {
    /// Takes the next row; `number` as a spreadsheet counts.
    fn row(&mut self, number: u32, cells: &impl Row) -> Result<(), IntakeError>;
}

//! Pure renderers: what a roster looks like to calendars, spreadsheets, dashboards and people.
//!
//! A service fills a [`RosterSheet`] or flat rows; everything here turns those into text or bytes and touches nothing else.

pub mod csv;
pub mod ics;
pub mod rows;
pub mod sheet;
pub mod span;
pub mod summary;
pub mod svg;
pub mod xlsx;

mod palette;
mod words;

pub use sheet::{RosterSheet, SheetAgent, SheetAssignment, SheetQueue};
pub use words::Language;

//! Readers: what a spreadsheet says, as volumes and faults.
//!
//! A file goes through four stages: `source` tells what it is, a reader (`csv`, `xlsx`) streams its rows,
//! the collector turns each row into a volume or into faults, and settling sorts them, infers the length of the recorded
//! intervals and finds rows that contradict each other. Nothing stops at the first fault: a user mends a file once.

mod archive;
mod cell;
mod collect;
mod column_map;
mod csv;
mod error;
mod fault;
mod figure_cells;
mod figure_maps;
mod figures;
mod headers;
pub mod ics;
mod moment;
mod number;
mod people;
mod queues;
mod rows;
mod settle;
mod source;
mod volumes;
mod xlsx;

pub use column_map::{ColumnMap, Delimiter, TextEncoding};
pub use error::{IntakeError, MissingColumn};
pub use fault::{Reason, RowFault};
pub use figure_maps::{ShippedMap, shipped_maps};
pub use figures::{FigureContext, FigureRow, ReadFigures, read_figures};
pub use people::{AgentBook, AgentEntry, Nobody, PlaceBook, PlaceEntry};
pub use queues::{QueueBook, QueueEntry};
pub use source::read_volumes;
pub use volumes::{Limits, ReadContext, ReadVolumes, VolumeRow};

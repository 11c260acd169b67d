//! A grid of intervals in three columns.

use chrono::{DateTime, Utc};

use super::StoreError;
use super::editable::stored;
use super::row::Reader;
use crate::domain::calendar::{Interval, IntervalGrid, IntervalMinutes};

/// The columns that say where the points of a forecast or requirement lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredGrid {
    /// Start of the first interval.
    pub starts_at: DateTime<Utc>,
    /// Length of each.
    pub interval_minutes: i64,
    /// How many.
    pub len: i64,
}

impl StoredGrid {
    /// A grid as columns.
    pub fn of(grid: &IntervalGrid) -> Self {
        Self {
            starts_at: stored(grid.interval(0).start),
            interval_minutes: grid.step().get().into(),
            len: i64::try_from(grid.len()).expect("a grid spans weeks, not millennia"),
        }
    }

    /// The columns as a grid.
    pub fn parse(self, reader: &Reader) -> Result<IntervalGrid, StoreError> {
        let minutes = reader.whole::<u32>("interval_minutes", self.interval_minutes)?;
        let step = reader.checked("interval_minutes", IntervalMinutes::new(minutes))?;
        let len = reader.whole::<i32>("grid_len", self.len)?;
        let end = self.starts_at + step.duration() * len;
        Ok(IntervalGrid::covering(Interval { start: self.starts_at, end }, step))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::NOW;
    use super::*;

    #[test]
    fn a_grid_reads_back_the_same() {
        let grid = IntervalGrid::covering(Interval { start: NOW, end: NOW + Duration::hours(170) }, IntervalMinutes::HALF_HOUR);
        let columns = StoredGrid::of(&grid);
        assert_eq!((columns.interval_minutes, columns.len), (30, 340));
        assert_eq!(columns.parse(&Reader::new("forecasts", 1)).unwrap(), grid);
        assert!(StoredGrid { interval_minutes: 20, ..columns }.parse(&Reader::new("forecasts", 1)).is_err());
    }
}

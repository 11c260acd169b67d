//! A queue's history as it was recorded, with its faults: what a forecast may learn from at a date, and what arrived.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::dirt::{self, Dirt};
use super::effects::Dates;
use super::history::History;
use crate::domain::history::{FaultKind, HistoryFault, HistoryOverrule};

/// A history and its owner's word on parts of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded<'a> {
    /// As its rows have it.
    pub raw: &'a History,
    /// The zone of its wall clock.
    pub zone: Tz,
    /// What its owner says of it.
    pub overrules: &'a [HistoryOverrule],
}

impl Recorded<'_> {
    /// What a forecast made on `until` may learn from: faults are those that show in the days before it.
    pub fn before(&self, dates: Dates<'_>, until: NaiveDate) -> History {
        dirt::treated(self.raw, &dirt::find(self.raw, dates, until), self.zone, self.overrules)
    }

    /// What arrived: gaps and outages hide it, a surge does not.
    pub fn as_seen(&self, dates: Dates<'_>) -> History {
        let mut found = self.found(dates);
        found.retain(|dirt| matches!(dirt.kind, FaultKind::Gap | FaultKind::Outage));
        dirt::treated(self.raw, &found, self.zone, self.overrules)
    }

    /// Its faults, as their owner is told of them.
    pub fn faults(&self, dates: Dates<'_>) -> Vec<HistoryFault> {
        dirt::told(&self.found(dates), self.zone, self.raw.step_minutes(), self.overrules)
    }

    fn found(&self, dates: Dates<'_>) -> Vec<Dirt> {
        dirt::find(self.raw, dates, NaiveDate::MAX)
    }
}

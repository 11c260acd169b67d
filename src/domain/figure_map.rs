//! Which column of an export is which measure: one map for each platform's sheet.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::ids::FigureMapId;
use super::measure::Measure;
use super::organisation::Platform;

/// How a cell becomes a count. Rates and averages are multiplied out: what is stored is their numerator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadAs {
    /// As it stands, whole.
    #[default]
    Count,
    /// Seconds, stored in milliseconds.
    Seconds,
    /// Minutes, stored in milliseconds.
    Minutes,
    /// Whole units of money, stored in cents.
    Money,
    /// A share of another measure of the row, `95.5%` or `0.955`.
    ShareOf(Measure),
    /// What is missing to another measure of the row: 3分钟未回复人数.
    RestOf(Measure),
    /// An average in seconds over another measure of the row.
    SecondsEach(Measure),
    /// An average in minutes over another measure of the row.
    MinutesEach(Measure),
}

impl ReadAs {
    /// The other measure of the row that it needs.
    pub fn base(self) -> Option<Measure> {
        match self {
            Self::ShareOf(base) | Self::RestOf(base) | Self::SecondsEach(base) | Self::MinutesEach(base) => Some(base),
            Self::Count | Self::Seconds | Self::Minutes | Self::Money => None,
        }
    }
}

/// One column that is read. The same header may feed several measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureColumn {
    /// Its header.
    pub header: String,
    /// What it counts.
    pub measure: Measure,
    /// How its cells are read.
    #[serde(default)]
    pub read_as: ReadAs,
}

/// Which column is what. Columns that are not named are looked for under well-known headers, Chinese and English; without
/// `measures` every header that is a measure's code or Chinese name is read as a count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FigureMap {
    /// Who: name or staff number.
    pub agent: Option<String>,
    /// The shop, by name or id.
    pub shop: Option<String>,
    /// The queue, by name or id.
    pub queue: Option<String>,
    /// Date and time at which a register starts.
    pub start: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its time of day.
    pub time: Option<String>,
    /// Length of every register, minutes; else 120 where a row has a time of day, and the whole day where it has none.
    pub register_minutes: Option<u32>,
    /// IANA zone of local times; else that of the shop's site.
    pub zone: Option<Tz>,
    /// XLSX only: the sheet to read; else the first.
    pub sheet: Option<String>,
    /// The columns that are read.
    pub measures: Vec<MeasureColumn>,
}

/// A map that users have saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedMap {
    /// Identity.
    pub id: FigureMapId,
    /// Display name.
    pub name: String,
    /// Whose exports it reads.
    pub platform: Platform,
    /// The map.
    pub columns: FigureMap,
}

impl FigureMap {
    /// Adds what is wrong with the map.
    pub fn check(&self, faults: &mut Faults) {
        let twice = self.start.is_some() && (self.date.is_some() || self.time.is_some());
        faults.expect(!twice, "/columns/start", "give either start, or date and time");
        let minutes = self.register_minutes.is_none_or(|minutes| (1..=1440).contains(&minutes));
        faults.expect(minutes, "/columns/register_minutes", "must be between 1 and 1440");
        for (place, column) in self.measures.iter().enumerate() {
            let pointer = format!("/columns/measures/{place}");
            faults.expect(!column.header.trim().is_empty(), format!("{pointer}/header"), "must not be empty");
            let once = self.measures[..place].iter().all(|other| other.measure != column.measure);
            faults.expect(once, format!("{pointer}/measure"), format!("{} is read from another column already", column.measure));
            let Some(base) = column.read_as.base() else { continue };
            let known = self.measures.iter().any(|other| other.measure == base && other.read_as.base().is_none());
            let detail = format!("needs a column that gives {base} as a count; add one, it may be the same header");
            faults.expect(known, format!("{pointer}/read_as"), detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_the_column_of_its_base_and_no_measure_is_read_twice() {
        let column = |header: &str, measure, read_as| MeasureColumn { header: header.into(), measure, read_as };
        let rate = column("30秒应答率", Measure::Within30s, ReadAs::ShareOf(Measure::Within30sOf));
        let base = column("咨询人数", Measure::Within30sOf, ReadAs::Count);
        let faults = |measures: Vec<MeasureColumn>| {
            let mut faults = Faults::default();
            FigureMap { measures, ..FigureMap::default() }.check(&mut faults);
            faults.into_list().into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert_eq!(faults(vec![rate.clone(), base.clone()]), [""; 0]);
        assert_eq!(faults(vec![rate.clone()]), ["#/columns/measures/0/read_as"]);
        assert_eq!(faults(vec![rate, base.clone(), base]), ["#/columns/measures/2/measure"]);
    }
}

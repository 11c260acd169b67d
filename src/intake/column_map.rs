//! Which column of a file is what.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The longest interval a volume is recorded for: a day.
pub(super) const MAX_RECORD_MINUTES: u32 = 24 * 60;

/// What stands between the cells of a CSV line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

/// How a CSV writes its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    /// UTF-8, with or without byte-order mark.
    Utf8,
    /// GB18030, which reads GBK and GB2312 as well: what Chinese Excel saves.
    Gb18030,
}

/// Which column of a file is what. Columns are named by their headers; one that is not named is looked for under
/// well-known headers, Chinese and English. Whatever else is not given is told from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnMap {
    /// Date and time at which a recorded interval starts.
    pub start: Option<String>,
    /// Its date alone, together with `time`.
    pub date: Option<String>,
    /// Its time of day alone, together with `date`.
    pub time: Option<String>,
    /// The queue, by name or id.
    pub queue: Option<String>,
    /// How many inquiries arrived.
    pub volume: Option<String>,
    /// Length of the recorded interval, minutes.
    pub minutes: Option<String>,
    /// Average handling time of the inquiries, seconds or `HH:MM:SS`.
    pub aht: Option<String>,
    /// Length of every recorded interval, 1-1440 minutes, where no column says it; else the smallest step between the
    /// starts of one queue.
    pub interval_minutes: Option<u32>,
    /// IANA zone of local times; else that of the queue's site. An offset in a value wins.
    pub zone: Option<Tz>,
    /// CSV only.
    pub delimiter: Option<Delimiter>,
    /// CSV only; else UTF-8 if the file is valid UTF-8, or GB18030.
    pub encoding: Option<TextEncoding>,
    /// XLSX only: the sheet to read; else the first.
    pub sheet: Option<String>,
}

impl ColumnMap {
    /// Every fault, as a field and what is wrong with it.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| faults.push((field.to_owned(), detail));
        if self.start.is_some() && (self.date.is_some() || self.time.is_some()) {
            fault("start", "give either `start`, or `date` and `time`".to_owned());
        }
        if self.time.is_some() && self.date.is_none() && self.start.is_none() {
            fault("time", "a time needs its date: give `date` too".to_owned());
        }
        if let Some(minutes) = self.interval_minutes
            && !(1..=MAX_RECORD_MINUTES).contains(&minutes)
        {
            fault("interval_minutes", format!("must be between 1 and {MAX_RECORD_MINUTES}, got {minutes}"));
        }
        if self.minutes.is_some() && self.interval_minutes.is_some() {
            fault("interval_minutes", "give either the column `minutes` or `interval_minutes`".to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contradiction_of_a_map_is_named() {
        let map = ColumnMap {
            start: Some("start".into()),
            date: Some("date".into()),
            minutes: Some("minutes".into()),
            interval_minutes: Some(0),
            ..ColumnMap::default()
        };
        let fields: Vec<String> = map.faults().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["start", "interval_minutes", "interval_minutes"]);
        assert_eq!(ColumnMap::default().faults(), []);
    }

    #[test]
    fn a_map_reads_from_json_and_refuses_a_field_it_does_not_know() {
        let map: ColumnMap = serde_json::from_str(r#"{"volume":"咨询量","zone":"Asia/Shanghai","delimiter":"tab"}"#).unwrap();
        assert_eq!(map.zone, Some(Tz::Asia__Shanghai));
        assert_eq!(map.delimiter, Some(Delimiter::Tab));
        assert!(serde_json::from_str::<ColumnMap>(r#"{"volumes":"calls"}"#).is_err());
    }
}

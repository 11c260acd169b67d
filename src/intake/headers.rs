//! Finding the columns of a file by its headers.

use std::sync::Arc;

use super::cell::plain;
use super::column_map::ColumnMap;
use super::error::{IntakeError, MissingColumn};

pub(super) const START: &[&str] = &[
    "start",
    "starts at",
    "start time",
    "datetime",
    "date time",
    "timestamp",
    "interval start",
    "开始时间",
    "起始时间",
    "日期时间",
    "时段开始",
    "统计时间",
];
pub(super) const DATE: &[&str] = &["date", "day", "日期", "统计日期"];
pub(super) const TIME: &[&str] = &["time", "hour", "interval", "时间", "时段", "时间段", "统计时段", "小时"];
pub(super) const QUEUE: &[&str] = &[
    "queue id",
    "queue",
    "queue name",
    "skill group",
    "队列id",
    "队列",
    "队列名称",
    "技能组",
    "技能组名称",
    "客服组",
    "接待组",
    "咨询组",
];
const VOLUME: &[&str] = &[
    "volume",
    "inquiries",
    "calls",
    "chats",
    "contacts",
    "conversations",
    "offered",
    "count",
    "咨询量",
    "咨询人数",
    "咨询数",
    "会话量",
    "会话数",
    "接待量",
    "接待人数",
    "进线量",
    "来电量",
    "呼入量",
    "人工接待人数",
    "人工已接待会话量",
];
const MINUTES: &[&str] = &["minutes", "interval minutes", "length minutes", "分钟", "分钟数", "时长(分钟)", "间隔(分钟)"];

const AHT: &[&str] = &[
    "aht",
    "aht secs",
    "aht(secs)",
    "average handling time",
    "handling time",
    "平均处理时长",
    "平均处理时长(秒)",
    "平均会话时长",
    "平均会话时长(秒)",
    "平均通话时长",
];

/// Where a row's start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartColumns {
    /// Date and time in one column.
    One(usize),
    /// In two.
    Two {
        /// The date.
        date: usize,
        /// The time of day.
        time: usize,
    },
}

/// Which column is what, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) start: StartColumns,
    /// `None` where every row belongs to the queue that the caller gives.
    pub(super) queue: Option<usize>,
    pub(super) volume: usize,
    pub(super) minutes: Option<usize>,
    /// `None` where handling time is not recorded.
    pub(super) aht: Option<usize>,
    /// The headers.
    pub(super) names: Vec<Arc<str>>,
}

impl Columns {
    /// The header of a column.
    pub(super) fn name(&self, column: usize) -> Arc<str> {
        self.names.get(column).cloned().unwrap_or_else(|| "".into())
    }
}

/// Why a row is not the row of headers.
#[derive(Debug)]
pub(super) enum HeaderFault {
    /// It lacks columns.
    Missing(Vec<MissingColumn>),
    /// It has all columns, but one of them twice.
    Fatal(IntakeError),
}

/// Finds the columns in a row of headers. A fixed queue needs no queue column.
pub(super) fn find(map: &ColumnMap, headers: &[String], has_fixed_queue: bool) -> Result<Columns, HeaderFault> {
    let search = Search { folded: headers.iter().map(|header| fold(header)).collect() };
    let mut missing = Vec::new();
    let start = search.start(map, &mut missing);
    let queue = match has_fixed_queue {
        true => None,
        false => search.required("queue", &map.queue, QUEUE, &mut missing),
    };
    let volume = search.required("volume", &map.volume, VOLUME, &mut missing);
    let minutes = match (&map.minutes, map.interval_minutes) {
        (Some(_), _) => search.required("minutes", &map.minutes, MINUTES, &mut missing),
        (None, Some(_)) => None,
        (None, None) => search.known(MINUTES),
    };
    let aht = match &map.aht {
        Some(_) => search.required("aht", &map.aht, AHT, &mut missing),
        None => search.known(AHT),
    };
    let (Some(start), Some(volume), true) = (start, volume, missing.is_empty()) else {
        return Err(HeaderFault::Missing(missing));
    };
    if map.volume.is_none() {
        let candidates: Vec<usize> =
            (0..headers.len()).filter(|column| VOLUME.contains(&search.folded[*column].as_str())).collect();
        if candidates.len() > 1 {
            let names = candidates.into_iter().map(|column| headers[column].clone()).collect();
            return Err(HeaderFault::Fatal(IntakeError::VolumeAmbiguous(names)));
        }
    }
    let names = headers.iter().map(|header| header.trim().into()).collect();
    Ok(Columns { start, queue, volume, minutes, aht, names })
}

struct Search {
    folded: Vec<String>,
}

impl Search {
    fn named(&self, name: &str) -> Option<usize> {
        let wanted = fold(name);
        self.folded.iter().position(|header| *header == wanted)
    }

    /// The column under a well-known header; the list names the surest first.
    fn known(&self, known: &[&str]) -> Option<usize> {
        known.iter().find_map(|name| self.named(name))
    }

    fn required(
        &self,
        field: &'static str,
        named: &Option<String>,
        known: &[&'static str],
        missing: &mut Vec<MissingColumn>,
    ) -> Option<usize> {
        let found = match named {
            Some(name) => self.named(name),
            None => self.known(known),
        };
        if found.is_none() {
            missing.push(MissingColumn { field, named: named.clone(), known: known.to_vec() });
        }
        found
    }

    /// What the map names comes first, then one column with both, then date and time, then whichever of them is alone:
    /// `时间` beside `日期` is a time of day, without it a date and time.
    fn start(&self, map: &ColumnMap, missing: &mut Vec<MissingColumn>) -> Option<StartColumns> {
        if map.date.is_some() {
            let date = self.required("date", &map.date, DATE, missing);
            let time = match &map.time {
                Some(_) => self.required("time", &map.time, TIME, missing),
                None => self.known(TIME),
            };
            return match (date, time) {
                (Some(date), Some(time)) => Some(StartColumns::Two { date, time }),
                (date, _) => date.map(StartColumns::One),
            };
        }
        if map.start.is_some() {
            return self.required("start", &map.start, START, missing).map(StartColumns::One);
        }
        let start = match (self.known(START), self.known(DATE), self.known(TIME)) {
            (Some(start), _, _) => Some(StartColumns::One(start)),
            (None, Some(date), Some(time)) => Some(StartColumns::Two { date, time }),
            (None, date, time) => date.or(time).map(StartColumns::One),
        };
        if start.is_none() {
            missing.push(MissingColumn { field: "start", named: None, known: [START, &["日期", "时段"]].concat() });
        }
        start
    }
}

/// Headers are compared without case, width, underscores and the space around brackets.
pub(super) fn fold(header: &str) -> String {
    let narrow = plain(header).to_lowercase().replace(['_', '-'], " ");
    narrow.split_whitespace().collect::<Vec<_>>().join(" ").replace(" (", "(")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(headers: &[&str]) -> Vec<String> {
        headers.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn well_known_headers_are_found_in_both_languages() {
        let english = find(&ColumnMap::default(), &row(&["Queue_Name", "Starts-At", "Inquiries", "AHT (secs)"]), false).unwrap();
        assert_eq!(english.aht, Some(3));
        assert_eq!((english.start, english.queue, english.volume), (StartColumns::One(1), Some(0), 2));
        let chinese = find(&ColumnMap::default(), &row(&["日期", "时段", "技能组", "咨询量", "时长（分钟）"]), false).unwrap();
        assert_eq!(chinese.start, StartColumns::Two { date: 0, time: 1 });
        assert_eq!((chinese.queue, chinese.volume, chinese.minutes, chinese.aht), (Some(2), 3, Some(4), None));
    }

    #[test]
    fn a_time_alone_holds_the_date_too() {
        let columns = find(&ColumnMap::default(), &row(&["时间", "咨询量"]), true).unwrap();
        assert_eq!(columns.start, StartColumns::One(0));
        assert_eq!(columns.queue, None);
    }

    #[test]
    fn named_columns_win_over_well_known_ones() {
        let map = ColumnMap { volume: Some("人工".into()), start: Some("Slot".into()), ..ColumnMap::default() };
        let columns = find(&map, &row(&["start", "slot", "calls", "人工", "chats"]), true).unwrap();
        assert_eq!((columns.start, columns.volume), (StartColumns::One(1), 3));
    }

    #[test]
    fn every_missing_column_is_named() {
        let map = ColumnMap { volume: Some("人工".into()), ..ColumnMap::default() };
        let Err(HeaderFault::Missing(missing)) = find(&map, &row(&["a", "b"]), false) else { panic!("nothing was missing") };
        let fields: Vec<_> = missing.iter().map(|column| column.field).collect();
        assert_eq!(fields, ["start", "queue", "volume"]);
        assert_eq!(missing[2].to_string(), "volume (the column map names “人工”)");
    }

    #[test]
    fn two_columns_that_could_be_the_volume_are_not_guessed_between() {
        let fault = find(&ColumnMap::default(), &row(&["start", "咨询人数", "人工接待人数"]), true).unwrap_err();
        assert!(matches!(fault, HeaderFault::Fatal(IntakeError::VolumeAmbiguous(names)) if names.len() == 2));
    }
}

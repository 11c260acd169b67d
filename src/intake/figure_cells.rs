//! The columns of a sheet of figures, and what their cells count.

use std::sync::Arc;

use super::cell::{Cell, plain};
use super::error::MissingColumn;
use super::fault::Reason;
use super::headers::{DATE, QUEUE, START, TIME, fold};
use super::number::{number, parse};
use crate::domain::figure_map::{FigureMap, ReadAs};
use crate::domain::measure::Measure;

const AGENT: &[&str] = &[
    "agent",
    "agent id",
    "agent name",
    "staff number",
    "staff no",
    "客服",
    "客服工号",
    "工号",
    "客服账号",
    "客服昵称",
    "客服名称",
    "子账号",
    "姓名",
    "客服姓名",
];
const SHOP: &[&str] = &["shop", "shop id", "shop name", "店铺", "店铺名称", "店铺id"];
/// More of anything than a shop can have in a day: cents and milliseconds included.
const MAX_COUNT: f64 = 1e13;

/// One column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadColumn {
    pub(super) column: usize,
    pub(super) measure: Measure,
    pub(super) read_as: ReadAs,
}

/// Which column is what, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetColumns {
    pub(super) agent: usize,
    pub(super) shop: Option<usize>,
    pub(super) queue: Option<usize>,
    pub(super) start: Option<usize>,
    pub(super) date: Option<usize>,
    pub(super) time: Option<usize>,
    pub(super) measures: Vec<ReadColumn>,
    /// The headers.
    pub(super) names: Vec<Arc<str>>,
    /// Headers that nothing is read from.
    pub(super) unread: Vec<String>,
}

impl SheetColumns {
    /// Finds the columns in a row of headers, or names those it lacks.
    pub(super) fn find(map: &FigureMap, headers: &[String], has_place: bool, has_date: bool) -> Result<Self, Vec<MissingColumn>> {
        let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
        let at = |name: &str| folded.iter().position(|header| *header == fold(name));
        let known = |names: &[&str]| names.iter().find_map(|name| at(name));
        let mut missing = Vec::new();
        let mut find = |field: &'static str, named: &Option<String>, names: &[&'static str], is_needed: bool| {
            let found = named.as_ref().map_or_else(|| known(names), |name| at(name));
            if found.is_none() && (is_needed || named.is_some()) {
                missing.push(MissingColumn { field, named: named.clone(), known: names.to_vec() });
            }
            found
        };
        let agent = find("agent", &map.agent, AGENT, true);
        let queue = find("queue", &map.queue, QUEUE, false);
        let shop = find("shop", &map.shop, SHOP, queue.is_none() && !has_place);
        let start = if map.date.is_some() { None } else { find("start", &map.start, START, false) };
        let date = if start.is_some() { None } else { find("date", &map.date, DATE, !has_date) };
        let time = if start.is_some() { None } else { find("time", &map.time, TIME, false) };
        let measures = columns_of(map, &at);
        if measures.is_empty() {
            let known = vec!["a measure's code or Chinese name, see GET /api/v1/figure-measures"];
            missing.push(MissingColumn { field: "measures", named: None, known });
        }
        let Some(agent) = agent.filter(|_| missing.is_empty()) else { return Err(missing) };
        let read = |column: &usize| {
            [Some(agent), queue, shop, start, date, time].contains(&Some(*column))
                || measures.iter().any(|read| read.column == *column)
        };
        let unread = (0..headers.len()).filter(|column| !read(column)).map(|column| headers[column].trim().to_owned());
        let unread = unread.filter(|header| !header.is_empty()).collect();
        let names = headers.iter().map(|header| header.trim().into()).collect();
        Ok(Self { agent, shop, queue, start, date, time, measures, names, unread })
    }
}

/// The measures that the file has columns for; exports have some more or less from month to month.
fn columns_of(map: &FigureMap, at: &impl Fn(&str) -> Option<usize>) -> Vec<ReadColumn> {
    if map.measures.is_empty() {
        let named = |measure: Measure| at(measure.code()).or_else(|| at(measure.chinese()));
        let found = |measure| named(measure).map(|column| ReadColumn { column, measure, read_as: ReadAs::Count });
        return Measure::ALL.into_iter().filter_map(found).collect();
    }
    let found = map
        .measures
        .iter()
        .filter_map(|read| Some(ReadColumn { column: at(&read.header)?, measure: read.measure, read_as: read.read_as }));
    found.collect()
}

/// A count that stands by itself; `None` where nothing was recorded.
pub(super) fn whole(cell: &Cell<'_>, read_as: ReadAs) -> Result<Option<i64>, Reason> {
    let factor = match read_as {
        ReadAs::Seconds => 1_000.0,
        ReadAs::Minutes => 60_000.0,
        ReadAs::Money => 100.0,
        _ => 1.0,
    };
    let Some(value) = recorded(cell)? else { return Ok(None) };
    if read_as == ReadAs::Count && value.fract() != 0.0 {
        return Err(Reason::NotWhole);
    }
    counted(value * factor).map(Some)
}

/// A count that a rate, an average or a rest gives of another one.
pub(super) fn derived(cell: &Cell<'_>, read_as: ReadAs, base: i64) -> Result<Option<i64>, Reason> {
    let of_base = base as f64;
    if matches!(read_as, ReadAs::ShareOf(_)) {
        return share(cell)?.map(|share| counted(share * of_base)).transpose();
    }
    let Some(value) = recorded(cell)? else { return Ok(None) };
    match read_as {
        ReadAs::RestOf(_) if value.fract() != 0.0 => Err(Reason::NotWhole),
        ReadAs::RestOf(whole) if value > of_base => Err(Reason::Impossible { whole }),
        ReadAs::RestOf(_) => Ok(Some(base - counted(value)?)),
        ReadAs::SecondsEach(_) => counted(value * of_base * 1_000.0).map(Some),
        _ => counted(value * of_base * 60_000.0).map(Some),
    }
}

/// Exports write a dash where there was nothing to count.
fn recorded(cell: &Cell<'_>) -> Result<Option<f64>, Reason> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) if plain(text).chars().all(|letter| "-—–/".contains(letter)) => Ok(None),
        other => match number(other)? {
            value if value < 0.0 => Err(Reason::Negative),
            value => Ok(Some(value)),
        },
    }
}

fn counted(value: f64) -> Result<i64, Reason> {
    if value > MAX_COUNT { Err(Reason::TooLarge) } else { Ok(value.round() as i64) }
}

/// `95.5%` or `0.955`. A bare 95.5 could be either, and so could 1: it is taken as all.
fn share(cell: &Cell<'_>) -> Result<Option<f64>, Reason> {
    let share = match cell {
        Cell::Text(text) => match plain(text).strip_suffix('%') {
            Some(percent) => Some(parse(percent.trim())? / 100.0),
            None => recorded(cell)?,
        },
        other => recorded(other)?,
    };
    match share {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(Reason::NotAShare),
        share => Ok(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_averages_are_multiplied_out() {
        let base = ReadAs::ShareOf(Measure::Within30sOf);
        assert_eq!(derived(&Cell::text("95.5%"), base, 200), Ok(Some(191)));
        assert_eq!(derived(&Cell::Number(0.955), base, 200), Ok(Some(191)));
        assert_eq!(derived(&Cell::text("95.5"), base, 200), Err(Reason::NotAShare));
        assert_eq!(derived(&Cell::text("-"), base, 200), Ok(None));
        let rest = ReadAs::RestOf(Measure::HumanNeededPeople);
        assert_eq!(derived(&Cell::text("3"), rest, 50), Ok(Some(47)));
        assert_eq!(derived(&Cell::text("51"), rest, 50), Err(Reason::Impossible { whole: Measure::HumanNeededPeople }));
        assert_eq!(derived(&Cell::text("0.5"), ReadAs::MinutesEach(Measure::AnsweredTurns), 30), Ok(Some(900_000)));
        assert_eq!(derived(&Cell::text("12.4"), ReadAs::SecondsEach(Measure::AnsweredTurns), 5), Ok(Some(62_000)));
    }

    #[test]
    fn counts_are_whole_and_money_is_kept_in_cents() {
        assert_eq!(whole(&Cell::text("1,234"), ReadAs::Count), Ok(Some(1234)));
        assert_eq!(whole(&Cell::text("12.5"), ReadAs::Count), Err(Reason::NotWhole));
        assert_eq!(whole(&Cell::text("-3"), ReadAs::Count), Err(Reason::Negative));
        assert_eq!(whole(&Cell::text("19.99"), ReadAs::Money), Ok(Some(1999)));
        assert_eq!(whole(&Cell::text("--"), ReadAs::Count), Ok(None));
        assert_eq!(whole(&Cell::Empty, ReadAs::Seconds), Ok(None));
    }
}

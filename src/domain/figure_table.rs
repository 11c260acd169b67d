//! Days of figures, column by column over all of them: a month of a team is fifty thousand registers, and no list of its own
//! for each day and measure.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Utc};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::figure_day::FigureKey;
use super::ids::TeamId;
use super::measure::Measure;

/// One day in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDay {
    /// Who, when and where.
    pub key: FigureKey,
    /// The team the agent belonged to when the day was first recorded.
    pub team_id: TeamId,
    /// Its registers among those of the table.
    pub registers: Range<usize>,
}

/// The registers of many days.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FigureTable {
    /// The days, in the order in which they were added.
    pub days: Vec<TableDay>,
    /// Start and minutes of each register.
    pub spans: Vec<(DateTime<Utc>, u32)>,
    /// Counts by measure; one that was not recorded is not a number. A column may end before the table does.
    columns: Vec<Vec<f64>>,
}

impl FigureTable {
    /// Adds a day as it is written down: see the form of [`super::figure_day::DayRegisters`]. Only those measures are read for
    /// which `is_wanted` has a true.
    ///
    /// # Errors
    /// Those of the reader, for what is not in that form; the table is then of no use.
    pub fn push<'de, D: Deserializer<'de>>(
        &mut self,
        (key, team_id): (FigureKey, TeamId),
        registers: D,
        is_wanted: &[bool; Measure::COUNT],
    ) -> Result<(), D::Error> {
        self.columns.resize_with(Measure::COUNT, Vec::new);
        let first = self.spans.len();
        registers.deserialize_map(DayVisitor { table: self, is_wanted })?;
        self.days.push(TableDay { key, team_id, registers: first..self.spans.len() });
        Ok(())
    }

    /// The counts of a measure, register by register; `None` where none has it.
    pub fn column(&self, measure: Measure) -> Option<&[f64]> {
        self.columns.get(measure.index()).filter(|column| !column.is_empty()).map(Vec::as_slice)
    }
}

struct DayVisitor<'a> {
    table: &'a mut FigureTable,
    is_wanted: &'a [bool; Measure::COUNT],
}

impl<'de> Visitor<'de> for DayVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut at, mut minutes): (Vec<i64>, Vec<u32>) = (Vec::new(), Vec::new());
        let first = self.table.spans.len();
        let mut lengths = [None; Measure::COUNT];
        // They are written in their order: the next is most often the one after the last.
        let mut coming = Measure::ALL.into_iter();
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match name.as_ref() {
                "at" => at = map.next_value()?,
                "minutes" => minutes = map.next_value()?,
                code => {
                    let next = coming.find(|measure| measure.code() == code);
                    let measure: Measure = next.map_or_else(|| code.parse().map_err(Error::custom), Ok)?;
                    if self.is_wanted[measure.index()] {
                        let column = &mut self.table.columns[measure.index()];
                        column.resize(first, f64::NAN);
                        map.next_value_seed(Counts(column))?;
                        lengths[measure.index()] = Some(column.len() - first);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
        }
        if minutes.len() != at.len() || lengths.into_iter().flatten().any(|length| length != at.len()) {
            return Err(Error::custom("its lists are not of one length"));
        }
        for (at, minutes) in at.into_iter().zip(minutes) {
            let starts_at = DateTime::from_timestamp(at.saturating_mul(60), 0);
            self.table.spans.push((starts_at.ok_or_else(|| Error::custom("a start is beyond the calendar"))?, minutes));
        }
        Ok(())
    }
}

/// Reads a list of counts onto the end of a column.
struct Counts<'a>(&'a mut Vec<f64>);

impl<'de> DeserializeSeed<'de> for Counts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Counts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of counts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut counts: A) -> Result<(), A::Error> {
        while let Some(count) = counts.next_element::<Option<i64>>()? {
            self.0.push(count.map_or(f64::NAN, |count| count as f64));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure_day::Place;
    use super::super::ids::{AgentId, ShopId};
    use super::*;

    fn read(table: &mut FigureTable, date: &str, text: &str, wanted: &[Measure]) -> Result<(), serde_json::Error> {
        let nil = uuid::Uuid::nil();
        let place = Place { shop_id: ShopId(nil), queue_id: None };
        let key = FigureKey { agent_id: AgentId(nil), date: date.parse().unwrap(), place };
        let mut is_wanted = [false; Measure::COUNT];
        wanted.iter().for_each(|measure| is_wanted[measure.index()] = true);
        table.push((key, TeamId(nil)), &mut serde_json::Deserializer::from_str(text), &is_wanted)
    }

    #[test]
    fn days_lie_one_after_the_other_and_what_one_of_them_lacks_is_not_a_number() {
        let mut table = FigureTable::default();
        let wanted = [Measure::Turns, Measure::Sessions, Measure::Inquirers];
        read(
            &mut table,
            "2026-11-22",
            r#"{"at":[29922240,29922360],"minutes":[120,60],"turns":[5,null],"paid_cents":[7,8]}"#,
            &wanted,
        )
        .unwrap();
        read(&mut table, "2026-11-23", r#"{"at":[29923680],"minutes":[120],"sessions":[3]}"#, &wanted).unwrap();
        assert_eq!(table.days.iter().map(|day| day.registers.clone()).collect::<Vec<_>>(), [0..2, 2..3]);
        assert_eq!(table.spans[1], ("2026-11-22T10:00:00Z".parse().unwrap(), 60));
        let seen =
            |measure| table.column(measure).map(|counts| counts.iter().map(|count| format!("{count}")).collect::<Vec<_>>());
        assert_eq!(seen(Measure::Turns).unwrap(), ["5", "NaN"]);
        assert_eq!(seen(Measure::Sessions).unwrap(), ["NaN", "NaN", "3"]);
        assert_eq!((seen(Measure::Inquirers), seen(Measure::PaidCents)), (None, None));
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in [
            r#"{"at":[1,2],"minutes":[120]}"#,
            r#"{"at":[1],"minutes":[120],"turns":[1,2]}"#,
            r#"{"at":[1],"minutes":[120],"rate":[1]}"#,
            r#"{"at":[9223372036854775807],"minutes":[120]}"#,
        ] {
            assert!(read(&mut FigureTable::default(), "2026-11-22", text, &[Measure::Turns]).is_err(), "{text}");
        }
    }
}

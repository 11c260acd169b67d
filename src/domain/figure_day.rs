//! Days of figures: what was counted of one agent at one place on one date.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ids::{AgentId, QueueId, ShopId, TeamId};
use super::measure::Measure;

/// Where an agent's work was done: a shop, and the queue where the source knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The shop.
    pub shop_id: ShopId,
    /// Its queue; `None` where the source counts the shop as one.
    pub queue_id: Option<QueueId>,
}

/// What was counted, measure by measure. One that is absent was not recorded: that is not nought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<Measure, i64>);

impl Counts {
    /// The count of a measure.
    pub fn get(&self, measure: Measure) -> Option<i64> {
        self.0.get(&measure).copied()
    }

    /// Every part that is larger than its whole, with both counts.
    pub fn impossible(&self) -> impl Iterator<Item = (Measure, Measure)> + '_ {
        let parts = self.0.iter().filter_map(|(part, count)| Some((*part, *count, part.whole()?)));
        parts
            .filter(|(_, count, whole)| self.get(*whole).is_some_and(|whole| whole < *count))
            .map(|(part, _, whole)| (part, whole))
    }
}

impl FromIterator<(Measure, i64)> for Counts {
    fn from_iter<T: IntoIterator<Item = (Measure, i64)>>(counts: T) -> Self {
        Self(counts.into_iter().collect())
    }
}

/// What was recorded of one agent at one place in `[starts_at, starts_at + minutes)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Start, on a whole minute.
    pub starts_at: DateTime<Utc>,
    /// Length, 1-1440 (1500 on the day the clock is put back).
    pub minutes: u32,
    /// What was counted.
    pub counts: Counts,
}

/// Why a register is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// Nobody has the name.
    Unknown,
    /// Several have it.
    Ambiguous,
}

/// The key of a day of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureKey {
    /// Who.
    pub agent_id: AgentId,
    /// The local date on which its registers begin.
    pub date: NaiveDate,
    /// Where.
    pub place: Place,
}

/// The registers of one agent at one place on one date, column by column: a month of a team has fifty thousand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayRegisters {
    /// Start and minutes of each, ascending.
    pub spans: Vec<(DateTime<Utc>, u32)>,
    /// For every measure that one of them has, the counts of all of them.
    pub columns: Vec<(Measure, Vec<Option<i64>>)>,
}

impl DayRegisters {
    /// The count of a measure in a register.
    pub fn count(&self, register: usize, measure: Measure) -> Option<i64> {
        self.column(measure).and_then(|counts| counts[register])
    }

    /// The counts of a measure, register by register; `None` where none of them has it.
    pub fn column(&self, measure: Measure) -> Option<&[Option<i64>]> {
        self.columns.iter().find(|(other, _)| *other == measure).map(|(_, counts)| counts.as_slice())
    }

    /// The sum of a measure over those registers that have it.
    pub fn sum(&self, measure: Measure) -> Option<i64> {
        self.column(measure)?.iter().flatten().copied().reduce(|sum, count| sum.saturating_add(count))
    }

    /// The registers one by one.
    pub fn registers(&self) -> impl Iterator<Item = Register> + '_ {
        self.spans.iter().enumerate().map(|(at, (starts_at, minutes))| Register {
            starts_at: *starts_at,
            minutes: *minutes,
            counts: self.columns.iter().filter_map(|(measure, counts)| Some((*measure, counts[at]?))).collect(),
        })
    }
}

impl FromIterator<Register> for DayRegisters {
    /// Of registers in any order.
    fn from_iter<T: IntoIterator<Item = Register>>(registers: T) -> Self {
        let mut registers: Vec<Register> = registers.into_iter().collect();
        registers.sort_by_key(|register| (register.starts_at, register.minutes));
        let mut columns: BTreeMap<Measure, Vec<Option<i64>>> = BTreeMap::new();
        for (at, register) in registers.iter().enumerate() {
            for (measure, count) in &register.counts.0 {
                columns.entry(*measure).or_insert_with(|| vec![None; registers.len()])[at] = Some(*count);
            }
        }
        let spans = registers.iter().map(|register| (register.starts_at, register.minutes)).collect();
        Self { spans, columns: columns.into_iter().collect() }
    }
}

/// One day of one agent at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureDay {
    /// Who, when and where.
    pub key: FigureKey,
    /// The team the agent belonged to when the day was first recorded.
    pub team_id: TeamId,
    /// What was recorded.
    pub registers: DayRegisters,
}

/// A register that is left out of a day, for it contradicts what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// Its length.
    pub minutes: u32,
    /// What it contradicts.
    pub why: Contradiction,
}

/// How a register contradicts those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contradiction {
    /// It shares time and a measure with one of another span: the same work would count twice.
    CountedTwice {
        /// Start of the one that is there.
        other_starts_at: DateTime<Utc>,
        /// Its length.
        other_minutes: u32,
        /// The first measure they share.
        measure: Measure,
    },
    /// With what the same span says already, a part would be larger than its whole.
    Impossible {
        /// The part.
        part: Measure,
        /// The whole.
        whole: Measure,
    },
}

/// What became of a day when registers were laid over it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// The day now.
    pub registers: DayRegisters,
    /// Registers that were not there.
    pub inserted: u64,
    /// Registers of which a count is new or another.
    pub changed: u64,
    /// Registers that were there just so.
    pub unchanged: u64,
    /// Registers left out.
    pub left_out: Vec<LeftOut>,
}

impl DayRegisters {
    /// Lays new registers over those that are there. One of the same span replaces the counts that it names and leaves the
    /// others: a late correction, or another file with other columns. One that shares time and a measure with another span, or
    /// makes a part larger than its whole, is left out, and told.
    pub fn merged(&self, new: impl IntoIterator<Item = Register>) -> Merged {
        let mut outcome = Merged::default();
        let mut there: BTreeMap<(DateTime<Utc>, u32), Counts> =
            self.registers().map(|register| ((register.starts_at, register.minutes), register.counts)).collect();
        for register in new {
            let span = (register.starts_at, register.minutes);
            if let Some(why) = there.iter().find_map(|(other, counts)| contradiction(&register, *other, counts)) {
                outcome.left_out.push(LeftOut { starts_at: register.starts_at, minutes: register.minutes, why });
                continue;
            }
            match there.get_mut(&span) {
                None => {
                    outcome.inserted += 1;
                    there.insert(span, register.counts);
                }
                Some(counts) => {
                    let is_same = register.counts.0.iter().all(|(measure, count)| counts.get(*measure) == Some(*count));
                    if is_same {
                        outcome.unchanged += 1
                    } else {
                        outcome.changed += 1
                    }
                    counts.0.extend(register.counts.0);
                }
            }
        }
        let registers = there.into_iter().map(|((starts_at, minutes), counts)| Register { starts_at, minutes, counts });
        outcome.registers = registers.collect();
        outcome
    }
}

fn contradiction(new: &Register, other: (DateTime<Utc>, u32), counts: &Counts) -> Option<Contradiction> {
    let end = |start: DateTime<Utc>, minutes: u32| start + Duration::minutes(i64::from(minutes));
    let (other_starts_at, other_minutes) = other;
    if (new.starts_at, new.minutes) == other {
        let mut both = counts.clone();
        both.0.extend(&new.counts.0);
        // What was so before is not the new one's doing.
        let is_new = |measure: Measure| new.counts.get(measure).is_some();
        let (part, whole) = both.impossible().find(|(part, whole)| is_new(*part) || is_new(*whole))?;
        return Some(Contradiction::Impossible { part, whole });
    }
    let shares_time = new.starts_at < end(other_starts_at, other_minutes) && other_starts_at < end(new.starts_at, new.minutes);
    let measure = *new.counts.0.keys().find(|measure| shares_time && counts.0.contains_key(measure))?;
    Some(Contradiction::CountedTwice { other_starts_at, other_minutes, measure })
}

/// One object with a list for each column: `at` in minutes since 1970, `minutes`, and the measures by their codes.
impl Serialize for DayRegisters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2 + self.columns.len()))?;
        let at: Vec<i64> = self.spans.iter().map(|(starts_at, _)| starts_at.timestamp().div_euclid(60)).collect();
        map.serialize_entry("at", &at)?;
        let minutes: Vec<u32> = self.spans.iter().map(|(_, minutes)| *minutes).collect();
        map.serialize_entry("minutes", &minutes)?;
        for (measure, counts) in &self.columns {
            map.serialize_entry(measure.code(), counts)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for DayRegisters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ColumnsVisitor)
    }
}

struct ColumnsVisitor;

impl<'de> Visitor<'de> for ColumnsVisitor {
    type Value = DayRegisters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list for each column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DayRegisters, A::Error> {
        use serde::de::Error;
        let (mut at, mut minutes): (Vec<i64>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut columns: Vec<(Measure, Vec<Option<i64>>)> = Vec::new();
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match name.as_ref() {
                "at" => at = map.next_value()?,
                "minutes" => minutes = map.next_value()?,
                code => columns.push((code.parse().map_err(Error::custom)?, map.next_value()?)),
            }
        }
        if minutes.len() != at.len() || columns.iter().any(|(_, counts)| counts.len() != at.len()) {
            return Err(Error::custom("its lists are not of one length"));
        }
        let starts_at = |at: i64| DateTime::from_timestamp(at.saturating_mul(60), 0);
        let spans = at.into_iter().zip(minutes).map(|(at, minutes)| Some((starts_at(at)?, minutes)));
        let spans = spans.collect::<Option<_>>().ok_or_else(|| Error::custom("a start is beyond the calendar"))?;
        Ok(DayRegisters { spans, columns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(hour: u32, counts: &[(Measure, i64)]) -> Register {
        let starts_at = format!("2026-11-22T{hour:02}:00:00Z").parse().unwrap();
        Register { starts_at, minutes: 120, counts: counts.iter().copied().collect() }
    }

    #[test]
    fn registers_keep_their_counts_column_by_column_and_what_was_not_recorded_is_not_nought() {
        let late = register(10, &[(Measure::Turns, 7)]);
        let early = register(8, &[(Measure::Turns, 5), (Measure::SlowResponses, 0)]);
        let day: DayRegisters = [late.clone(), early.clone()].into_iter().collect();
        assert_eq!(day.registers().collect::<Vec<_>>(), [early, late]);
        assert_eq!(
            (day.sum(Measure::Turns), day.sum(Measure::SlowResponses), day.sum(Measure::Inquirers)),
            (Some(12), Some(0), None)
        );
        assert_eq!(day.count(1, Measure::SlowResponses), None);
    }

    #[test]
    fn a_part_larger_than_its_whole_is_impossible() {
        let counts: Counts =
            [(Measure::AskedPeople, 5), (Measure::AnsweredPeople, 6), (Measure::Inquirers, 0)].into_iter().collect();
        assert_eq!(counts.impossible().collect::<Vec<_>>(), [(Measure::AnsweredPeople, Measure::AskedPeople)]);
        let counts: Counts =
            [(Measure::AskedPeople, 6), (Measure::AnsweredPeople, 6), (Measure::PaidPeople, 3)].into_iter().collect();
        assert_eq!(counts.impossible().count(), 0);
    }

    #[test]
    fn a_correction_replaces_the_counts_it_names_and_leaves_the_others() {
        let day: DayRegisters = [register(8, &[(Measure::Turns, 5), (Measure::Sessions, 3)])].into_iter().collect();
        let again = day.merged(day.registers());
        assert_eq!((again.registers, again.inserted, again.changed, again.unchanged), (day.clone(), 0, 0, 1));
        let late = day.merged([register(8, &[(Measure::Turns, 6)]), register(10, &[(Measure::Turns, 1)])]);
        assert_eq!((late.inserted, late.changed, late.unchanged, late.left_out), (1, 1, 0, vec![]));
        assert_eq!((late.registers.sum(Measure::Turns), late.registers.sum(Measure::Sessions)), (Some(7), Some(3)));
    }

    #[test]
    fn work_is_not_counted_twice_by_registers_of_different_spans() {
        let day: DayRegisters = [register(8, &[(Measure::Turns, 5)])].into_iter().collect();
        let whole_day = |measure| Register { minutes: 1440, ..register(0, &[(measure, 9)]) };
        let merged = day.merged([whole_day(Measure::Turns), whole_day(Measure::GoodReviews)]);
        let told: Vec<_> = merged.left_out.iter().map(|left_out| left_out.why).collect();
        let (other_starts_at, other_minutes) = day.spans[0];
        assert_eq!(told, [Contradiction::CountedTwice { other_starts_at, other_minutes, measure: Measure::Turns }]);
        assert_eq!((merged.inserted, merged.registers.sum(Measure::Turns)), (1, Some(5)));
        // The next register begins where this one ends.
        assert_eq!(day.merged([register(10, &[(Measure::Turns, 1)])]).left_out, []);
    }

    #[test]
    fn a_correction_that_makes_a_part_larger_than_its_whole_is_left_out() {
        let (part, whole) = (Measure::AnsweredPeople, Measure::AskedPeople);
        let day: DayRegisters = [register(8, &[(part, 18), (whole, 20)])].into_iter().collect();
        for counts in [[(whole, 3)], [(part, 21)]] {
            let merged = day.merged([register(8, &counts)]);
            assert_eq!((merged.registers, merged.changed), (day.clone(), 0));
            let told: Vec<_> = merged.left_out.iter().map(|left_out| left_out.why).collect();
            assert_eq!(told, [Contradiction::Impossible { part, whole }]);
        }
        let together = day.merged([register(8, &[(part, 3), (whole, 3)])]);
        assert_eq!((together.changed, together.left_out), (1, vec![]));
        // One that was stored so may be corrected elsewhere.
        let known: DayRegisters = [register(8, &[(part, 9), (whole, 3)])].into_iter().collect();
        assert_eq!(known.merged([register(8, &[(Measure::Turns, 1)])]).left_out, []);
    }

    #[test]
    fn a_day_reads_back_from_its_columns() {
        let day: DayRegisters =
            [register(8, &[(Measure::Turns, 5), (Measure::Sessions, 3)]), register(10, &[(Measure::Turns, 7)])]
                .into_iter()
                .collect();
        let text = serde_json::to_string(&day).unwrap();
        assert_eq!(text, r#"{"at":[29922240,29922360],"minutes":[120,120],"sessions":[3,null],"turns":[5,7]}"#);
        assert_eq!(serde_json::from_str::<DayRegisters>(&text).unwrap(), day);
        assert!(serde_json::from_str::<DayRegisters>(r#"{"at":[1,2],"minutes":[120]}"#).is_err());
        assert!(serde_json::from_str::<DayRegisters>(r#"{"at":[1],"minutes":[120],"rate":[1]}"#).is_err());
    }
}

//! Adding the registers of many days up into the samples of one figure.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::comparison::Sample;
use crate::domain::figure::{Figure, LinearSum, Tally};
use crate::domain::figure_table::FigureTable;

/// A table, and what each of its registers belongs to.
#[derive(Debug, Clone)]
pub struct PlacedTable {
    table: FigureTable,
    registers: Vec<Placed>,
}

/// What a register belongs to.
#[derive(Debug, Clone, Copy)]
struct Placed {
    /// Day of the common era, as chrono counts.
    day: i32,
    subject: Option<usize>,
    stratum: usize,
}

impl PlacedTable {
    /// Places every register: `subject_of` and `local` take the places of a day and of a register; a register without a subject
    /// is left out, and `local` is the wall clock at its start.
    pub fn new(
        table: FigureTable,
        subject_of: impl Fn(&FigureTable, usize, usize) -> Option<usize>,
        local: impl Fn(&FigureTable, usize, usize) -> NaiveDateTime,
    ) -> Self {
        let mut registers = Vec::with_capacity(table.spans.len());
        for (at, day) in table.days.iter().enumerate() {
            let date = day.key.date;
            registers.extend(day.registers.clone().map(|register| Placed {
                day: date.num_days_from_ce(),
                subject: subject_of(&table, at, register),
                stratum: stratum(date, local(&table, at, register), table.spans[register].1),
            }));
        }
        Self { table, registers }
    }
}

/// The samples of one figure in `[from, until)`, by subject.
pub fn samples(figure: &Figure, subjects: usize, (from, until): (NaiveDate, NaiveDate), tables: &[PlacedTable]) -> Vec<Sample> {
    let days = usize::try_from((until - from).num_days()).unwrap_or_default();
    let first = from.num_days_from_ce();
    let mut samples = vec![Sample::empty(days); subjects];
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for PlacedTable { table, registers } in tables {
        if !(add_up(&figure.above, table, &mut above) && add_up(&figure.below, table, &mut below)) {
            continue;
        }
        for (placed, (above, below)) in registers.iter().zip(above.iter().zip(&below)) {
            // A register that lacks one of the measures adds to neither side.
            let (Some(subject), false) = (placed.subject, above.is_nan() || below.is_nan()) else { continue };
            let Some(date) = usize::try_from(placed.day - first).ok().filter(|date| *date < days) else { continue };
            let tally = Tally { above: *above, below: *below };
            let sample = &mut samples[subject];
            sample.strata[placed.stratum] += tally;
            let sum = &mut sample.days[date];
            *sum += tally;
            if figure.is_sum() {
                sum.below = 1.0;
            }
        }
    }
    samples
}

/// A side of a figure, register by register, not a number where a measure was not recorded; whether any can have it.
fn add_up(side: &LinearSum, table: &FigureTable, sums: &mut Vec<f64>) -> bool {
    sums.clear();
    sums.resize(table.spans.len(), side.constant);
    for (measure, factor) in &side.terms {
        let Some(counts) = table.column(*measure) else { return false };
        let (known, beyond) = sums.split_at_mut(counts.len());
        known.iter_mut().zip(counts).for_each(|(sum, count)| *sum += factor * count);
        beyond.fill(f64::NAN);
    }
    true
}

/// The stratum, of [`STRATA`](super::STRATA), of a register of so many minutes that began then by the wall clock.
pub fn stratum(date: NaiveDate, local: NaiveDateTime, minutes: u32) -> usize {
    let is_weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let part = match local.hour() {
        _ if minutes > 720 => 4,
        0..8 => 0,
        8..12 => 1,
        12..18 => 2,
        _ => 3,
    };
    part + if is_weekend { 5 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;
    use crate::domain::figure_day::{FigureKey, Place};
    use crate::domain::ids::{AgentId, ShopId, TeamId};
    use crate::domain::measure::Measure;

    fn table(days: &[(u32, &str)]) -> FigureTable {
        let mut table = FigureTable::default();
        for (day, text) in days {
            let nil = uuid::Uuid::nil();
            let date: NaiveDate = format!("2026-11-{day}").parse().unwrap();
            let key = FigureKey { agent_id: AgentId(nil), date, place: Place { shop_id: ShopId(nil), queue_id: None } };
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            table.push((key, TeamId(nil)), &value, &[true; Measure::COUNT]).unwrap();
        }
        table
    }

    fn placed(table: FigureTable, subject: usize) -> PlacedTable {
        PlacedTable::new(table, |_, _, _| Some(subject), |table, _, register| table.spans[register].0.naive_utc())
    }

    fn tally(above: f64, below: f64) -> Tally {
        Tally { above, below }
    }

    #[test]
    fn registers_are_added_up_by_day_and_by_part_of_the_week_and_one_that_lacks_a_measure_adds_to_neither_side() {
        let (from, until): (NaiveDate, NaiveDate) = ("2026-11-21".parse().unwrap(), "2026-11-24".parse().unwrap());
        let midnight = |day: u32| {
            (from + chrono::Days::new(u64::from(day - 21))).and_time(chrono::NaiveTime::MIN).and_utc().timestamp() / 60
        };
        let text = |day: u32, hours: &[i64], minutes: &str, counts: &str| {
            let at: Vec<i64> = hours.iter().map(|hour| midnight(day) + hour * 60).collect();
            (day, format!(r#"{{"at":{at:?},"minutes":{minutes},{counts}}}"#))
        };
        let own = [
            // The second has no orders: 4 of 10 on Saturday morning.
            text(21, &[8, 13], "[120,120]", r#""inquirers":[10,20],"ordered_people":[4,null],"sessions":[7,8]"#),
            // Monday's night, evening, and a register of the whole day.
            text(23, &[2, 19, 0], "[120,120,1440]", r#""inquirers":[5,8,100],"ordered_people":[1,2,30]"#),
            // After the period.
            text(24, &[9], "[120]", r#""inquirers":[9],"ordered_people":[9]"#),
        ];
        let others = [text(23, &[9], "[120]", r#""inquirers":[50]"#)];
        let tables = |days: &[(u32, String)]| table(&days.iter().map(|(day, text)| (*day, text.as_str())).collect::<Vec<_>>());
        let tables = [placed(tables(&own), 0), placed(tables(&others), 1)];
        let figure = |code: &str| shipped().iter().find(|figure| figure.spec.code == code).unwrap();

        let conversion = samples(figure("order_conversion"), 2, (from, until), &tables);
        assert_eq!(conversion[0].days, [tally(4.0, 10.0), tally(0.0, 0.0), tally(33.0, 113.0)]);
        let mut strata = [Tally::default(); 10];
        (strata[0], strata[3], strata[4], strata[6]) = (tally(1.0, 5.0), tally(2.0, 8.0), tally(30.0, 100.0), tally(4.0, 10.0));
        assert_eq!(conversion[0].strata, strata);
        assert_eq!(conversion[1], Sample::empty(3));

        // A plain sum is by recorded day: fifteen chats in two registers of one day.
        let chats = samples(figure("chats_received"), 2, (from, until), &tables);
        assert_eq!(chats[0].days, [tally(15.0, 1.0), tally(0.0, 0.0), tally(0.0, 0.0)]);
        assert_eq!((chats[0].strata[6], chats[0].strata[7]), (tally(7.0, 1.0), tally(8.0, 1.0)));
    }
}

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

fn stratum(date: NaiveDate, local: NaiveDateTime, minutes: u32) -> usize {
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

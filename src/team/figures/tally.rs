//! Adding registers up, figure by figure.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::figure::{Figure, LinearSum, Tally};
use crate::domain::figure_day::{DayRegisters, FigureDay};
use crate::domain::measure::Measure;

type Columns<'a> = [Option<&'a [Option<i64>]>; Measure::COUNT];

/// Gives every figure of every register: its place among `figures`, the register's place, and the sums. A register that lacks
/// one of a figure's measures has nothing of it.
pub fn tally_day(figures: &[Figure], day: &DayRegisters, mut take: impl FnMut(usize, usize, Tally)) {
    let mut columns: Columns<'_> = [None; Measure::COUNT];
    for (measure, counts) in &day.columns {
        columns[measure.index()] = Some(counts);
    }
    for (place, figure) in figures.iter().enumerate() {
        let needed = figure.above.terms.iter().chain(&figure.below.terms);
        if needed.clone().any(|(measure, _)| columns[measure.index()].is_none()) {
            continue;
        }
        for register in 0..day.spans.len() {
            if let (Some(above), Some(below)) =
                (value(&figure.above, &columns, register), value(&figure.below, &columns, register))
            {
                take(place, register, Tally { above, below });
            }
        }
    }
}

fn value(sum: &LinearSum, columns: &Columns<'_>, register: usize) -> Option<f64> {
    sum.value(|measure| columns[measure.index()].and_then(|counts| counts[register]))
}

/// The sums of every figure, by whatever `key` makes of a day and one of its registers; registers without a key are left out.
pub fn tally_days<'a, K: Eq + Hash>(
    figures: &[Figure],
    days: impl IntoIterator<Item = &'a FigureDay>,
    mut key: impl FnMut(&FigureDay, usize) -> Option<K>,
) -> HashMap<K, Vec<Tally>> {
    let mut sums: HashMap<K, Vec<Tally>> = HashMap::new();
    for day in days {
        // Registers of a day have few keys, most often one: a register's is made once, not once for every figure.
        let keys: Vec<Option<K>> = (0..day.registers.spans.len()).map(|register| key(day, register)).collect();
        let mut of_register = vec![vec![Tally::default(); figures.len()]; keys.len()];
        tally_day(figures, &day.registers, |figure, register, tally| of_register[register][figure] += tally);
        for (key, tallies) in keys.into_iter().zip(of_register) {
            let Some(key) = key else { continue };
            let sum = sums.entry(key).or_insert_with(|| vec![Tally::default(); figures.len()]);
            sum.iter_mut().zip(tallies).for_each(|(sum, tally)| *sum += tally);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;
    use crate::domain::figure_day::{FigureKey, Place, Register};
    use crate::domain::ids::{AgentId, ShopId, TeamId};

    fn day(registers: &[&[(Measure, i64)]]) -> FigureDay {
        let starts_at = |at: usize| format!("2026-11-22T{:02}:00:00Z", 8 + 2 * at).parse().unwrap();
        let registers = registers.iter().enumerate().map(|(at, counts)| Register {
            starts_at: starts_at(at),
            minutes: 120,
            counts: counts.iter().copied().collect(),
        });
        let nil = uuid::Uuid::nil();
        let place = Place { shop_id: ShopId(nil), queue_id: None };
        let key = FigureKey { agent_id: AgentId(nil), date: "2026-11-22".parse().unwrap(), place };
        FigureDay { key, team_id: TeamId(nil), registers: registers.collect() }
    }

    fn figure(code: &str) -> Figure {
        shipped().iter().find(|figure| figure.spec.code == code).unwrap().clone()
    }

    #[test]
    fn a_rate_of_several_registers_is_that_of_all_their_chats_and_not_the_mean_of_their_rates() {
        // 1 of 2 and 90 of 100: 91 of 102, not (0.5 + 0.9) / 2.
        let figures = [figure("order_conversion")];
        let day = day(&[
            &[(Measure::Inquirers, 2), (Measure::OrderedPeople, 1)],
            &[(Measure::Inquirers, 100), (Measure::OrderedPeople, 90)],
        ]);
        let sums = tally_days(&figures, [&day], |_, _| Some(()));
        assert_eq!(sums[&()], [Tally { above: 91.0, below: 102.0 }]);
    }

    #[test]
    fn a_register_without_one_of_the_measures_adds_to_neither_side() {
        let figures = [figure("order_conversion"), figure("chats_received")];
        let day = day(&[
            &[(Measure::Inquirers, 10), (Measure::OrderedPeople, 4)],
            &[(Measure::Inquirers, 30), (Measure::Sessions, 31)],
        ]);
        let sums = tally_days(&figures, [&day], |_, register| Some(register));
        assert_eq!(sums[&0], [Tally { above: 4.0, below: 10.0 }, Tally::default()]);
        assert_eq!(sums[&1], [Tally::default(), Tally { above: 31.0, below: 1.0 }]);
        let value = |at: usize, figure: usize| sums[&at][figure].value(&figures[figure]);
        assert_eq!((value(0, 0), value(0, 1), value(1, 0), value(1, 1)), (Some(0.4), None, None, Some(31.0)));
    }
}

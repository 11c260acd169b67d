//! Rows of team figures.

use super::FigureRow;
use crate::domain::figure::{Figure, Tally};

/// A row for each figure that something was counted of; `head` has the place and date of the sums.
pub fn figure_rows(head: &FigureRow, figures: &[Figure], tallies: &[Tally]) -> Vec<FigureRow> {
    let counted = figures.iter().zip(tallies).filter_map(|(figure, tally)| Some((figure, tally, tally.value(figure)?)));
    let rows = counted.map(|(figure, tally, value)| FigureRow {
        figure: figure.spec.code.clone(),
        name_zh: figure.spec.name_zh.clone(),
        name_en: figure.spec.name_en.clone(),
        definition: match &figure.spec.denominator {
            Some(denominator) => format!("({}) / ({denominator})", figure.spec.numerator),
            None => figure.spec.numerator.clone(),
        },
        numerator: tally.above,
        denominator: (!figure.is_sum()).then_some(tally.below),
        value,
        ..head.clone()
    });
    rows.collect()
}

//! Rows of team figures.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CompareBy, FigureRow, FlatRow, flat_rows};
use crate::domain::figure::{Figure, FigureSpec, Tally};
use crate::team::figures::Comparison;

flat_rows! {
    /// One figure of one agent, team, shop, queue or hour of the week: a period against the one before and against everybody.
    #[schema(example = json!({ "from": "2026-11-01", "to": "2026-12-01", "base_from": "2026-10-02", "base_to": "2026-11-01", "by": "agent",
        "id": "01936d7e-0000-7000-8000-0000000000a1", "name": "王芳", "staff_number": "A001", "weekday": null, "hour": null,
        "figure": "order_conversion", "name_zh": "下单转化率", "name_en": "Order conversion", "definition": "(ordered_people) / (inquirers)",
        "numerator": 310.0, "denominator": 1000.0, "value": 0.31, "base": 0.38, "change": -0.07, "p_value": 0.0001,
        "is_more_than_chance": true, "is_better": false, "adjusted": 0.33, "everybody": 0.36, "p_value_against_everybody": 0.02,
        "differs_from_everybody": false }))]
    ComparisonRow {
        /// First day of the period.
        from: NaiveDate,
        /// The day after its last.
        to: NaiveDate,
        /// First day of the period compared with.
        base_from: NaiveDate,
        /// The day after the last of that.
        base_to: NaiveDate,
        /// What is compared.
        by: CompareBy,
        /// Which; `null` for an hour, and for figures whose queue is not known.
        id: Option<Uuid>,
        /// Its display name; of an hour `Mon 09:00`.
        name: Option<String>,
        /// Staff number of an agent.
        staff_number: Option<String>,
        /// Day of the week of an hour, 1 is Monday.
        weekday: Option<u32>,
        /// Hour of the day.
        hour: Option<u32>,
        /// Code of the figure.
        figure: String,
        /// Its name in Chinese.
        name_zh: String,
        /// Its name in English.
        name_en: String,
        /// What it is: an expression over measures.
        definition: String,
        /// Sum above the line.
        numerator: f64,
        /// Sum below the line; of a plain sum, the recorded days.
        denominator: f64,
        /// The value in the period; of a plain sum, by recorded day. `null` where nothing was counted.
        value: Option<f64>,
        /// The value in the period before.
        base: Option<f64>,
        /// Value less base.
        change: Option<f64>,
        /// The chance of such a change, or a larger one, where there is none; `null` with too few days.
        p_value: Option<f64>,
        /// Whether the change is more than chance, all tests of the answer considered.
        is_more_than_chance: bool,
        /// Whether the change is for the better; `null` where neither way is.
        is_better: Option<bool>,
        /// The value as it would be with everybody's mix of shifts.
        adjusted: Option<f64>,
        /// Everybody's value over the same parts of the week.
        everybody: Option<f64>,
        /// The chance of such a difference from all others where there is none.
        p_value_against_everybody: Option<f64>,
        /// Whether the subject differs from all others by more than chance.
        differs_from_everybody: bool,
    }
}

/// A row for each figure that something was counted of; `head` has the place and date of the sums.
pub fn figure_rows(head: &FigureRow, figures: &[Figure], tallies: &[Tally]) -> Vec<FigureRow> {
    let counted = figures.iter().zip(tallies).filter_map(|(figure, tally)| Some((figure, tally, tally.value(figure)?)));
    let rows = counted.map(|(figure, tally, value)| FigureRow {
        figure: figure.spec.code.clone(),
        name_zh: figure.spec.name_zh.clone(),
        name_en: figure.spec.name_en.clone(),
        definition: definition(&figure.spec),
        numerator: tally.above,
        denominator: (!figure.is_sum()).then_some(tally.below),
        value,
        ..head.clone()
    });
    rows.collect()
}

/// What is compared in some rows: `head` has the periods and whose they are, the rest is of the figure.
#[derive(Debug, Clone)]
pub struct ComparisonHead {
    /// First day of the period, and the day after its last.
    pub period: (NaiveDate, NaiveDate),
    /// The same of the period compared with.
    pub base: (NaiveDate, NaiveDate),
    /// What is compared.
    pub by: CompareBy,
    /// Which.
    pub id: Option<Uuid>,
    /// Its display name.
    pub name: Option<String>,
    /// Staff number of an agent.
    pub staff_number: Option<String>,
    /// Hour of the week, 0 is Monday's first.
    pub hour_of_week: Option<u32>,
}

/// The row of a figure, which moved so against the period before, and stands so apart from everybody.
pub fn comparison_row(head: &ComparisonHead, figure: &Figure, moved: &Comparison, apart: &Comparison) -> ComparisonRow {
    ComparisonRow {
        from: head.period.0,
        to: head.period.1,
        base_from: head.base.0,
        base_to: head.base.1,
        by: head.by,
        id: head.id,
        name: head.name.clone().or_else(|| head.hour_of_week.map(hour_name)),
        staff_number: head.staff_number.clone(),
        weekday: head.hour_of_week.map(|hour| hour / 24 + 1),
        hour: head.hour_of_week.map(|hour| hour % 24),
        figure: figure.spec.code.clone(),
        name_zh: figure.spec.name_zh.clone(),
        name_en: figure.spec.name_en.clone(),
        definition: definition(&figure.spec),
        numerator: moved.tally.above,
        denominator: moved.tally.below,
        value: moved.value,
        base: moved.base,
        change: moved.change(),
        p_value: moved.p_value,
        is_more_than_chance: moved.is_more_than_chance,
        is_better: moved.is_better(figure),
        adjusted: moved.adjusted,
        everybody: moved.everybody,
        p_value_against_everybody: apart.p_value,
        differs_from_everybody: apart.is_more_than_chance,
    }
}

/// `Mon 09:00`.
fn hour_name(hour_of_week: u32) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    format!("{} {:02}:00", DAYS[(hour_of_week / 24 % 7) as usize], hour_of_week % 24)
}

fn definition(spec: &FigureSpec) -> String {
    match &spec.denominator {
        Some(denominator) => format!("({}) / ({denominator})", spec.numerator),
        None => spec.numerator.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::figures::shipped;

    #[test]
    fn what_moved_and_what_stands_apart_are_told_each_for_itself() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (period, base) = ((date("2026-11-08"), date("2026-11-15")), (date("2026-11-01"), date("2026-11-08")));
        let head =
            ComparisonHead { period, base, by: CompareBy::Agent, id: None, name: None, staff_number: None, hour_of_week: None };
        let moved = Comparison { value: Some(0.3), base: Some(0.4), p_value: Some(0.5), ..Comparison::default() };
        let apart = Comparison { p_value: Some(0.001), is_more_than_chance: true, ..moved };
        let conversion = shipped().iter().find(|figure| figure.code() == "order_conversion").unwrap();
        let row = comparison_row(&head, conversion, &moved, &apart);
        assert_eq!((row.p_value, row.is_more_than_chance), (Some(0.5), false));
        assert_eq!((row.p_value_against_everybody, row.differs_from_everybody), (Some(0.001), true));
        assert_eq!((row.is_better, row.from, row.base_to), (Some(false), period.0, base.1));
        assert!((row.change.unwrap() + 0.1).abs() < 1e-12);
    }
}

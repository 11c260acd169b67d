//! Expressions over measures, as users write them: `ordered_people`, `handling_millis / 1000`, `turns - slow_responses`.
//!
//! The evaluator knows numbers, measures, brackets and `+ - * /`, and nothing else. Its values are linear sums: the product of
//! two measures, or a measure in a divisor, is refused, because such a figure could not be added up over agents and days.

use std::str::FromStr;

use exmex::{BinOp, Express, FlatEx, MakeOperators, Operator, ops_factory};

use crate::domain::figure::LinearSum;
use crate::domain::measure::Measure;

/// Longest expression, in characters.
const MAX_LENGTH: usize = 500;

/// Why a text is no expression over measures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionFault {
    /// Empty or too long.
    #[error("must be an expression of 1 to {MAX_LENGTH} characters over measures, for example ordered_people")]
    Length,
    /// Not an expression.
    #[error("does not read as an expression ({0}); write numbers, measures, brackets and + - * /")]
    Syntax(String),
    /// It names something that is not counted.
    #[error("names what is not a measure: {}; GET /api/v1/figure-measures lists them", .0.join(", "))]
    UnknownMeasures(Vec<String>),
    /// It multiplies or divides by a measure.
    #[error("multiplies or divides by a measure, so it cannot be added up over days; put the divisor into the denominator")]
    NotLinear,
    /// It has a constant part, or is nothing but one.
    #[error("adds a constant or has no measure left; only sums of measures times numbers add up over days")]
    Constant,
}

/// A value of the evaluator.
#[derive(Debug, Clone, PartialEq)]
struct Form {
    factors: [f64; Measure::COUNT],
    constant: f64,
    is_linear: bool,
}

impl Default for Form {
    fn default() -> Self {
        Self { factors: [0.0; Measure::COUNT], constant: 0.0, is_linear: true }
    }
}

impl FromStr for Form {
    type Err = std::num::ParseFloatError;

    fn from_str(number: &str) -> Result<Self, Self::Err> {
        Ok(Self { constant: number.parse()?, ..Self::default() })
    }
}

impl Form {
    fn of(measure: Measure) -> Self {
        let mut form = Self::default();
        form.factors[measure.index()] = 1.0;
        form
    }

    fn is_number(&self) -> bool {
        self.factors.iter().all(|factor| *factor == 0.0)
    }

    fn times(mut self, number: f64) -> Self {
        self.factors.iter_mut().for_each(|factor| *factor *= number);
        self.constant *= number;
        self
    }

    fn plus(mut self, other: Self) -> Self {
        self.factors.iter_mut().zip(other.factors).for_each(|(factor, more)| *factor += more);
        self.constant += other.constant;
        self.is_linear &= other.is_linear;
        self
    }

    fn product(self, other: Self) -> Self {
        let is_linear = self.is_linear && other.is_linear && (self.is_number() || other.is_number());
        let (form, number) = if other.is_number() { (self, other.constant) } else { (other, self.constant) };
        Self { is_linear, ..form.times(number) }
    }

    fn quotient(self, other: Self) -> Self {
        let is_linear = self.is_linear && other.is_linear && other.is_number() && other.constant != 0.0;
        Self { is_linear, ..self.times(1.0 / other.constant) }
    }
}

ops_factory!(
    Arithmetic,
    Form,
    Operator::make_bin_unary("+", BinOp { apply: Form::plus, prio: 1, is_commutative: true }, |form| form),
    Operator::make_bin_unary(
        "-",
        BinOp { apply: |left: Form, right: Form| left.plus(right.times(-1.0)), prio: 1, is_commutative: false },
        |form: Form| form.times(-1.0)
    ),
    Operator::make_bin("*", BinOp { apply: Form::product, prio: 2, is_commutative: true }),
    Operator::make_bin("/", BinOp { apply: Form::quotient, prio: 3, is_commutative: false })
);

/// Reads an expression as a sum of measures times numbers.
///
/// # Errors
/// [`ExpressionFault`].
pub fn parse(text: &str) -> Result<LinearSum, ExpressionFault> {
    if text.trim().is_empty() || text.chars().count() > MAX_LENGTH {
        return Err(ExpressionFault::Length);
    }
    let syntax = |fault: exmex::ExError| ExpressionFault::Syntax(fault.to_string());
    let expression = FlatEx::<Form, Arithmetic>::parse(text).map_err(syntax)?;
    let unknown: Vec<String> = expression.var_names().iter().filter(|name| name.parse::<Measure>().is_err()).cloned().collect();
    if !unknown.is_empty() {
        return Err(ExpressionFault::UnknownMeasures(unknown));
    }
    let measures: Vec<Form> = expression.var_names().iter().filter_map(|name| name.parse().ok()).map(Form::of).collect();
    let form = expression.eval(&measures).map_err(syntax)?;
    if !form.is_linear || !form.constant.is_finite() || form.factors.iter().any(|factor| !factor.is_finite()) {
        return Err(ExpressionFault::NotLinear);
    }
    let terms = Measure::ALL.into_iter().zip(form.factors).filter(|(_, factor)| *factor != 0.0);
    let sum = LinearSum { terms: terms.collect(), constant: form.constant };
    if sum.constant != 0.0 || sum.terms.is_empty() { Err(ExpressionFault::Constant) } else { Ok(sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(Measure, f64)> {
        parse(text).unwrap().terms
    }

    #[test]
    fn sums_of_measures_times_numbers_are_read() {
        assert_eq!(terms("ordered_people"), [(Measure::OrderedPeople, 1.0)]);
        assert_eq!(terms(" reply_millis / 1000 "), [(Measure::ReplyMillis, 0.001)]);
        assert_eq!(terms("2 * (turns - slow_responses) / 4"), [(Measure::Turns, 0.5), (Measure::SlowResponses, -0.5)]);
        assert_eq!(terms("-turns + 3*turns"), [(Measure::Turns, 2.0)]);
        assert_eq!(terms("turns - 6 / 2 / 3 * turns + turns * 2"), [(Measure::Turns, 2.0)]);
        assert_eq!(terms("good_reviews+neutral_reviews+bad_reviews").len(), 3);
    }

    #[test]
    fn what_does_not_add_up_over_days_is_refused() {
        for text in ["turns * sessions", "turns / sessions", "1 / turns", "turns / (1 - 1)", "turns / (sessions - sessions)"] {
            assert_eq!(parse(text), Err(ExpressionFault::NotLinear), "{text}");
        }
        for text in ["5", "turns + 1", "turns - turns", "2 * (3 - 1)"] {
            assert_eq!(parse(text), Err(ExpressionFault::Constant), "{text}");
        }
    }

    #[test]
    fn names_and_functions_that_are_not_measures_are_refused_by_name() {
        let unknown = parse("turns + rate * 2 + sin").unwrap_err();
        assert_eq!(unknown, ExpressionFault::UnknownMeasures(vec!["rate".into(), "sin".into()]));
        for text in ["turns +", "(turns", "turns ^ 2", "sin(turns)", "turns; drop", "turns turns", "{}", "\u{0}"] {
            assert!(matches!(parse(text), Err(ExpressionFault::Syntax(_) | ExpressionFault::UnknownMeasures(_))), "{text}");
        }
        assert_eq!(parse(" "), Err(ExpressionFault::Length));
        assert_eq!(parse(&"(".repeat(501)), Err(ExpressionFault::Length));
    }

    proptest::proptest! {
        #[test]
        fn no_text_whatever_it_says_stops_the_reading(text in "[-+*/()0-9.e a-z_{}]{0,60}|\\PC{0,30}") {
            let _ = parse(&text);
        }
    }
}

//! From what a user writes to a figure.

use super::expression::parse;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::figure::{Figure, FigureScale, FigureSpec, LinearSum};
use crate::domain::ids::FigureId;

/// The most band edges of one figure.
const MAX_BANDS: usize = 10;

/// Makes a figure of what is written.
///
/// # Errors
/// Every fault.
pub fn define(id: Option<FigureId>, spec: FigureSpec) -> Result<Figure, Vec<FieldFault>> {
    let mut faults = Faults::default();
    let is_code = |code: &str| {
        let mut letters = code.chars();
        letters.next().is_some_and(|first| first.is_ascii_lowercase())
            && code.len() <= 60
            && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    faults.expect(is_code(&spec.code), "/code", "must be 1 to 60 small letters, digits and underscores, a letter first");
    faults.name("/name_zh", &spec.name_zh);
    faults.name("/name_en", &spec.name_en);
    let above = faults.take("/numerator", parse(&spec.numerator));
    let below = match &spec.denominator {
        Some(text) => faults.take("/denominator", parse(text)),
        None => Some(LinearSum { terms: Vec::new(), constant: 1.0 }),
    };
    if let Some(window) = spec.window {
        let fits = window.start_minute < window.end_minute && window.end_minute <= 1440;
        faults.expect(fits, "/window", "must start before it ends, in minutes after midnight from 0 to 1440");
    }
    let ascends = spec.bands.array_windows().all(|[left, right]| left < right) && spec.bands.iter().all(|edge| edge.is_finite());
    faults.expect(ascends && spec.bands.len() <= MAX_BANDS, "/bands", format!("must ascend, and be {MAX_BANDS} at most"));
    let is_share = spec.scale == FigureScale::Share;
    let in_share = !is_share || spec.bands.iter().all(|edge| (0.0..=1.0).contains(edge));
    faults.expect(in_share, "/bands", "must be between 0 and 1 for a share: 80 % is 0.8");
    let needs_both = !is_share || spec.denominator.is_some();
    faults.expect(needs_both, "/denominator", "must be given for a share");
    faults.expect(spec.note.chars().count() <= 1000, "/note", "must be 1000 characters at most");
    let sides = above.zip(below);
    let (above, below) = faults.into_result(sides)?;
    Ok(Figure { id, spec, above, below })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figure::{DailyWindow, Direction, FigureUnit};

    #[test]
    fn every_fault_of_a_figure_is_told_at_once() {
        let new = FigureSpec {
            code: "Rate".into(),
            name_zh: " ".into(),
            name_en: "Rate".into(),
            numerator: "turns *".into(),
            denominator: Some("turns / sessions".into()),
            unit: FigureUnit::Turn,
            clock_start: None,
            window: Some(DailyWindow { start_minute: 600, end_minute: 600 }),
            direction: Direction::Higher,
            scale: FigureScale::Share,
            bands: vec![0.5, 80.0],
            note: String::new(),
        };
        let pointers: Vec<String> = define(None, new.clone()).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["#/code", "#/name_zh", "#/numerator", "#/denominator", "#/window", "#/bands"]);
        let sum = FigureSpec { denominator: None, ..new };
        let pointers: Vec<String> = define(None, sum).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        assert!(pointers.contains(&"#/denominator".to_owned()), "{pointers:?}");
    }
}

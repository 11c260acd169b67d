//! The alert rules that come with the program. Their edges are starting points: every team's chats are others.

use std::sync::LazyLock;

use crate::domain::alert::AlertRule;

static SHIPPED: LazyLock<Vec<AlertRule>> =
    LazyLock::new(|| serde_json::from_str(include_str!("alerts.json")).expect("a test reads the data file"));

/// The alert rules that come with the program.
pub fn shipped() -> &'static [AlertRule] {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::alert::{AlertKind, BadSide};
    use crate::domain::fault::Faults;
    use crate::domain::figure::Direction;
    use crate::team::figures;

    #[test]
    fn every_rule_is_without_fault_and_watches_a_figure_on_its_bad_side() {
        let codes: BTreeSet<&str> = shipped().iter().map(|rule| rule.code.as_str()).collect();
        assert_eq!(codes.len(), shipped().len());
        for rule in shipped() {
            let mut faults = Faults::default();
            rule.check(&mut faults);
            assert_eq!(faults.into_list(), [], "{}", rule.code);
            assert_eq!(rule.kind == AlertKind::Figure, rule.figure.is_some() && rule.days.is_some(), "{}", rule.code);
            let Some(code) = &rule.figure else { continue };
            let figure = figures::shipped().iter().find(|figure| figure.code() == code).unwrap();
            let bad_side = if figure.spec.direction == Direction::Higher { BadSide::Below } else { BadSide::Above };
            assert_eq!(rule.bad_side, bad_side, "{code}");
        }
    }
}

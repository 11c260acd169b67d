//! The platform rules that come with the program. None of them was read in a platform's own text, so each asks to be confirmed.

use std::sync::LazyLock;

use super::own::own_figure;
use crate::domain::compliance::ComplianceRule;
use crate::domain::figure::Figure;
use crate::team::figures;

static SHIPPED: LazyLock<Vec<ComplianceRule>> =
    LazyLock::new(|| serde_json::from_str(include_str!("rules.json")).expect("a test reads the data file"));

/// The platform rules that come with the program.
pub fn shipped() -> &'static [ComplianceRule] {
    &SHIPPED
}

/// The figure a rule is judged by: the rule's own, or the shipped one, for a figure that users defined anew is not what the
/// platform counts. `None` where it does not read.
pub fn figure_of(rule: &ComplianceRule) -> Option<Figure> {
    match own_figure(rule) {
        Some(spec) => figures::define(None, spec).ok(),
        None => figures::shipped().iter().find(|figure| figure.code() == rule.figure).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::figure::FigureScale;

    #[test]
    fn every_rule_reads_has_a_code_of_its_own_and_a_figure_that_points_the_same_way() {
        let codes: BTreeSet<&str> = shipped().iter().map(|rule| rule.code.as_str()).collect();
        assert_eq!(codes.len(), shipped().len());
        for rule in shipped() {
            let figure = figure_of(rule).unwrap();
            assert_eq!(figure.spec.direction, rule.direction, "{}", rule.code);
            assert!(rule.target.is_none() || figure.spec.scale == FigureScale::Share, "{}: only shares have a limit", rule.code);
            assert!(!rule.platforms.is_empty() && rule.needs_confirmation && !rule.source.is_empty(), "{}", rule.code);
            // Exact distances need whole counts.
            let factors = figure.above.terms.iter().chain(&figure.below.terms).map(|(_, factor)| *factor);
            assert!(rule.target.is_none() || factors.into_iter().all(|factor| factor == 1.0), "{}", rule.code);
        }
    }

    #[test]
    fn a_rule_holds_between_its_dates() {
        let rule = shipped().iter().find(|rule| rule.code == "kuaishou_3min_reply").unwrap();
        let on = |text: &str| rule.holds_on(text.parse().unwrap());
        assert!(!on("2023-02-28") && on("2023-03-01") && on("2026-11-22"));
        let ended = ComplianceRule { effective_to: Some("2024-01-31".parse().unwrap()), ..rule.clone() };
        assert!(ended.holds_on("2024-01-31".parse().unwrap()) && !ended.holds_on("2024-02-01".parse().unwrap()));
    }
}

//! What a rule of the users' own must be.

use super::shipped::figure_of;
use crate::domain::compliance::ComplianceRule;
use crate::domain::fault::Faults;
use crate::domain::figure::{Direction, FigureScale, FigureSpec};
use crate::team::figures::define;

/// The figure that a rule counts by itself; `None` where it names a shipped one.
pub(super) fn own_figure(rule: &ComplianceRule) -> Option<FigureSpec> {
    Some(FigureSpec {
        code: rule.code.clone(),
        name_zh: rule.name_zh.clone(),
        name_en: rule.name_en.clone(),
        numerator: rule.numerator.clone()?,
        denominator: rule.denominator.clone(),
        unit: rule.unit,
        clock_start: None,
        window: None,
        direction: rule.direction,
        scale: FigureScale::Share,
        bands: Vec::new(),
        note: rule.note.clone(),
    })
}

/// Adds what is wrong with a rule of the users' own.
pub fn check(rule: &ComplianceRule, faults: &mut Faults) {
    match own_figure(rule).map(|spec| define(None, spec)) {
        // Its code and names, and what it counts.
        Some(Err(found)) => found.into_iter().for_each(|fault| faults.add(fault.pointer.trim_start_matches('#'), fault.detail)),
        Some(Ok(_)) => {}
        None => {
            let is_code = |code: &str| code.chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_'));
            let fits = is_code(&rule.code) && (1..=60).contains(&rule.code.len());
            faults.expect(fits, "/code", "must be 1 to 60 small letters, digits and underscores");
            faults.name("/name_zh", &rule.name_zh);
            faults.name("/name_en", &rule.name_en);
        }
    }
    let figure = figure_of(rule);
    if own_figure(rule).is_none() {
        let detail = "must be the code of a shipped figure; GET /api/v1/figure-definitions lists them";
        faults.expect(figure.is_some(), "/figure", detail);
    }
    if let Some(figure) = &figure {
        let is_share = figure.spec.scale == FigureScale::Share;
        let is_whole = figure.above.terms.iter().chain(&figure.below.terms).all(|(_, factor)| *factor == 1.0);
        let detail = "must be null: only a share of plain counts has a limit";
        faults.expect(rule.target.is_none() || (is_share && is_whole), "/target", detail);
        faults.expect(figure.spec.direction == rule.direction, "/direction", "must be that of the figure");
    }
    faults.expect(rule.direction != Direction::Neither, "/direction", "must be higher or lower");
    faults.expect(!rule.platforms.is_empty(), "/platforms", "must be one platform at least");
    let in_order = rule.effective_from.is_none_or(|from| rule.effective_to.is_none_or(|to| from <= to));
    faults.expect(in_order, "/effective_to", "must not be before effective_from");
    let length = rule.source.trim().chars().count();
    faults.expect((1..=1000).contains(&length), "/source", "must say in 1 to 1000 characters where the rule was read");
    faults.expect(rule.note.chars().count() <= 1000, "/note", "must be 1000 characters at most");
}

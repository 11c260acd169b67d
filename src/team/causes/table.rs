//! The table from weak figures to causes, and the actions for each class. Data: a shop's own experience may say otherwise.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::domain::cause::{CauseClass, Evidence};

/// If `figure` is weak and all of `also` are, the cause is likely this. The first that fits counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CauseRule {
    /// The weak figure.
    pub figure: String,
    /// Figures that are weak beside it.
    pub also: Vec<String>,
    /// What the cause likely is.
    pub class: CauseClass,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
}

/// What is usually done about a class of causes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionTemplate {
    /// Short name, unique.
    pub code: String,
    /// For which class.
    pub class: CauseClass,
    /// Display name in Chinese.
    pub name_zh: String,
    /// Display name in English.
    pub name_en: String,
    /// Whether the leader does it rather than the agent.
    pub by_leader: bool,
    /// Within how many days.
    pub due_days: u32,
}

static RULES: LazyLock<Vec<CauseRule>> =
    LazyLock::new(|| serde_json::from_str(include_str!("causes.json")).expect("a test reads the data file"));
static ACTIONS: LazyLock<Vec<ActionTemplate>> =
    LazyLock::new(|| serde_json::from_str(include_str!("actions.json")).expect("a test reads the data file"));

/// What is usually done, for every class.
pub fn actions() -> &'static [ActionTemplate] {
    &ACTIONS
}

/// The figures that the table looks at.
pub fn figures() -> BTreeSet<&'static str> {
    RULES.iter().flat_map(|rule| std::iter::once(&rule.figure).chain(&rule.also)).map(String::as_str).collect()
}

/// The likely cause of every weak figure that the table knows, with the evidence that led there.
pub fn diagnose(evidence: &[Evidence]) -> Vec<(&'static CauseRule, Vec<Evidence>)> {
    let weak: BTreeSet<&str> = evidence.iter().filter(|one| one.is_weak).map(|one| one.figure.as_str()).collect();
    let mut explained = BTreeSet::new();
    let mut found = Vec::new();
    for rule in RULES.iter() {
        let fits = weak.contains(rule.figure.as_str()) && rule.also.iter().all(|figure| weak.contains(figure.as_str()));
        if fits && explained.insert(rule.figure.as_str()) {
            let speaks = |one: &&Evidence| one.figure == rule.figure || rule.also.contains(&one.figure);
            found.push((rule, evidence.iter().filter(speaks).cloned().collect()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::figures::shipped;

    #[test]
    fn the_table_knows_shipped_figures_and_every_class_has_actions() {
        for code in figures() {
            assert!(shipped().iter().any(|figure| figure.code() == code), "{code}");
        }
        for class in [CauseClass::Knowledge, CauseClass::Ability, CauseClass::Attitude] {
            assert!(actions().iter().filter(|action| action.class == class).count() >= 3, "{class:?}");
        }
        let codes: BTreeSet<&str> = actions().iter().map(|action| action.code.as_str()).collect();
        assert_eq!(codes.len(), actions().len());
    }

    #[test]
    fn what_is_weak_beside_a_figure_decides_its_class() {
        let class = |weak: &[&str]| {
            let all = ["order_conversion", "average_reply_secs", "concurrency", "satisfaction_rate"];
            let one = |code: &&str| Evidence {
                figure: (*code).to_owned(),
                value: 1.0,
                of: 100.0,
                others: 2.0,
                is_weak: weak.contains(code),
            };
            let evidence: Vec<Evidence> = all.iter().map(one).collect();
            let found = diagnose(&evidence);
            found.iter().map(|(rule, evidence)| (rule.figure.as_str(), rule.class, evidence.len())).collect::<Vec<_>>()
        };
        assert_eq!(class(&["order_conversion"]), [("order_conversion", CauseClass::Ability, 1)]);
        let slow = [("order_conversion", CauseClass::Knowledge, 2), ("average_reply_secs", CauseClass::Knowledge, 1)];
        assert_eq!(class(&["order_conversion", "average_reply_secs"]), slow);
        let idle = [("order_conversion", CauseClass::Attitude, 3), ("average_reply_secs", CauseClass::Attitude, 2)];
        assert_eq!(class(&["order_conversion", "average_reply_secs", "concurrency"]), idle);
        assert_eq!(class(&["concurrency"]), []);
    }
}

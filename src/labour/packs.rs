//! Rule packs: the limits and rates of a jurisdiction and hours system, versioned, each with its source.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::labour::{Cycle, HoursSystem, LimitCode, Night, PayClass, ProtectionKind};

/// A pack as shipped. A pack of the same code with later dates is a later version of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// Its name for programs, for example `cn-standard`.
    pub code: String,
    /// Which version.
    pub version: String,
    /// Where it holds: an ISO 3166 code, or `EU`.
    pub jurisdiction: String,
    /// Display names.
    pub names: PackNames,
    /// First date it is in force.
    pub effective_from: NaiveDate,
    /// Last one; `None` for the one in force.
    pub effective_until: Option<NaiveDate>,
    /// What it was written from.
    pub source: String,
    /// How hours are counted.
    pub hours_system: HoursSystem,
    /// Minutes of each cycle that a comprehensive post may have.
    pub cycle_minutes: BTreeMap<Cycle, u32>,
    /// Weeks over which an average is kept.
    pub average_weeks: Option<u32>,
    /// What an hour of each class is paid, as a multiple of a regular one. A class without a rate is not kept apart.
    pub rates: BTreeMap<PayClass, f64>,
    /// Whether somebody should look the rates up.
    pub rates_need_confirmation: bool,
    /// The classes that the overtime of a month consists of.
    pub classes_in_monthly_overtime: Vec<PayClass>,
    /// When it is night.
    pub night: Night,
    /// Who is kept from what.
    pub protected: Vec<ProtectedGroup>,
    /// The limits.
    pub limits: BTreeMap<LimitCode, Limit>,
}

/// A pack's display names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackNames {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A limit with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// In the unit that its name says.
    pub value: u32,
    /// The law or page.
    pub source: String,
    /// Whether it is the law's; otherwise a habit that a site may do without.
    pub is_legal: bool,
    /// Whether somebody should look it up: it was not found in an official text.
    pub needs_confirmation: bool,
}

/// What people with a protection are kept from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedGroup {
    /// Who.
    pub kind: ProtectionKind,
    /// Whether nights are forbidden.
    pub from_nights: bool,
    /// Whether overtime is.
    pub from_overtime: bool,
    /// The law.
    pub source: String,
    /// Whether somebody should look it up.
    pub needs_confirmation: bool,
}

impl RulePack {
    /// Whether it is in force on a date.
    pub fn is_in_force_on(&self, date: NaiveDate) -> bool {
        self.effective_from <= date && self.effective_until.is_none_or(|until| date <= until)
    }
}

const FILES: [&str; 5] = [
    include_str!("packs/cn-standard-1995.json"),
    include_str!("packs/cn-standard-2025.json"),
    include_str!("packs/cn-comprehensive-2025.json"),
    include_str!("packs/cn-flexible-2025.json"),
    include_str!("packs/eu-working-time-2003.json"),
];

static PACKS: LazyLock<Vec<RulePack>> = LazyLock::new(|| {
    let read = |text: &&str| serde_json::from_str(text).expect("the packs that are shipped can be read");
    FILES.iter().map(read).collect()
});

/// Every pack, versions of one code from the oldest on.
pub fn shipped() -> &'static [RulePack] {
    &PACKS
}

/// The version of a pack that is in force on a date. Before the first and after the last the nearest one counts: hours worked
/// then have to be classed by something. `None` for an unknown code.
pub fn in_force(code: &str, date: NaiveDate) -> Option<&'static RulePack> {
    let versions = || shipped().iter().filter(|pack| pack.code == code);
    let current = versions().rfind(|pack| pack.effective_from <= date);
    current.or_else(|| versions().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_can_be_read_and_its_versions_follow_each_other() {
        for pack in shipped() {
            let name = format!("{} {}", pack.code, pack.version);
            assert!(pack.limits.iter().all(|(code, limit)| (code.range().0..=code.range().1).contains(&limit.value)), "{name}");
            assert!(pack.limits.values().all(|limit| !limit.source.is_empty()), "{name}");
            assert!(pack.rates.values().all(|rate| *rate >= 1.0), "{name}");
            assert_eq!(pack.hours_system == HoursSystem::Comprehensive, !pack.cycle_minutes.is_empty(), "{name}");
            assert_eq!(pack.hours_system == HoursSystem::Averaged, pack.average_weeks.is_some(), "{name}");
        }
        for [one, next] in shipped().array_windows().filter(|[one, next]| one.code == next.code) {
            let until = one.effective_until.expect("an older version ends");
            assert_eq!(until.succ_opt(), Some(next.effective_from), "{} {}", one.code, one.version);
        }
    }

    /// Labour Law arts. 36, 38 and 41; 人社部: 248 days of 8 h a year.
    #[test]
    fn the_figures_of_mainland_china_are_those_of_the_law() {
        let date = |text: &str| text.parse().unwrap();
        let standard = in_force("cn-standard", date("2026-11-23")).unwrap();
        let limit = |code| standard.limits[&code].value;
        assert_eq!((limit(LimitCode::NormalDailyMinutes), limit(LimitCode::NormalWeeklyMinutes)), (8 * 60, 40 * 60));
        assert_eq!((limit(LimitCode::MaxMonthlyOvertimeMinutes), limit(LimitCode::MinWeeklyRestDays)), (36 * 60, 1));
        assert!(!standard.limits[&LimitCode::MinDailyRestMinutes].is_legal);
        let comprehensive = in_force("cn-comprehensive", date("2026-11-23")).unwrap();
        assert_eq!(comprehensive.cycle_minutes[&Cycle::Year], 248 * 8 * 60);
        assert_eq!(comprehensive.cycle_minutes[&Cycle::Quarter] * 4, comprehensive.cycle_minutes[&Cycle::Year]);
        assert_eq!(comprehensive.cycle_minutes[&Cycle::Month] * 12, comprehensive.cycle_minutes[&Cycle::Year]);
        assert!(!comprehensive.rates.contains_key(&PayClass::RestDay), "no 200 % for days of rest");
    }

    #[test]
    fn the_version_of_the_date_counts_and_the_nearest_where_there_is_none() {
        let version = |code: &str, date: &str| in_force(code, date.parse().unwrap()).map(|pack| pack.version.as_str());
        assert_eq!(version("cn-standard", "2024-12-31"), Some("1995"));
        assert_eq!(version("cn-standard", "2025-01-01"), Some("2025"));
        assert_eq!(version("cn-flexible", "2020-01-01"), Some("2025"));
        assert_eq!(version("cn-made-up", "2026-01-01"), None);
    }
}

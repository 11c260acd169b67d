//! What a site made of the packs: which one it adopted, for which post which, and which limits it changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::packs::{RulePack, in_force, shipped};
use crate::domain::agent::Post;
use crate::domain::fault::Faults;
use crate::domain::labour::{ClassMinutes, Cycle, HoursSystem, HoursTerms, LabourRules, LimitCode, Night, PayClass, RestDayWork};
use crate::domain::rules::RosterRules;

/// A limit of the law that the site's rules are looser than.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// Which.
    pub limit: LimitCode,
    /// The law's figure.
    pub legal: u32,
    /// The site's.
    pub own: u32,
}

/// The rules of a post on a date.
#[derive(Debug, Clone, PartialEq)]
pub struct PostRules {
    /// The pack's version in force.
    pub pack: &'static RulePack,
    /// The limits, the site's changes included.
    pub limits: BTreeMap<LimitCode, u32>,
    /// How hours are classed.
    pub hours: HoursTerms,
}

/// The packs that the rules name, each with the place where it does and the cycle asked for there.
fn named(rules: &LabourRules) -> impl Iterator<Item = (String, &str, Option<Cycle>)> {
    let of_posts = rules.posts.iter().enumerate().map(|(at, post)| (format!("/posts/{at}"), post.pack.as_str(), post.cycle));
    std::iter::once((String::new(), rules.pack.as_str(), rules.cycle)).chain(of_posts)
}

/// Adds every fault of a site's rules.
pub fn check(rules: &LabourRules, faults: &mut Faults) {
    for (place, code, cycle) in named(rules) {
        let Some(pack) = shipped().iter().rfind(|pack| pack.code == code) else {
            let mut known: Vec<&str> = shipped().iter().map(|pack| pack.code.as_str()).collect();
            known.dedup();
            faults.add(format!("{place}/pack"), format!("there is no pack `{code}`; choose one of {}", known.join(", ")));
            continue;
        };
        let wants_cycle = pack.hours_system == HoursSystem::Comprehensive;
        let detail = if wants_cycle { "must be given for a comprehensive pack" } else { "is for comprehensive packs only" };
        faults.expect(cycle.is_some() == wants_cycle, format!("{place}/cycle"), detail);
    }
    for (at, post) in rules.posts.iter().enumerate() {
        let is_known = rules.posts[..at].iter().any(|other| other.post == post.post);
        faults.expect(!is_known, format!("/posts/{at}/post"), "has hours already; keep one of the two");
    }
    for (code, value) in &rules.changes {
        let (least, most) = code.range();
        let detail = format!("must be between {least} and {most}, got {value}");
        faults.expect((least..=most).contains(value), format!("/changes/{}", code.as_str()), detail);
    }
    if let RestDayWork::TimeOff { expires_after_days } = rules.rest_day_work {
        let fits = (1..=731).contains(&expires_after_days);
        let detail = format!("must be between 1 and 731, got {expires_after_days}");
        faults.expect(fits, "/rest_day_work/expires_after_days", detail);
    }
}

/// The limits of the law that the rules loosen, in any pack that they name.
pub fn loosened(rules: &LabourRules, date: NaiveDate) -> Vec<Loosened> {
    let mut found: Vec<Loosened> = Vec::new();
    for (_, code, _) in named(rules) {
        let Some(pack) = in_force(code, date) else { continue };
        for (limit, own) in &rules.changes {
            let legal = pack.limits.get(limit).filter(|legal| legal.is_legal && !limit.keeps(legal.value, *own));
            if let Some(legal) = legal.filter(|_| found.iter().all(|other| other.limit != *limit)) {
                found.push(Loosened { limit: *limit, legal: legal.value, own: *own });
            }
        }
    }
    found
}

/// The rules of a post on a date; `None` where a pack is not there any more.
pub fn of_post(rules: &LabourRules, post: Post, date: NaiveDate) -> Option<PostRules> {
    let own = rules.posts.iter().find(|hours| hours.post == post);
    let (code, cycle) = own.map_or((&rules.pack, rules.cycle), |own| (&own.pack, own.cycle));
    let pack = in_force(code, date)?;
    // What a pack does not limit a site may limit all the same, but for an average that has no weeks to be taken over.
    let fits = |code: &LimitCode| *code != LimitCode::MaxAverageWeeklyMinutes || pack.average_weeks.is_some();
    let mut limits: BTreeMap<LimitCode, u32> = pack.limits.iter().map(|(code, limit)| (*code, limit.value)).collect();
    limits.extend(rules.changes.iter().filter(|(code, _)| fits(code)));
    let hours = hours_of(rules, pack, cycle, &limits);
    Some(PostRules { pack, limits, hours })
}

/// How the hours of a post are classed through time, by a site's rules in the order of their dates: before the first of them
/// every minute is regular.
pub fn timeline(periods: &[LabourRules], post: Post) -> Vec<(NaiveDate, HoursTerms)> {
    let mut since = vec![(NaiveDate::MIN, unruled())];
    for (at, rules) in periods.iter().enumerate() {
        let until = periods.get(at + 1).map(|next| next.effective_from);
        let code = rules.posts.iter().find(|own| own.post == post).map_or(&rules.pack, |own| &own.pack);
        let versions = shipped().iter().filter(|pack| pack.code == *code).map(|pack| pack.effective_from);
        let later = versions.filter(|from| *from > rules.effective_from && until.is_none_or(|until| *from < until));
        for from in std::iter::once(rules.effective_from).chain(later) {
            since.extend(of_post(rules, post, from).map(|rules| (from, rules.hours)));
        }
    }
    since
}

/// The rules that hold on a date.
pub fn on(periods: &[LabourRules], date: NaiveDate) -> Option<&LabourRules> {
    periods.iter().rfind(|rules| rules.effective_from <= date)
}

/// Nothing is counted and nothing is paid otherwise.
fn unruled() -> HoursTerms {
    HoursTerms {
        system: HoursSystem::Flexible,
        normal_daily_minutes: None,
        working_day_minutes: 480,
        cycle: None,
        rest_days: None,
        rest_day_work: RestDayWork::Paid,
        pays_holidays: false,
    }
}

fn hours_of(rules: &LabourRules, pack: &RulePack, cycle: Option<Cycle>, limits: &BTreeMap<LimitCode, u32>) -> HoursTerms {
    let is_standard = pack.hours_system == HoursSystem::Standard;
    let daily = limits.get(&LimitCode::NormalDailyMinutes).copied();
    let weekly = limits.get(&LimitCode::NormalWeeklyMinutes).copied();
    HoursTerms {
        system: pack.hours_system,
        normal_daily_minutes: daily.filter(|_| is_standard),
        working_day_minutes: weekly.map(|week| week / 5).or(daily).unwrap_or(480),
        cycle: cycle.and_then(|cycle| Some((cycle, *pack.cycle_minutes.get(&cycle)?))),
        rest_days: Some(rules.rest_days).filter(|_| is_standard && pack.rates.contains_key(&PayClass::RestDay)),
        rest_day_work: rules.rest_day_work,
        pays_holidays: pack.rates.contains_key(&PayClass::StatutoryHoliday),
    }
}

impl PostRules {
    /// A limit.
    pub fn limit(&self, code: LimitCode) -> Option<u32> {
        self.limits.get(&code).copied()
    }

    /// What of some minutes counts as a month's overtime.
    pub fn counted_overtime(&self, minutes: &ClassMinutes) -> i64 {
        self.pack.classes_in_monthly_overtime.iter().map(|class| minutes.of(*class)).sum()
    }

    /// Paid minutes of a day at most.
    pub fn max_daily_minutes(&self) -> Option<u32> {
        let over = self.limit(LimitCode::MaxDailyOvertimeMinutes)?;
        Some(self.limit(LimitCode::NormalDailyMinutes)? + over)
    }

    /// What an hour of each class is paid. Time off owed weighs as what it would be paid as.
    pub fn rates(&self) -> [f64; 5] {
        let rate = |class| self.pack.rates.get(&class).copied().unwrap_or(1.0);
        PayClass::ALL.map(|class| rate(if class == PayClass::TimeOff { PayClass::RestDay } else { class }))
    }

    /// When it is night.
    pub fn night(&self) -> Night {
        self.pack.night
    }

    /// A team's rules, tightened to the limits.
    pub fn tighten(&self, rules: &mut RosterRules) {
        let limit = |code| self.limit(code);
        if let Some(most) = limit(LimitCode::MaxConsecutiveDays) {
            rules.max_consecutive_days = rules.max_consecutive_days.min(most);
            rules.min_consecutive_days = rules.min_consecutive_days.min(rules.max_consecutive_days);
        }
        if let Some(least) = limit(LimitCode::MinWeeklyRestDays) {
            rules.min_rest_days = rules.min_rest_days.max(least);
        }
        if let Some(least) = limit(LimitCode::MinDailyRestMinutes) {
            rules.min_rest_minutes = rules.min_rest_minutes.max(least);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SiteId;
    use crate::domain::labour::{PostHours, RestDays};

    fn rules() -> LabourRules {
        LabourRules {
            site_id: SiteId::generate(),
            effective_from: today(),
            pack: "cn-standard".into(),
            cycle: None,
            posts: vec![],
            changes: BTreeMap::new(),
            rest_days: RestDays::Rostered,
            rest_day_work: RestDayWork::Paid,
        }
    }

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn every_fault_of_a_sites_rules_is_told_at_once() {
        let post = |pack: &str, cycle| PostHours { post: Post::PresaleAgent, pack: pack.into(), cycle };
        let wrong = LabourRules {
            cycle: Some(Cycle::Month),
            posts: vec![post("cn-comprehensive", None), post("no", None)],
            changes: [(LimitCode::MaxConsecutiveDays, 0), (LimitCode::MinDailyRestMinutes, 720)].into(),
            rest_day_work: RestDayWork::TimeOff { expires_after_days: 0 },
            ..rules()
        };
        let mut faults = Faults::default();
        check(&wrong, &mut faults);
        let places: Vec<String> = faults.into_list().into_iter().map(|fault| fault.pointer).collect();
        let expected = [
            "#/cycle",
            "#/posts/0/cycle",
            "#/posts/1/pack",
            "#/posts/1/post",
            "#/changes/max_consecutive_days",
            "#/rest_day_work/expires_after_days",
        ];
        assert_eq!(places, expected);
        let mut faults = Faults::default();
        check(&rules(), &mut faults);
        assert_eq!(faults.count(), 0);
    }

    #[test]
    fn only_what_the_law_says_can_be_loosened() {
        let changed = |code, value| loosened(&LabourRules { changes: [(code, value)].into(), ..rules() }, today());
        assert_eq!(changed(LimitCode::MaxMonthlyOvertimeMinutes, 30 * 60), []);
        let found = changed(LimitCode::MaxMonthlyOvertimeMinutes, 60 * 60);
        assert_eq!(found, [Loosened { limit: LimitCode::MaxMonthlyOvertimeMinutes, legal: 36 * 60, own: 60 * 60 }]);
        assert_eq!(changed(LimitCode::MinDailyRestMinutes, 8 * 60), [], "eleven hours are a habit of the house");
        assert_eq!(changed(LimitCode::MinWeeklyRestDays, 0).len(), 1);
    }

    #[test]
    fn a_post_has_its_own_hours_and_the_sites_changes() {
        let hours = PostHours { post: Post::AftersaleAgent, pack: "cn-comprehensive".into(), cycle: Some(Cycle::Quarter) };
        let rules = LabourRules { posts: vec![hours], changes: [(LimitCode::MaxMonthlyOvertimeMinutes, 1200)].into(), ..rules() };
        let own = of_post(&rules, Post::AftersaleAgent, today()).unwrap();
        assert_eq!((own.hours.system, own.hours.cycle), (HoursSystem::Comprehensive, Some((Cycle::Quarter, 29760))));
        assert_eq!((own.hours.rest_days, own.limit(LimitCode::MaxMonthlyOvertimeMinutes)), (None, Some(1200)));
        let others = of_post(&rules, Post::PresaleAgent, today()).unwrap();
        assert_eq!((others.hours.rest_days, others.max_daily_minutes()), (Some(RestDays::Rostered), Some(11 * 60)));
        assert_eq!(others.rates(), [1.0, 1.5, 2.0, 2.0, 3.0]);
        let european = LabourRules { pack: "eu-working-time".into(), ..rules };
        let european = of_post(&european, Post::PresaleAgent, today()).unwrap();
        assert_eq!(
            (european.hours.system, european.rates(), european.hours.pays_holidays),
            (HoursSystem::Averaged, [1.0; 5], false)
        );
    }

    #[test]
    fn hours_are_classed_by_the_rules_and_the_version_of_their_date() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let from = |text: &str, pack: &str| LabourRules { effective_from: date(text), pack: pack.into(), ..rules() };
        let flexible = from("2026-06-01", "cn-flexible");
        let periods = [from("2024-06-01", "cn-standard"), flexible.clone()];
        let since = timeline(&periods, Post::PresaleAgent);
        let dates: Vec<NaiveDate> = since.iter().map(|(from, _)| *from).collect();
        assert_eq!(dates, [NaiveDate::MIN, date("2024-06-01"), date("2025-01-01"), date("2026-06-01")]);
        let systems: Vec<HoursSystem> = since.iter().map(|(_, hours)| hours.system).collect();
        use HoursSystem::{Flexible, Standard};
        assert_eq!((systems, since[0].1.pays_holidays), (vec![Flexible, Standard, Standard, Flexible], false));
        assert_eq!((on(&periods, date("2024-05-31")), on(&periods, date("2026-06-01"))), (None, Some(&flexible)));
    }

    #[test]
    fn a_teams_rules_are_tightened_and_never_loosened() {
        let law = of_post(&rules(), Post::PresaleAgent, today()).unwrap();
        let mut loose = RosterRules {
            max_consecutive_days: 10,
            min_rest_days: 0,
            min_rest_minutes: 300,
            min_consecutive_days: 7,
            ..RosterRules::default()
        };
        law.tighten(&mut loose);
        assert_eq!((loose.max_consecutive_days, loose.min_rest_days, loose.min_rest_minutes), (6, 1, 660));
        assert_eq!(loose.min_consecutive_days, 6, "a row is never asked to be longer than it may be");
        let mut strict =
            RosterRules { max_consecutive_days: 5, min_rest_days: 2, min_rest_minutes: 720, ..RosterRules::default() };
        let before = strict.clone();
        law.tighten(&mut strict);
        assert_eq!(strict, before);
    }
}

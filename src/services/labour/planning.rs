//! What of labour law concerns a team's week: limits of the team's rules, terms of each agent, and the load of the weeks before.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::ledger::{AgentAccount, LedgerFilter, accounts, special_dates};
use crate::domain::access::Scope;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Horizon, Interval, PlanningWeek, local_of, midnight, monday_of};
use crate::domain::ids::AgentId;
use crate::domain::labour::{
    AgentTerms, Cycle, HoursSystem, LabourInput, LabourRules, LimitCode, NormalLeft, OvertimeLeft, Protected, Protection,
    RestDays, SpecialDates,
};
use crate::domain::load_memory::{LoadMemory, PastLoad};
use crate::domain::planning::PastShift;
use crate::domain::rules::RosterRules;
use crate::labour::adoption::{self, PostRules};
use crate::labour::ledger::{LedgerTerms, employed_share};
use crate::services::plan::TeamPlan;
use crate::store::leaves::{self, LeaveFilter};
use crate::store::protections::{self, ProtectionFilter};
use crate::store::{Db, Page, StoreError, assignments, labour_rules};

/// Whose week it is.
pub(in crate::services) struct WeekOf<'a> {
    /// The team.
    pub plan: &'a TeamPlan,
    /// The week.
    pub week: PlanningWeek,
    /// The weeks planned together with it.
    pub horizon: Horizon,
    /// Who may be rostered.
    pub agents: &'a [Agent],
}

/// What labour law asks of a week, and the team's rules tightened to it; `None` where the site has adopted no rules of it.
pub(in crate::services) async fn labour_input(
    db: &impl Db,
    of: &WeekOf<'_>,
    rules: &mut RosterRules,
) -> Result<Option<LabourInput>, StoreError> {
    let periods = labour_rules::of_site(db, of.plan.site.id).await?.periods;
    let Some(labour) = adoption::on(&periods, of.week.monday()) else { return Ok(None) };
    let dates = special_dates(db, of.plan.site.id).await?;
    let Some(usual) = of_posts(labour, of.agents, of.week.monday()) else { return Ok(None) };
    usual.0.tighten(rules);
    let protections = protections_of(db, of.agents).await?;
    let before = standing_before(db, of, &usual.1).await?;
    let terms = |agent: &Agent| {
        let own = usual.1.get(&agent.id)?;
        let account = before.get(&agent.id);
        Some(terms_of(of, agent, own, &dates, account, protections.get(&agent.id).map_or(&[], Vec::as_slice)))
    };
    let agents = of.agents.iter().filter_map(terms).collect();
    Ok(Some(LabourInput { night: usual.0.night(), dates, agents }))
}

/// The rules of the site's own pack, and those of each agent's post.
fn of_posts(labour: &LabourRules, agents: &[Agent], date: NaiveDate) -> Option<(PostRules, BTreeMap<AgentId, PostRules>)> {
    let plain = LabourRules { posts: Vec::new(), ..labour.clone() };
    let usual = adoption::of_post(&plain, agents.first()?.post, date)?;
    let own = agents.iter().filter_map(|agent| Some((agent.id, adoption::of_post(labour, agent.post, date)?)));
    Some((usual, own.collect()))
}

async fn protections_of(db: &impl Db, agents: &[Agent]) -> Result<BTreeMap<AgentId, Vec<Protection>>, StoreError> {
    let filter = ProtectionFilter { scope: &Scope::Everything, agent_id: None, include_archived: false };
    let mut by_agent: BTreeMap<AgentId, Vec<Protection>> = agents.iter().map(|agent| (agent.id, Vec::new())).collect();
    for row in protections::list(db, &filter, Page::ALL).await?.items {
        if let Some(own) = by_agent.get_mut(&row.value.agent_id) {
            own.push(row.value);
        }
    }
    Ok(by_agent)
}

/// The ledgers of the months and cycles that the week is in, by published rosters.
async fn standing_before(
    db: &impl Db,
    of: &WeekOf<'_>,
    rules: &BTreeMap<AgentId, PostRules>,
) -> Result<BTreeMap<AgentId, AgentAccount>, StoreError> {
    let monday = of.week.monday();
    let (month, _) = Cycle::Month.around(monday);
    let averaged = rules.values().filter_map(|rules| rules.pack.average_weeks).max().unwrap_or(1);
    let back = monday - Days::new(7 * u64::from(averaged - 1));
    let cycles = rules.values().filter_map(|rules| rules.hours.cycle).map(|(cycle, _)| cycle.around(monday).0);
    let from = cycles.chain([month, back]).min().expect("there is the month at least");
    let (_, until) = Cycle::Month.around(monday + Days::new(6));
    let scope = Scope::Teams(of.agents.iter().map(|agent| agent.team_id).collect());
    let found = accounts(db, &LedgerFilter { scope: &scope, agent_id: None, from, until, draft: None }).await?;
    Ok(found.agents.into_iter().map(|who| (who.agent.id, who)).collect())
}

fn terms_of(
    of: &WeekOf<'_>,
    agent: &Agent,
    rules: &PostRules,
    dates: &SpecialDates,
    account: Option<&AgentAccount>,
    protections: &[Protection],
) -> AgentTerms {
    let (monday, sunday) = (of.week.monday(), of.week.monday() + Days::new(6));
    let working = dates.working_days(monday, sunday);
    let is_standard = rules.hours.system == HoursSystem::Standard;
    let protected: Vec<Protected> = protections.iter().filter_map(|own| protected(rules, own)).collect();
    let owed = account.map_or(0, |who| who.account.time_off.owed());
    AgentTerms {
        agent_id: agent.id,
        rates: rules.rates(),
        normal_left: normal_left(of, agent, rules, dates, account),
        overtime_left: overtime_left(of, rules, account, &protected),
        max_week_minutes: max_week(of, rules, account),
        max_daily_minutes: rules.max_daily_minutes(),
        max_night_shift_minutes: rules.limit(LimitCode::MaxNightShiftMinutes),
        free_days: if is_standard { 5u32.saturating_sub(working) } else { 0 },
        time_off_owed_minutes: owed,
        protected,
        hours: rules.hours.clone(),
    }
}

fn protected(rules: &PostRules, own: &Protection) -> Option<Protected> {
    let group = rules.pack.protected.iter().find(|group| group.kind == own.kind)?;
    let (from_nights, from_overtime) = (group.from_nights, group.from_overtime);
    Some(Protected { kind: own.kind, from: own.from, until: own.until, from_nights, from_overtime })
}

/// Weeks of the horizon that share what is left between two dates.
fn weeks_within(horizon: Horizon, first: NaiveDate, last: NaiveDate) -> u32 {
    let touches = |week: &PlanningWeek| week.monday() <= last && first <= week.monday() + Days::new(6);
    (horizon.weeks().filter(touches).count() as u32).max(1)
}

/// Normal minutes of the week by rota, or of the cycle what published rosters of other weeks leave. Weeks planned together
/// share a cycle evenly: none knows what the others will use.
fn normal_left(
    of: &WeekOf<'_>,
    agent: &Agent,
    rules: &PostRules,
    dates: &SpecialDates,
    account: Option<&AgentAccount>,
) -> Option<NormalLeft> {
    let (monday, sunday) = (of.week.monday(), of.week.monday() + Days::new(6));
    if let Some((cycle, minutes)) = rules.hours.cycle {
        let (first, last) = cycle.around(monday);
        let (employed_from, employed_until) = (agent.employed_from, agent.employed_until);
        let terms = LedgerTerms { since: Vec::new(), dates, employed_from, employed_until };
        let normal = employed_share(&terms, (first, last), minutes);
        let counts = |date: NaiveDate| (first..=last).contains(&date) && !of.horizon.holds(date);
        let used: i64 = account.map_or(0, |who| {
            let days = who.account.days.iter().filter(|day| counts(day.date));
            days.map(|day| day.minutes.0[0] + day.minutes.0[1]).sum()
        });
        let left = u32::try_from(i64::from(normal) - used).unwrap_or(0);
        return Some(NormalLeft { first: monday, last: last.min(sunday), minutes: left / weeks_within(of.horizon, first, last) });
    }
    let minutes = dates.working_days(monday, sunday) * rules.hours.working_day_minutes;
    let is_rostered = rules.hours.system == HoursSystem::Standard && rules.hours.rest_days == Some(RestDays::Rostered);
    is_rostered.then_some(NormalLeft { first: monday, last: sunday, minutes })
}

/// What is left of each month that the week is in, by published rosters of other weeks. Weeks planned together share it evenly.
fn overtime_left(
    of: &WeekOf<'_>,
    rules: &PostRules,
    account: Option<&AgentAccount>,
    protected: &[Protected],
) -> Vec<OvertimeLeft> {
    let (monday, sunday) = (of.week.monday(), of.week.monday() + Days::new(6));
    let mut months = vec![Cycle::Month.around(monday), Cycle::Month.around(sunday)];
    months.dedup();
    let is_forbidden = |first: NaiveDate, last: NaiveDate| {
        protected.iter().any(|one| one.from_overtime && one.from <= last && one.until.is_none_or(|until| first <= until))
    };
    let of_month = |(first, last): (NaiveDate, NaiveDate)| {
        let (from, until) = (first.max(monday), last.min(sunday));
        if is_forbidden(from, until) {
            return Some(OvertimeLeft { first: from, last: until, minutes: 0 });
        }
        let most = rules.limit(LimitCode::MaxMonthlyOvertimeMinutes)?;
        let counts = |date: NaiveDate| (first..=last).contains(&date) && !of.horizon.holds(date);
        let used: i64 = account.map_or(0, |who| {
            let days = who.account.days.iter().filter(|day| counts(day.date));
            days.map(|day| rules.counted_overtime(&day.minutes)).sum()
        });
        let left = u32::try_from(i64::from(most) - used).unwrap_or(0);
        Some(OvertimeLeft { first: from, last: until, minutes: left / weeks_within(of.horizon, first, last) })
    };
    months.into_iter().filter_map(of_month).collect()
}

/// Paid minutes of the week that keep the average of the weeks up to it.
fn max_week(of: &WeekOf<'_>, rules: &PostRules, account: Option<&AgentAccount>) -> Option<u32> {
    let (most, weeks) = (rules.limit(LimitCode::MaxAverageWeeklyMinutes)?, rules.pack.average_weeks?);
    let monday = of.week.monday();
    let from = monday - Days::new(7 * u64::from(weeks - 1));
    let worked = account.map_or(0, |who| who.account.sum(from, monday - Days::new(1)).total());
    Some(u32::try_from(i64::from(most) * i64::from(weeks) - worked).unwrap_or(0))
}

/// The load of late shifts and weekend or holiday days of the weeks before a horizon, by published rosters.
pub(in crate::services) async fn load_memory(
    db: &impl Db,
    of: &WeekOf<'_>,
    rules: &RosterRules,
    dates: Option<&SpecialDates>,
) -> Result<LoadMemory, StoreError> {
    let start = of.horizon.first().monday();
    let first = monday_of(start) - Days::new(7 * u64::from(rules.load_memory_weeks));
    if rules.load_memory_weeks == 0 {
        return Ok(LoadMemory::default());
    }
    let last = start - Days::new(1);
    let ids: Vec<AgentId> = of.agents.iter().map(|agent| agent.id).collect();
    let shifts = assignments::past_shifts(db, &ids, first, last).await?;
    if shifts.is_empty() {
        return Ok(LoadMemory::default());
    }
    let zone = of.week.zone();
    let reach = Interval { start: midnight(zone, first), end: midnight(zone, start) };
    let scope = Scope::Teams(of.agents.iter().map(|agent| agent.team_id).collect());
    let filter = LeaveFilter { scope: &scope, team_id: None, agent_id: None, overlapping: Some(reach), include_archived: false };
    let leave = leaves::list(db, &filter, Page::ALL).await?.items;
    let days_of = |agent: &Agent| {
        let away = |date: NaiveDate| {
            let noon = midnight(zone, date) + chrono::Duration::hours(12);
            leave.iter().any(|row| row.value.agent_id == agent.id && row.value.span.contains(noon))
        };
        first.iter_days().take_while(|date| *date <= last).filter(|date| agent.is_employed_on(*date) && !away(*date)).count()
            as u32
    };
    let mut agents: BTreeMap<AgentId, PastLoad> =
        of.agents.iter().map(|agent| (agent.id, PastLoad { days: days_of(agent), ..PastLoad::default() })).collect();
    for shift in &shifts {
        if let Some(load) = agents.get_mut(&shift.agent_id) {
            load.late += u32::from(is_late(shift, rules, zone));
            load.weekend += u32::from(is_weekend(shift.date, dates));
        }
    }
    agents.retain(|_, load| load.days > 0);
    Ok(LoadMemory { days: 7 * rules.load_memory_weeks, agents })
}

fn is_late(shift: &PastShift, rules: &RosterRules, zone: chrono_tz::Tz) -> bool {
    let start = chrono::Timelike::num_seconds_from_midnight(&local_of(zone, shift.span.start)) / 60;
    i64::from(start) + shift.span.minutes() > i64::from(rules.late_after_minute)
}

fn is_weekend(date: NaiveDate, dates: Option<&SpecialDates>) -> bool {
    let is_holiday = dates.is_some_and(|dates| dates.is_statutory(date));
    is_holiday || matches!(chrono::Datelike::weekday(&date), chrono::Weekday::Sat | chrono::Weekday::Sun)
}

//! What the watch looks at: one value by rule and subject.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};

use super::rules::RuleBook;
use crate::domain::access::{Actor, Scope};
use crate::domain::alert::{AlertKind, AlertRule, BadSide, Observation};
use crate::domain::figure::{Direction, Figure, FigureScale};
use crate::domain::ids::{AgentId, TeamId};
use crate::feeds::span::{Moment, Span};
use crate::services::feeds::{FeedFilter, coverage_rows};
use crate::services::figures::{catalogue, unrecorded_agents};
use crate::services::local_teams::{LocalTeam, local_teams};
use crate::services::sites::today;
use crate::services::{ServiceError, compliance};
use crate::store::agents;
use crate::store::figure_days::{self, FigureFilter, Grain};
use crate::store::{Store, StoreError};
use crate::team::alerts::{Gap, WITHIN_THE_DAY, gaps_by_date};

/// How long a register may take to arrive.
const GRACE: Duration = Duration::minutes(30);

/// Agents that an alert names.
const NAMED: usize = 10;

/// How far ahead published rosters are looked at.
const AHEAD: Duration = Duration::hours(48);

type Seen = BTreeMap<String, Vec<Observation>>;

/// Every team, and when it is looked at.
struct Teams {
    teams: BTreeMap<TeamId, LocalTeam>,
    now: DateTime<Utc>,
}

impl Teams {
    async fn read(store: &Store, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let teams = local_teams(store, now).await?;
        Ok(Self { teams: teams.into_iter().map(|local| (local.team.id, local)).collect(), now })
    }

    /// The teams by the date that their clocks show.
    fn by_date(&self) -> BTreeMap<NaiveDate, BTreeSet<TeamId>> {
        let mut dates: BTreeMap<_, BTreeSet<TeamId>> = BTreeMap::new();
        for (id, local) in &self.teams {
            dates.entry(local.date()).or_default().insert(*id);
        }
        dates
    }

    /// An observation about a team; `None` for one that is archived.
    fn observation(&self, team_id: TeamId, subject: String, value: f64, cause: (String, String)) -> Option<Observation> {
        let local = self.teams.get(&team_id)?;
        let team = &local.team;
        let (cause_zh, cause_en) = (format!("{}：{}", team.name, cause.0), format!("{}: {}", team.name, cause.1));
        let (local_minute, owner_id) = (local.minute(), team.leader_id);
        Some(Observation { subject, team_id, shop_id: None, owner_id, local_minute, value, cause_zh, cause_en })
    }
}

/// Looks at everything that the rules watch.
///
/// # Errors
/// [`ServiceError::Store`].
pub(super) async fn observe(
    store: &Store,
    rules: &[AlertRule],
    book: &RuleBook,
    now: DateTime<Utc>,
) -> Result<Seen, ServiceError> {
    let teams = Teams::read(store, now).await?;
    let known = catalogue(store).await?;
    let mut seen = Seen::new();
    for rule in rules {
        let found = match rule.kind {
            AlertKind::Figure => figures(store, (rule, book), &known, &teams).await?,
            AlertKind::Compliance => standings(store, &teams).await?,
            AlertKind::Coverage => coverage(store, &teams).await?,
            AlertKind::MissingRegisters => registers(store, &teams).await?,
        };
        seen.insert(rule.code.clone(), found);
    }
    Ok(seen)
}

/// Each team is held against the rule as it holds for it: the least counted and the edge may be its own.
async fn figures(
    store: &Store,
    (rule, book): (&AlertRule, &RuleBook),
    known: &[Figure],
    teams: &Teams,
) -> Result<Vec<Observation>, StoreError> {
    let Some(figure) = known.iter().find(|figure| Some(figure.code()) == rule.figure.as_deref()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for (date, members) in teams.by_date() {
        let until = date + Days::new(1);
        let from = until - Days::new(rule.days.unwrap_or(1).into());
        let scope = Scope::Everything;
        let team_ids = Some(&members);
        let filter = FigureFilter { scope: &scope, agent_id: None, team_ids, shop_id: None, queue_id: None, from, until };
        let figures = std::slice::from_ref(figure);
        for (key, tallies) in figure_days::sums(store, &filter, &[Grain::Team], figures).await? {
            let (Some(team_id), Some(value)) = (key.team_id, tallies[0].value(figure)) else { continue };
            let rule = book.of(rule, team_id).0;
            if tallies[0].below < rule.min_counted {
                continue;
            }
            let cause = figure_cause(figure, rule, value, (tallies[0].above, tallies[0].below), from);
            found.extend(teams.observation(team_id, team_id.to_string(), value, cause));
        }
    }
    Ok(found)
}

fn figure_cause(figure: &Figure, rule: &AlertRule, value: f64, (above, below): (f64, f64), from: NaiveDate) -> (String, String) {
    let say = |value: f64| match figure.spec.scale {
        FigureScale::Share => format!("{:.1} %", value * 100.0),
        FigureScale::Seconds => format!("{value:.1} s"),
        FigureScale::Ratio | FigureScale::Money | FigureScale::Count => format!("{value:.2}"),
    };
    let (name_zh, name_en) = (&figure.spec.name_zh, &figure.spec.name_en);
    let (value, edge) = (say(value), say(rule.open_at));
    let (side_zh, side_en) = match rule.bad_side {
        BadSide::Above => ("高于", "above"),
        BadSide::Below => ("低于", "below"),
    };
    let counts =
        if figure.spec.scale == FigureScale::Share { format!("{above:.0} of {below:.0}") } else { format!("of {below:.0}") };
    (
        format!("{name_zh} {value}，{side_zh} {edge}（自 {from} 起，样本 {below:.0}）"),
        format!("{name_en} {value}, {side_en} {edge} ({counts} since {from})"),
    )
}

/// The margin of every shop's standing at the end of its period, as it goes now: below nought the limit will be missed.
async fn standings(store: &Store, teams: &Teams) -> Result<Vec<Observation>, StoreError> {
    let standings = compliance::standings(store, &Scope::Everything, None, None, teams.now).await?;
    let found = standings.iter().filter_map(|found| {
        let rule = &found.rule.rule;
        let target = rule.target?.get();
        let value = found.standing.projection.map(|end| end.value).or(found.standing.value)?;
        let margin = if rule.direction == Direction::Lower { target - value } else { value - target };
        let row = crate::feeds::rows::compliance_row(&found.shop, found.team_id, rule, found.on, &found.standing);
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        let (now, end, limit) = (found.standing.value.map(percent), percent(value), percent(target));
        let now = now.unwrap_or_else(|| "-".to_owned());
        let zh = format!(
            "{}「{}」现为 {now}，期末预计 {end}，要求 {limit}；{}",
            found.shop.name,
            rule.name_zh,
            row.distance_zh.unwrap_or_default()
        );
        let en = format!(
            "{}, {}: {now} now, {end} expected at the end, limit {limit}; {}",
            found.shop.name,
            rule.name_en,
            row.distance_en.unwrap_or_default()
        );
        let subject = format!("{} {} {}-{:02}", found.shop.id, rule.code, found.on.year(), found.on.month());
        let observation = teams.observation(found.team_id, subject, margin, (zh, en))?;
        Some(Observation { shop_id: Some(found.shop.id), ..observation })
    });
    Ok(found.collect())
}

/// Head-hours that published rosters leave uncovered in the next two days, by team and date.
async fn coverage(store: &Store, teams: &Teams) -> Result<Vec<Observation>, ServiceError> {
    let (from, to) = (Moment::Instant(teams.now), Moment::Instant(teams.now + AHEAD));
    let span = Span::new(from, to).expect("two days are a span");
    let rows = coverage_rows(store, &Actor::service("clock"), &FeedFilter { span, team_id: None, queue_id: None }).await?;
    let mut gaps: BTreeMap<TeamId, Vec<Gap>> = BTreeMap::new();
    for row in rows {
        let hours = (row.ends_at - row.starts_at).num_minutes() as f64 / 60.0;
        let (date, time) = (row.starts_at.date_naive(), row.starts_at.format("%H:%M").to_string());
        gaps.entry(row.team_id).or_default().push(Gap { date, time, queue: row.queue, heads: row.gap, hours });
    }
    let mut found = Vec::new();
    for (team_id, gaps) in gaps {
        for (date, (hours, worst)) in gaps_by_date(gaps) {
            let zh = format!("{date} 缺 {hours:.1} 人时，最缺的是 {} {}（缺 {:.1} 人）", worst.time, worst.queue, worst.heads);
            let en = format!(
                "{date} is {hours:.1} head-hours short, most of all {} at {} ({:.1} heads)",
                worst.queue, worst.time, worst.heads
            );
            found.extend(teams.observation(team_id, format!("{team_id} {date}"), hours, (zh, en)));
        }
    }
    Ok(found)
}

/// How many agents on shift were not recorded for two hours, by team. Only of teams that record within the day: where the
/// platform's export comes once a day, nobody is missing at noon.
async fn registers(store: &Store, teams: &Teams) -> Result<Vec<Observation>, ServiceError> {
    let late = teams.now - GRACE;
    let mut by_team: BTreeMap<TeamId, Vec<AgentId>> = BTreeMap::new();
    for one in unrecorded_agents(store, &Actor::service("clock"), None, late).await? {
        by_team.entry(one.team_id).or_default().push(one.agent_id);
    }
    let mut found = Vec::new();
    for (team_id, missing) in by_team {
        if !records_within_the_day(store, team_id, late).await? {
            continue;
        }
        let mut names = Vec::new();
        for agent_id in missing.iter().take(NAMED) {
            names.extend(agents::get(store, *agent_id).await?.map(|agent| agent.value.name));
        }
        let count = missing.len();
        let zh = format!("{count} 位在班客服超过 2 小时没有登记：{}", names.join("、"));
        let en = format!("{count} agents on shift not recorded for 2 hours: {}", names.join(", "));
        found.extend(teams.observation(team_id, team_id.to_string(), count as f64, (zh, en)));
    }
    Ok(found)
}

/// Whether a team's registers of the last week were of parts of a day.
async fn records_within_the_day(store: &Store, team_id: TeamId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let scope = Scope::Teams([team_id].into());
    let until = today(store, &scope, now).await? + Days::new(1);
    let from = until - Days::new(8);
    let filter = FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from, until };
    let days = figure_days::list(store, &filter).await?;
    Ok(days.iter().flat_map(|day| &day.registers.spans).any(|(_, minutes)| *minutes <= WITHIN_THE_DAY))
}

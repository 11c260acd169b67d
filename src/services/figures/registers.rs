//! Registers of a shift: who has none, and whose figures are surely behind.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::chosen;
use super::comparison::reached;
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::monday_of;
use crate::domain::figure::{Direction, Figure, FigureScale, Tally};
use crate::domain::figure_day::{FigureDay, Place};
use crate::domain::ids::{AgentId, TeamId};
use crate::services::ServiceError;
use crate::store::figure_days::{self, FigureFilter};
use crate::store::{Db, assignments, rosters};
use crate::team::figures::{TailSize, tail, tally_day, tally_days};

/// A register is due every so often during a shift.
const DUE_MINUTES: i64 = 120;
/// A register longer than this is no register of a shift, and says nothing of its last hours.
const LONGEST_REGISTER: u32 = 720;
/// Registers shown of one in the tail.
const MOST_CASES: usize = 3;

/// Somebody on shift without a register for two hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    /// Who.
    pub agent_id: AgentId,
    /// The team whose roster has the shift.
    pub team_id: TeamId,
    /// Start of the shift.
    pub shift_starts_at: DateTime<Utc>,
    /// End of the last register of the shift; `None` without any.
    pub recorded_until: Option<DateTime<Utc>>,
    /// Minutes since then, or since the shift began.
    pub minutes: i64,
}

/// Which tail.
#[derive(Debug, Clone)]
pub struct TailRequest {
    /// Only this team and those below it.
    pub team_id: Option<TeamId>,
    /// Code of a share.
    pub figure: String,
    /// First local date.
    pub from: NaiveDate,
    /// The day after the last.
    pub until: NaiveDate,
    /// How much of it.
    pub size: TailSize,
    /// Fewest of what the figure counts: with less nobody is judged.
    pub fewest: u32,
}

/// One in the tail.
#[derive(Debug, Clone, PartialEq)]
pub struct TailEntry {
    /// Who.
    pub agent_id: AgentId,
    /// The sums.
    pub tally: Tally,
    /// Everybody else's sums.
    pub others: Tally,
    /// The registers that fell furthest behind: the chats to look at.
    pub cases: Vec<TailCase>,
}

/// A register that fell behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailCase {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Length.
    pub minutes: u32,
    /// Where.
    pub place: Place,
    /// The sums.
    pub tally: Tally,
    /// By how many it fell short of everybody's share.
    pub missing: f64,
}

/// A tail.
#[derive(Debug, Clone, PartialEq)]
pub struct TailReport {
    /// The figure as it is defined.
    pub definition: Figure,
    /// Agents with any of it.
    pub agents: usize,
    /// The tail, the worst first.
    pub entries: Vec<TailEntry>,
}

/// Who is on a published shift now and has had no register for two hours, the longest first.
///
/// # Errors
/// [`ServiceError::NotFound`] for a team out of reach, [`ServiceError::Store`].
pub async fn unrecorded_agents(
    db: &impl Db,
    actor: &Actor,
    team_id: Option<TeamId>,
    now: DateTime<Utc>,
) -> Result<Vec<Unrecorded>, ServiceError> {
    let scope = scope_of(db, actor, team_id).await?;
    let today = now.date_naive();
    let monday = monday_of(today);
    let rosters = rosters::published_between(db, &scope, monday - Days::new(7), monday + Days::new(7)).await?;
    let mut on_shift: BTreeMap<AgentId, (TeamId, DateTime<Utc>)> = BTreeMap::new();
    for roster in rosters {
        for placed in assignments::list(db, roster.value.id).await? {
            let agent_id = placed.assignment.agent_id;
            if placed.shift.span.contains(now) && actor.sees_figures_of(agent_id, roster.value.team_id) {
                on_shift.insert(agent_id, (roster.value.team_id, placed.shift.span.start));
            }
        }
    }
    let agents: Vec<AgentId> = on_shift.keys().copied().collect();
    let days = figure_days::of_agents(db, &agents, today - Days::new(1), today + Days::new(2)).await?;
    let mut recorded: HashMap<AgentId, DateTime<Utc>> = HashMap::new();
    for day in &days {
        let registers = day.registers.spans.iter().filter(|(_, minutes)| *minutes <= LONGEST_REGISTER);
        let ends = registers.map(|(start, minutes)| *start + Duration::minutes(i64::from(*minutes)));
        if let Some(end) = ends.max() {
            let last = recorded.entry(day.key.agent_id).or_insert(end);
            *last = end.max(*last);
        }
    }
    let unrecorded = on_shift.into_iter().map(|(agent_id, (team_id, shift_starts_at))| {
        let recorded_until = recorded.get(&agent_id).copied().filter(|end| *end > shift_starts_at);
        let minutes = (now - recorded_until.unwrap_or(shift_starts_at)).num_minutes();
        Unrecorded { agent_id, team_id, shift_starts_at, recorded_until, minutes }
    });
    let mut unrecorded: Vec<Unrecorded> = unrecorded.filter(|one| one.minutes >= DUE_MINUTES).collect();
    unrecorded.sort_by_key(|one| (-one.minutes, one.agent_id));
    Ok(unrecorded)
}

async fn scope_of(db: &impl Db, actor: &Actor, team_id: Option<TeamId>) -> Result<Scope, ServiceError> {
    match team_id {
        Some(team_id) => reached(db, actor, team_id).await,
        None => Ok(actor.scope.clone()),
    }
}

/// Whose share of a figure is surely behind the others', with the registers that fell furthest behind.
///
/// # Errors
/// [`ServiceError::Invalid`] for a figure that is no share with a better side, or dates that are no period;
/// [`ServiceError::NotFound`] for a team out of reach.
pub async fn find_tail(db: &impl Db, actor: &Actor, request: &TailRequest) -> Result<TailReport, ServiceError> {
    if !(1..=400).contains(&(request.until - request.from).num_days()) {
        return Err(ServiceError::field("/to", "must be after from, by 400 days at most"));
    }
    let figures = chosen(db, std::slice::from_ref(&request.figure)).await?;
    let figure = &figures[0];
    if figure.spec.scale != FigureScale::Share || figure.spec.direction == Direction::Neither {
        return Err(ServiceError::field("/figure", "must be a share of which more, or less, is better"));
    }
    let scope = scope_of(db, actor, request.team_id).await?;
    let (from, until) = (request.from, request.until);
    let filter = FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from, until };
    let days = figure_days::list(db, &filter).await?;
    let sums = tally_days(&figures, &days, |day, _| Some(day.key.agent_id));
    let agents: BTreeMap<AgentId, Tally> = sums.into_iter().map(|(agent, tallies)| (agent, tallies[0])).collect();
    let agents: Vec<(AgentId, Tally)> = agents.into_iter().filter(|(_, tally)| tally.below > 0.0).collect();
    let shares: Vec<Tally> = agents.iter().map(|(_, tally)| *tally).collect();
    let all = shares.iter().fold(Tally::default(), |mut all, tally| {
        all += *tally;
        all
    });
    let entries = tail(&shares, figure.spec.direction, request.size, f64::from(request.fewest)).into_iter().map(|place| {
        let (agent_id, tally) = agents[place];
        let others = Tally { above: all.above - tally.above, below: all.below - tally.below };
        TailEntry { agent_id, tally, others, cases: cases(&figures, &days, agent_id, others) }
    });
    Ok(TailReport { definition: figure.clone(), agents: agents.len(), entries: entries.collect() })
}

fn cases(figures: &[Figure], days: &[FigureDay], agent_id: AgentId, others: Tally) -> Vec<TailCase> {
    let sign = if figures[0].spec.direction == Direction::Lower { -1.0 } else { 1.0 };
    let share = others.above / others.below;
    let mut cases = Vec::new();
    for day in days.iter().filter(|day| day.key.agent_id == agent_id) {
        tally_day(figures, &day.registers, |_, register, tally| {
            let missing = sign * (share * tally.below - tally.above);
            let (starts_at, minutes) = day.registers.spans[register];
            if missing > 0.0 {
                cases.push(TailCase { starts_at, minutes, place: day.key.place, tally, missing });
            }
        });
    }
    cases.sort_by(|left, right| right.missing.total_cmp(&left.missing));
    cases.truncate(MOST_CASES);
    cases
}

//! Where an agent stands in a month: so far, in the year, and at its end by what is planned.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::ledger::{AgentAccount, LedgerFilter, accounts};
use crate::domain::access::{Actor, Permission, Scope};
use crate::domain::ids::{AgentId, RosterId};
use crate::domain::labour::{ClassMinutes, Cycle, LimitCode};
use crate::labour::adoption::{self, PostRules};
use crate::services::ServiceError;
use crate::services::agents::team_of;
use crate::services::sites::today;
use crate::services::wishes::speaks_for;
use crate::store::assignments::DraftWeek;
use crate::store::{Db, rosters, teams};

/// Up to when work counts as done, and what counts as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// A date of the month; `None` for that of `as_of`.
    pub month: Option<NaiveDate>,
    /// Last date of work done; `None` for today by the clocks of the agent's site.
    pub as_of: Option<NaiveDate>,
    /// A draft that is taken for what will be worked in its week.
    pub draft: Option<RosterId>,
}

/// An agent's month.
#[derive(Debug, Clone)]
pub struct MonthStanding {
    /// The agent with the ledger.
    pub who: AgentAccount,
    /// First and last date of the month.
    pub month: (NaiveDate, NaiveDate),
    /// Last date of work done.
    pub as_of: NaiveDate,
    /// Done in the month.
    pub month_to_date: ClassMinutes,
    /// Done in the year.
    pub year_to_date: ClassMinutes,
    /// Done and planned in the month.
    pub month_forecast: ClassMinutes,
    /// The rules of the agent's post at the end of the month; `None` where the site has adopted none.
    pub rules: Option<PostRules>,
    /// Overtime of the month by what is done and planned, in the law's sense.
    pub overtime_minutes: i64,
    /// Overtime that the month may have at most.
    pub max_overtime_minutes: Option<u32>,
}

/// Reads an agent's month.
///
/// # Errors
/// [`ServiceError::NotFound`] for an agent or a draft out of reach.
pub async fn month_standing(
    db: &impl Db,
    actor: &Actor,
    agent_id: AgentId,
    until: Until,
    now: DateTime<Utc>,
) -> Result<MonthStanding, ServiceError> {
    let not_found = || ServiceError::NotFound { what: "agent", id: agent_id.to_string() };
    let team_id = team_of(db, agent_id).await?.filter(|team| actor.scope.reaches(*team)).ok_or_else(not_found)?;
    if !speaks_for(actor, agent_id) {
        return Err(not_found());
    }
    let draft = draft_week(db, actor, until.draft).await?;
    let team = teams::get(db, team_id).await?.ok_or_else(not_found)?;
    let as_of = match until.as_of {
        Some(date) => date,
        None => today(db, &Scope::Teams([team_id].into()), now).await?,
    };
    let month = Cycle::Month.around(until.month.unwrap_or(as_of));
    let (year, _) = Cycle::Year.around(month.0);
    let as_of = as_of.clamp(month.0 - Days::new(1), month.1);
    let filter = LedgerFilter { scope: &actor.scope, agent_id: Some(agent_id), from: year, until: month.1, draft };
    let found = accounts(db, &filter).await?;
    let rules = found.rules.get(&team.value.site_id).and_then(|periods| adoption::on(periods, month.1));
    let who = found.agents.into_iter().next().ok_or_else(not_found)?;
    let rules = rules.and_then(|rules| adoption::of_post(rules, who.agent.post, month.1));
    let month_forecast = who.account.sum(month.0, month.1);
    let overtime_minutes = rules.as_ref().map_or(0, |rules| rules.counted_overtime(&month_forecast));
    Ok(MonthStanding {
        month,
        as_of,
        month_to_date: who.account.sum(month.0, as_of),
        year_to_date: who.account.sum(year, as_of),
        month_forecast,
        max_overtime_minutes: rules.as_ref().and_then(|rules| rules.limit(LimitCode::MaxMonthlyOvertimeMinutes)),
        overtime_minutes,
        rules,
        who,
    })
}

async fn draft_week(db: &impl Db, actor: &Actor, id: Option<RosterId>) -> Result<Option<DraftWeek>, ServiceError> {
    let Some(id) = id else { return Ok(None) };
    let may_see = actor.role.allows(Permission::ReadPlans);
    let found = rosters::get(db, id).await?.map(|row| row.value);
    let found = found.filter(|roster| may_see && actor.scope.reaches(roster.team_id));
    let roster = found.ok_or_else(|| ServiceError::NotFound { what: "roster", id: id.to_string() })?;
    Ok(Some(DraftWeek { roster_id: id, team_id: roster.team_id, week_start: roster.week.monday() }))
}

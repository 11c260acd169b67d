//! What published rosters made of a team's wishes: what the next ones weigh by, and how that is shown.

use chrono::{Days, NaiveDate};

use super::ServiceError;
use super::inputs::agents_of;
use super::plan::TeamPlan;
use super::wishes::speaks_for;
use crate::domain::access::{Actor, Scope};
use crate::domain::agent::Agent;
use crate::domain::ids::TeamId;
use crate::domain::wish_memory::WishMemory;
use crate::store::{Db, Store, StoreError, wish_outcomes};

/// What the wishes of a week are weighed by.
pub struct TeamWishes {
    /// How many weeks before it count.
    pub weeks: u32,
    /// Whoever may be rostered in the week, by staff number; for a key of the role agent its own only.
    pub agents: Vec<Agent>,
    /// What became of their wishes.
    pub memory: WishMemory,
}

/// Reads what the wishes of a team's week are weighed by.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] for a date that is no Monday.
pub async fn read_wish_memory(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    week_start: NaiveDate,
) -> Result<TeamWishes, ServiceError> {
    let not_found = || ServiceError::NotFound { what: "team", id: team_id.to_string() };
    let plan = TeamPlan::load(store, team_id).await?.filter(|_| actor.scope.reaches(team_id)).ok_or_else(not_found)?;
    let week = plan.week(week_start).map_err(|fault| ServiceError::field("/week_start", fault.to_string()))?;
    let weeks = plan.rules.wish_memory_weeks;
    let scope = Scope::Teams(plan.teams);
    let mut agents = agents_of(store, &scope, week, &[]).await?;
    agents.retain(|agent| speaks_for(actor, agent.id));
    Ok(TeamWishes { weeks, agents, memory: wish_memory(store, &scope, week_start, weeks).await? })
}

/// What became of the wishes of the teams' agents in so many weeks before a Monday.
pub(super) async fn wish_memory(db: &impl Db, scope: &Scope, monday: NaiveDate, weeks: u32) -> Result<WishMemory, StoreError> {
    let mut memory = WishMemory::default();
    if weeks > 0 {
        let (first, last) = (monday - Days::new(7 * u64::from(weeks)), monday - Days::new(1));
        for outcome in wish_outcomes::list(db, scope, first, last).await? {
            memory.note(outcome.wish.agent_id, outcome.wish.is_granted_by(&outcome.worked));
        }
    }
    Ok(memory)
}

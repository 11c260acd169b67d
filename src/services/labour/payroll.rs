//! The ledger as rows: day by day for dashboards, and by period for payroll.

use chrono::NaiveDate;

use super::ledger::{AgentAccount, LedgerFilter, accounts};
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::midnight;
use crate::domain::ids::TeamId;
use crate::feeds::rows::{LedgerRow, Payee, PayrollRow, ledger_rows, payroll_row};
use crate::services::ServiceError;
use crate::services::feeds::{FeedFilter, scope_of};
use crate::store::{Db, teams};

impl AgentAccount {
    fn payee(&self) -> Payee<'_> {
        Payee { site: &self.site.name, team_id: self.team.id, team: &self.team.name, agent: &self.agent }
    }
}

/// Minutes by agent, date and class of the dates that begin in the span.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list_ledger(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<LedgerRow>, ServiceError> {
    let scope = scope_of(db, actor, filter).await?;
    let reach = filter.span.reach();
    let (from, until) = (reach.start.date_naive(), reach.end.date_naive());
    let found = accounts(db, &LedgerFilter { scope: &scope, agent_id: None, from, until, draft: None }).await?;
    let rows = found.agents.iter().flat_map(|who| {
        let begins = |date| midnight(who.site.zone, date);
        let wanted = move |date: NaiveDate| filter.span.contains(who.site.zone, begins(date));
        let days = who.account.days.iter().filter(move |day| day.date >= from && wanted(day.date));
        days.flat_map(|day| ledger_rows(who.payee(), day.date, &day.minutes))
    });
    Ok(rows.collect())
}

/// What each agent is to be paid for the dates from `from` to `until`, both included, by staff number: of a team and those
/// below it, or of all within reach. Who worked nothing and is owed nothing has no row.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list_payroll(
    db: &impl Db,
    actor: &Actor,
    team_id: Option<TeamId>,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<Vec<PayrollRow>, ServiceError> {
    let scope = match team_id {
        None => actor.scope.clone(),
        Some(team_id) => {
            let below = teams::subtree(db, team_id).await?;
            Scope::Teams(below.into_iter().filter(|team| actor.scope.reaches(*team)).collect())
        }
    };
    let found = accounts(db, &LedgerFilter { scope: &scope, agent_id: None, from, until, draft: None }).await?;
    let rows = found.agents.iter().filter_map(|who| {
        let (minutes, owed) = (who.account.sum(from, until), who.account.time_off.owed());
        let is_empty = minutes.0 == [0; 5] && owed == 0;
        (!is_empty).then(|| payroll_row(who.payee(), (from, until), &minutes, owed))
    });
    Ok(rows.collect())
}

//! Rosters: reading, editing, publishing and comparing them.
//!
//! A roster is a draft that planners edit, then what the team works by, then a record. Every change is one transaction with
//! its line in the audit log, and expects the version that the caller saw.

mod comparing;
mod context;
mod edits;
mod explaining;
mod judging;
mod publishing;
mod timing;

use chrono::NaiveDate;

pub use comparing::{AgentHours, Comparison, DayChange, compare_rosters};
pub use context::{RosterContext, context};
pub use edits::{AssignmentChange, Edit, Edited, NewAssignment, edit_roster};
pub use explaining::{AgentDay, relaxations_of, roster_alternatives, roster_costs};
pub use judging::{CoverageTotals, Judgement, explanations};
pub(super) use publishing::built;
pub use publishing::{Published, archive_roster, publish_roster, reopen_roster};

use super::ServiceError;
use super::audit::Subject;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{RosterId, TeamId};
use crate::domain::roster::RosterStatus;
pub use crate::solver::{Alternatives, CostItem, DayDuty, GapExplanation, Loosened, Relaxation, Relaxations};
use crate::store::assignments;
use crate::store::audit::{self, AuditEntry, AuditFilter};
use crate::store::rosters::{self, Roster, RosterFilter};
use crate::store::{Db, Listed, Page, Store, Versioned, WeekFilter};

/// Which rosters to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct RosterQuery {
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of the week that this Monday names.
    pub week_start: Option<NaiveDate>,
    /// Only those of this status.
    pub status: Option<RosterStatus>,
}

/// Lists rosters. Who may not read plans sees published ones only.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn list_rosters(
    store: &Store,
    actor: &Actor,
    query: &RosterQuery,
    page: Page,
) -> Result<Listed<Versioned<Roster>>, ServiceError> {
    let RosterQuery { team_id, week_start, status } = *query;
    let status = if actor.role.allows(Permission::ReadPlans) { status } else { Some(RosterStatus::Published) };
    if query.status.is_some_and(|wanted| status != Some(wanted)) {
        return Ok(Listed { items: Vec::new(), has_more: false });
    }
    let of = WeekFilter { scope: &actor.scope, team_id, week_start };
    Ok(rosters::list(store, &RosterFilter { of, status }, page).await?)
}

/// Reads a roster that the caller may see: a published one within the scope, and with the permission to read plans any.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn find_roster(db: &impl Db, actor: &Actor, id: RosterId) -> Result<Versioned<Roster>, ServiceError> {
    let row = rosters::get(db, id).await?.filter(|row| is_seen(actor, &row.value));
    row.ok_or_else(|| ServiceError::NotFound { what: "roster", id: id.to_string() })
}

/// Reads a roster that the caller may see, with all that it is judged and shown by.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn read_roster(db: &impl Db, actor: &Actor, id: RosterId) -> Result<(Versioned<Roster>, RosterContext), ServiceError> {
    let row = find_roster(db, actor, id).await?;
    let placed = assignments::list(db, id).await?;
    let context = context(db, &row.value, &placed).await?;
    Ok((row, context))
}

/// Who did what to a roster, oldest first.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn history(store: &Store, actor: &Actor, id: RosterId, page: Page) -> Result<Listed<AuditEntry>, ServiceError> {
    find_roster(store, actor, id).await?;
    let filter = AuditFilter { scope: &actor.scope, subject_id: Some(id.0), from: None, until: None };
    Ok(audit::list(store, &filter, page).await?)
}

fn is_seen(actor: &Actor, roster: &Roster) -> bool {
    let is_shown = roster.status == RosterStatus::Published || actor.role.allows(Permission::ReadPlans);
    is_shown && actor.scope.reaches(roster.team_id)
}

fn subject(roster: &Roster) -> Subject {
    Subject { what: "roster", id: roster.id.0, team_id: Some(roster.team_id) }
}

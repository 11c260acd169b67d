//! Rows of published rosters.

use std::collections::BTreeSet;

use super::directory::{Directory, People};
use super::{FeedFilter, scope_of, weeks};
use crate::domain::access::Actor;
use crate::domain::agent::Agent;
use crate::domain::calendar::midnight;
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::AgentId;
use crate::feeds::RosterSheet;
use crate::feeds::rows::{self, CoverageRow, HoursRow, RosterRow};
use crate::services::ServiceError;
use crate::services::sheets::{SheetParts, sheet};
use crate::store::assignments::{self, PlacedAssignment};
use crate::store::rosters::{self, Roster};
use crate::store::{Db, requirements, teams};

/// The published shifts that begin in the span.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn roster_rows(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<RosterRow>, ServiceError> {
    let sheets = sheets(db, actor, filter, Coverage::Left).await?;
    let rows = sheets.iter().flat_map(|sheet| {
        let zone = sheet.week.zone();
        rows::roster_rows(sheet).into_iter().filter(move |row| filter.span.contains(zone, row.starts_at.to_utc()))
    });
    Ok(rows.filter(|row| filter.wants(row.queue_id)).collect())
}

/// Coverage by published rosters, one row for each queue and interval that begins in the span.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn coverage_rows(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<CoverageRow>, ServiceError> {
    let sheets = sheets(db, actor, filter, Coverage::Read).await?;
    let rows = sheets.iter().flat_map(|sheet| {
        let zone = sheet.week.zone();
        rows::coverage_rows(sheet).into_iter().filter(move |row| filter.span.contains(zone, row.starts_at.to_utc()))
    });
    Ok(rows::merged_coverage(rows.filter(|row| filter.wants(row.queue_id))))
}

/// Hours by agent of the published weeks that begin in the span. With a queue, only shifts on it count, and only agents
/// who have some are listed.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn hours_rows(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<HoursRow>, ServiceError> {
    let mut sheets = sheets(db, actor, filter, Coverage::Left).await?;
    sheets.retain(|sheet| filter.span.contains(sheet.week.zone(), midnight(sheet.week.zone(), sheet.week.monday())));
    if filter.queue_id.is_some() {
        for RosterSheet { agents, queues, .. } in &mut sheets {
            for agent in agents.iter_mut() {
                agent.assignments.retain(|assignment| filter.wants(queues[assignment.queue].id));
            }
            agents.retain(|agent| !agent.assignments.is_empty());
        }
    }
    Ok(sheets.iter().flat_map(rows::hours_rows).collect())
}

/// Whether requirements are read: they are most of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coverage {
    Read,
    Left,
}

async fn sheets(db: &impl Db, actor: &Actor, filter: &FeedFilter, coverage: Coverage) -> Result<Vec<RosterSheet>, ServiceError> {
    let (from, until) = weeks(&filter.span);
    let scope = scope_of(db, actor, filter).await?;
    let published = rosters::published_between(db, &scope, from, until).await?;
    if published.is_empty() {
        return Ok(Vec::new());
    }
    let (directory, people) = (Directory::read(db).await?, People::read(db).await?);
    let mut sheets = Vec::with_capacity(published.len());
    for roster in published.into_iter().map(|row| row.value) {
        let placed = assignments::list(db, roster.id).await?;
        let requirement = match roster.requirement_id.filter(|_| coverage == Coverage::Read) {
            Some(id) => requirements::get(db, id).await?.map(|(_, requirement)| requirement),
            None => None,
        };
        let agents = agents_of(db, &roster, &placed, &people).await?;
        sheets.extend(sheet_of(&roster, &placed, agents, requirement.as_ref(), &directory, &people));
    }
    Ok(sheets)
}

/// Those of the team and below it who are employed in the week, and everybody with a shift.
async fn agents_of<'a>(
    db: &impl Db,
    roster: &Roster,
    placed: &[PlacedAssignment],
    people: &'a People,
) -> Result<Vec<&'a Agent>, ServiceError> {
    let below = teams::subtree(db, roster.team_id).await?;
    let named: BTreeSet<AgentId> = placed.iter().map(|placed| placed.assignment.agent_id).collect();
    let dates: Vec<_> = roster.week.dates().collect();
    let wanted = people.agents.iter().filter(|row| {
        let agent = &row.value;
        let is_employed = dates.iter().any(|date| agent.is_employed_on(*date));
        named.contains(&agent.id) || (row.archived_at.is_none() && is_employed && below.contains(&agent.team_id))
    });
    Ok(wanted.map(|row| &row.value).collect())
}

fn sheet_of(
    roster: &Roster,
    placed: &[PlacedAssignment],
    agents: Vec<&Agent>,
    requirement: Option<&StaffingRequirement>,
    directory: &Directory,
    people: &People,
) -> Option<RosterSheet> {
    let (team, site) = directory.team(roster.team_id)?;
    let worked: BTreeSet<_> = placed.iter().map(|placed| placed.assignment.shift_template_id).collect();
    Some(sheet(SheetParts {
        roster,
        site,
        team,
        agents,
        placed,
        templates: worked.iter().filter_map(|id| people.templates.get(id)).collect(),
        queue_name: &|id| directory.queue_name(id),
        requirement,
        leave: &[],
    }))
}

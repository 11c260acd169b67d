//! Reading everything that decides a roster.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::labour::{WeekOf, labour_input, load_memory};
use super::plan::TeamPlan;
use super::wish_memory::wish_memory;
use crate::domain::absence::Wish;
use crate::domain::access::Scope;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Horizon, Interval, PlanningWeek};
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::ShiftTemplateId;
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::domain::rules::RosterRules;
use crate::domain::shift::ShiftTemplate;
use crate::store::agents::{self, AgentFilter};
use crate::store::leaves::{self, LeaveFilter};
use crate::store::wishes::{self, WishFilter};
use crate::store::{Db, Page, StoreError, assignments, shift_templates};

/// How far back shifts worked are read: runs of working days are shorter.
const HISTORY_DAYS: u64 = 14;

/// The days after a horizon whose planned shifts are read: as far as a row of working days can reach.
const AHEAD_DAYS: u64 = 14;

/// Reads the inputs of a team's week of a horizon; what the other weeks of the horizon hold, and a roster to stay close to, are
/// left to the caller. `present` are the assignments of a draft, whose agents and templates are needed even if archived
/// meanwhile; `pinned` those that must stay.
///
/// # Errors
/// [`StoreError`].
pub async fn planning_input(
    db: &impl Db,
    plan: &TeamPlan,
    (week, horizon): (PlanningWeek, Horizon),
    mut rules: RosterRules,
    requirement: StaffingRequirement,
    present: &[Assignment],
    pinned: Vec<Assignment>,
) -> Result<PlanningInput, StoreError> {
    let scope = Scope::Teams(plan.teams.clone());
    let agents = agents_of(db, &scope, week, present).await?;
    let ids: Vec<_> = agents.iter().map(|agent| agent.id).collect();
    let span = horizon.span();
    // A shift of the last week may run into the next one, and so may the leave it must not overlap. Who shares what is shared
    // evenly depends on the leave of all weeks.
    let reach = Interval { start: span.start, end: span.end + chrono::Duration::days(1) };
    let filter = LeaveFilter { scope: &scope, team_id: None, agent_id: None, overlapping: Some(reach), include_archived: false };
    let leave = leaves::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    let monday = week.monday();
    let (from, until) = (monday, monday + Days::new(7));
    let filter = WishFilter {
        scope: &scope,
        team_id: None,
        agent_id: None,
        from: Some(from),
        until: Some(until),
        include_archived: false,
    };
    let wishes: Vec<Wish> = wishes::list(db, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    // Where nobody wishes anything there is nothing to weigh.
    let weeks = if wishes.is_empty() { 0 } else { rules.wish_memory_weeks };
    let wish_memory = wish_memory(db, &scope, monday, weeks).await?;
    // Up to the Sunday before and from the Monday after: the weeks themselves may be published already, and what is planned now
    // would replace them.
    let (start, end) = (horizon.first().monday(), horizon.end());
    let history = assignments::past_shifts(db, &ids, start - Days::new(HISTORY_DAYS), start - Days::new(1)).await?;
    let ahead = assignments::past_shifts(db, &ids, end, end + Days::new(AHEAD_DAYS - 1)).await?;
    let shift_templates = templates_of(db, plan, present).await?;
    let least_change_from = None;
    let of = WeekOf { plan, week, horizon, agents: &agents };
    let labour = labour_input(db, &of, &mut rules).await?;
    let load_memory = load_memory(db, &of, &rules, labour.as_ref().map(|labour| &labour.dates)).await?;
    Ok(PlanningInput {
        week,
        horizon,
        agents,
        shift_templates,
        requirement,
        leave,
        wishes,
        wish_memory,
        history,
        ahead,
        pinned,
        least_change_from,
        rotation: Vec::new(),
        rules,
        labour,
        load_memory,
    })
}

/// Share of the team's time in the week that is on booked leave, 0-1: what a roster of the week knows already.
///
/// # Errors
/// [`StoreError`].
pub async fn booked_leave(db: &impl Db, plan: &TeamPlan, week: PlanningWeek) -> Result<f64, StoreError> {
    let scope = Scope::Teams(plan.teams.clone());
    let agents: BTreeSet<_> = agents_of(db, &scope, week, &[]).await?.into_iter().map(|agent| agent.id).collect();
    let span = week.span();
    let filter = LeaveFilter { scope: &scope, team_id: None, agent_id: None, overlapping: Some(span), include_archived: false };
    let leaves = leaves::list(db, &filter, Page::ALL).await?.items;
    let booked = leaves.iter().filter(|row| agents.contains(&row.value.agent_id)).map(|row| row.value.span.shared_minutes(&span));
    let there = agents.len() as f64 * span.minutes() as f64;
    Ok(if there > 0.0 { (booked.sum::<i64>() as f64 / there).min(1.0) } else { 0.0 })
}

/// Agents employed in the week, by staff number, and those that `present` names.
pub(super) async fn agents_of(
    db: &impl Db,
    scope: &Scope,
    week: PlanningWeek,
    present: &[Assignment],
) -> Result<Vec<Agent>, StoreError> {
    let filter = AgentFilter { scope, team_id: None, staff_number: None, include_archived: true };
    let named: BTreeSet<_> = present.iter().map(|assignment| assignment.agent_id).collect();
    let dates: Vec<NaiveDate> = week.dates().collect();
    let listed = agents::list(db, &filter, Page::ALL).await?;
    let wanted = listed.items.into_iter().filter(|row| {
        let is_there = row.archived_at.is_none() && dates.iter().any(|date| row.value.is_employed_on(*date));
        is_there || named.contains(&row.value.id)
    });
    let mut agents: Vec<Agent> = wanted.map(|row| row.value).collect();
    agents.sort_by(|one, other| one.staff_number.cmp(&other.staff_number));
    Ok(agents)
}

/// The site's templates, and archived ones that `present` names.
async fn templates_of(db: &impl Db, plan: &TeamPlan, present: &[Assignment]) -> Result<Vec<ShiftTemplate>, StoreError> {
    let mut templates = plan.shift_templates.clone();
    let named: BTreeSet<ShiftTemplateId> = present.iter().map(|assignment| assignment.shift_template_id).collect();
    for id in named {
        if !templates.iter().any(|template| template.id == id)
            && let Some(row) = shift_templates::get(db, id).await?
        {
            templates.push(row.value);
        }
    }
    Ok(templates)
}

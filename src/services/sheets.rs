//! Rosters as sheets: what files and pictures of them are made from.

use std::collections::BTreeSet;

use chrono::{Days, Duration, NaiveDate};

use super::ServiceError;
use super::rosters::{RosterContext, read_roster};
use crate::domain::absence::Leave;
use crate::domain::access::{Actor, Permission};
use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, IntervalMinutes, PlanningWeek, midnight};
use crate::domain::coverage::{Coverage, CoveragePoint};
use crate::domain::demand::StaffingRequirement;
use crate::domain::ids::{AgentId, QueueId, RosterId};
use crate::domain::organisation::{Site, Team};
use crate::domain::shift::ShiftTemplate;
use crate::feeds::{RosterSheet, SheetAgent, SheetAssignment, SheetQueue};
use crate::store::Db;
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::Roster;

/// The sheet of a roster that the caller may read. Leave is in it for those who may read that.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a draft or an archived roster where the caller may read published ones only.
pub async fn roster_sheet(db: &impl Db, actor: &Actor, id: RosterId) -> Result<RosterSheet, ServiceError> {
    let (roster, context) = read_roster(db, actor, id).await?;
    let RosterContext { plan, input, placed, agents, queue_names, .. } = context;
    let agents: Vec<&Agent> = agents.values().collect();
    let sees_leave = actor.role.allows(Permission::ReadAbsence);
    Ok(sheet(SheetParts {
        roster: &roster.value,
        site: &plan.site,
        team: &plan.team,
        agents,
        placed: &placed,
        templates: input.shift_templates.iter().collect(),
        queue_name: &|id| queue_names.get(&id).cloned().unwrap_or_default(),
        requirement: Some(&input.requirement),
        leave: if sees_leave { &input.leave } else { &[] },
    }))
}

/// What a sheet is put together from.
pub(super) struct SheetParts<'a> {
    pub roster: &'a Roster,
    pub site: &'a Site,
    pub team: &'a Team,
    /// Those to be shown, in any order; everybody with an assignment is among them.
    pub agents: Vec<&'a Agent>,
    pub placed: &'a [PlacedAssignment],
    /// Those for the legend, in any order; every template of an assignment is among them.
    pub templates: Vec<&'a ShiftTemplate>,
    pub queue_name: &'a dyn Fn(QueueId) -> String,
    /// Without it the sheet has no coverage.
    pub requirement: Option<&'a StaffingRequirement>,
    pub leave: &'a [Leave],
}

/// Puts a sheet together: shifts by start, agents by staff number, queues by name.
pub(super) fn sheet(mut parts: SheetParts<'_>) -> RosterSheet {
    let week = parts.roster.week;
    parts.agents.sort_by(|one, other| one.staff_number.cmp(&other.staff_number));
    parts.templates.sort_by_key(|template| (template.start_minute, template.length_minutes, &template.code));
    let queues = queues(&parts);
    let whole_week = || week.grid(IntervalMinutes::HALF_HOUR, Duration::zero());
    let grid = parts.requirement.map_or_else(whole_week, |requirement| requirement.grid);
    RosterSheet {
        site: parts.site.name.clone(),
        team_id: parts.team.id,
        team: parts.team.name.clone(),
        week,
        status: parts.roster.status,
        agents: parts.agents.iter().map(|agent| line(agent, &parts, &queues)).collect(),
        templates: parts.templates.into_iter().cloned().collect(),
        grid,
        queues,
    }
}

/// The queues that are required or worked on, with their coverage.
fn queues(parts: &SheetParts<'_>) -> Vec<SheetQueue> {
    let coverage = parts.requirement.map(|requirement| coverage(parts, requirement));
    let required = coverage.into_iter().flat_map(|coverage| coverage.queues).map(|queue| (queue.queue_id, queue.points));
    let mut points: Vec<(QueueId, Vec<CoveragePoint>)> = required.collect();
    let mut known: BTreeSet<QueueId> = points.iter().map(|(id, _)| *id).collect();
    for placed in parts.placed {
        if known.insert(placed.assignment.queue_id) {
            points.push((placed.assignment.queue_id, Vec::new()));
        }
    }
    let named = points.into_iter().map(|(id, coverage)| SheetQueue { id, name: (parts.queue_name)(id), coverage });
    let mut queues: Vec<SheetQueue> = named.collect();
    queues.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    queues
}

/// By the shifts as they are placed, and the skills that agents have now.
fn coverage(parts: &SheetParts<'_>, requirement: &StaffingRequirement) -> Coverage {
    let mut coverage = Coverage::uncovered(requirement);
    for placed in parts.placed {
        let agent = parts.agents.iter().find(|agent| agent.id == placed.assignment.agent_id);
        if let Some(proficiency) = agent.and_then(|agent| agent.proficiency(placed.assignment.queue_id)) {
            coverage.add(placed.assignment.queue_id, proficiency, &placed.shift);
        }
    }
    coverage
}

fn line(agent: &Agent, parts: &SheetParts<'_>, queues: &[SheetQueue]) -> SheetAgent {
    let own = parts.placed.iter().filter(|placed| placed.assignment.agent_id == agent.id);
    let assignments = own.filter_map(|placed| {
        let assignment = &placed.assignment;
        Some(SheetAssignment {
            id: assignment.id,
            template: parts.templates.iter().position(|template| template.id == assignment.shift_template_id)?,
            queue: queues.iter().position(|queue| queue.id == assignment.queue_id)?,
            shift: placed.shift.clone(),
            is_pinned: assignment.is_pinned,
        })
    });
    SheetAgent {
        id: agent.id,
        staff_number: agent.staff_number.clone(),
        name: agent.name.clone(),
        post: agent.post,
        contract: agent.contract,
        assignments: assignments.collect(),
        leave: leave_days(agent.id, parts.leave, &parts.roster.week),
    }
}

/// Dates of the week on which the agent is away at some time.
fn leave_days(agent_id: AgentId, leave: &[Leave], week: &PlanningWeek) -> Vec<NaiveDate> {
    let day = |date: NaiveDate| Interval { start: midnight(week.zone(), date), end: midnight(week.zone(), date + Days::new(1)) };
    let is_away = |date: &NaiveDate| leave.iter().any(|leave| leave.agent_id == agent_id && leave.span.overlaps(&day(*date)));
    week.dates().filter(is_away).collect()
}

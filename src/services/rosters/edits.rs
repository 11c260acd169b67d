//! Editing a draft: all edits of a request or none, judged before and after.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::judging::{Judgement, explained};
use super::{RosterContext, context, find_roster, subject};
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, AssignmentId, QueueId, RosterId, ShiftTemplateId};
use crate::domain::roster::Assignment;
use crate::domain::rules::{Severity, Violation};
use crate::domain::shift::ShiftTemplate;
use crate::services::ServiceError;
use crate::services::audit::entry;
use crate::services::editing::Expected;
use crate::solver::place_breaks;
use crate::store::assignments::{self, PlacedAssignment};
use crate::store::rosters::{self, Roster};
use crate::store::{Store, Tx, Versioned, audit};

/// One edit of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Gives an agent another shift.
    Assign(NewAssignment),
    /// Changes who, when, or on what.
    Change(AssignmentId, AssignmentChange),
    /// Takes an assignment out.
    Remove(AssignmentId),
    /// A new build must keep the assignment, and an edit may not change it.
    Pin(AssignmentId),
    /// Lifts the pin; in the same request the assignment may then be changed.
    Unpin(AssignmentId),
}

/// An assignment to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// Who.
    pub agent_id: AgentId,
    /// The local date the shift begins on.
    pub date: NaiveDate,
    /// Which shift.
    pub shift_template_id: ShiftTemplateId,
    /// On which queue.
    pub queue_id: QueueId,
    /// Where each break is put; `None` for where coverage suffers least.
    pub break_offsets: Option<Vec<u32>>,
    /// Whether a new build must keep it.
    pub is_pinned: bool,
}

/// What to change of an assignment; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssignmentChange {
    /// Who.
    pub agent_id: Option<AgentId>,
    /// The local date the shift begins on.
    pub date: Option<NaiveDate>,
    /// Which shift.
    pub shift_template_id: Option<ShiftTemplateId>,
    /// On which queue.
    pub queue_id: Option<QueueId>,
    /// Where each break is put; `None` to leave them, or, on another date, shift or queue, for where coverage suffers least.
    pub break_offsets: Option<Vec<u32>>,
}

impl AssignmentChange {
    /// Whether breaks that fitted before may now be better elsewhere.
    fn opens_breaks(&self) -> bool {
        let is_elsewhere = self.date.is_some() || self.shift_template_id.is_some() || self.queue_id.is_some();
        is_elsewhere && self.break_offsets.is_none()
    }
}

/// What an edit made of a draft.
pub struct Edited {
    /// The draft; at its old version after a dry run.
    pub row: Versioned<Roster>,
    /// The draft as edited.
    pub context: RosterContext,
    /// Assignments that were added or changed, as they are now.
    pub changed: Vec<PlacedAssignment>,
    /// Soft rules that the edit breaks, or breaks worse.
    pub warnings: Vec<Violation>,
    /// What the draft cost before.
    pub cost_before: f64,
    /// What it breaks and costs now.
    pub judgement: Judgement,
}

/// Applies edits to a draft, in their order: all of them or, where one is refused, none. `is_dry_run` judges them in the same
/// way and changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] where an edit names something unknown;
/// [`ServiceError::RuleViolation`] with the hard rules that the edits would break or break worse; a version conflict, and
/// [`StoreError::RosterNotDraft`](crate::store::StoreError::RosterNotDraft).
pub async fn edit_roster(
    store: &Store,
    actor: &Actor,
    id: RosterId,
    expected: Expected,
    edits: &[Edit],
    is_dry_run: bool,
    now: DateTime<Utc>,
) -> Result<Edited, ServiceError> {
    let tx = store.begin().await?;
    let found = find_roster(&tx, actor, id).await?;
    let opened = rosters::change_draft(&tx, id, expected.or(found.version), now).await?;
    let mut context = context(&tx, &found.value, &assignments::list(&tx, id).await?).await?;
    let before = Judgement::of(&context);
    let old = context.assignments.clone();
    apply(&mut context, edits)?;
    let judgement = Judgement::of(&context);
    let (hard, warnings): (Vec<_>, Vec<_>) =
        judgement.added_since(&before).into_iter().partition(|violation| violation.severity == Severity::Hard);
    if !hard.is_empty() {
        return Err(ServiceError::RuleViolation(hard));
    }
    let changed = changed_since(&old, &context);
    let mut edited = Edited { row: found, context, changed, warnings, cost_before: before.price.total, judgement };
    if !is_dry_run {
        write(&tx, &opened, &old, &edited).await?;
        audit::insert(&tx, &line(actor, edits, &old, &edited, now)).await?;
        edited.row = rosters::get(&tx, id).await?.unwrap_or(opened);
        tx.commit().await?;
    }
    Ok(edited)
}

/// Applies the edits to the context, or says everything that is wrong with them.
fn apply(context: &mut RosterContext, edits: &[Edit]) -> Result<(), Vec<FieldFault>> {
    let mut faults = Faults::default();
    let mut all = std::mem::take(&mut context.assignments);
    let mut open = BTreeSet::new();
    for (index, edit) in edits.iter().enumerate() {
        let at = format!("/edits/{index}");
        match edit {
            Edit::Assign(new) => {
                let assignment = assigned(context, new, &at, &mut faults);
                open.extend(new.break_offsets.is_none().then_some(assignment.id));
                all.push(assignment);
            }
            Edit::Change(id, change) => {
                if let Some(assignment) = locate(&mut all, *id, &at, &mut faults) {
                    changed(context, assignment, change, &at, &mut faults);
                    open.extend(change.opens_breaks().then_some(*id));
                }
            }
            Edit::Remove(id) => {
                if locate(&mut all, *id, &at, &mut faults).is_some() {
                    all.retain(|assignment| assignment.id != *id);
                }
            }
            Edit::Pin(id) | Edit::Unpin(id) => {
                if let Some(assignment) = locate(&mut all, *id, &at, &mut faults) {
                    assignment.is_pinned = matches!(edit, Edit::Pin(_));
                }
            }
        }
    }
    let unpinned: BTreeSet<AssignmentId> =
        edits.iter().filter_map(|edit| if let Edit::Unpin(id) = edit { Some(*id) } else { None }).collect();
    context.input.pinned.retain(|pin| !unpinned.contains(&pin.id));
    context.assignments = faults.into_result(Some(all))?;
    if !open.is_empty() {
        place_breaks(&context.input, &mut context.assignments, &open);
    }
    context.placed = placed(context);
    Ok(())
}

fn locate<'a>(all: &'a mut [Assignment], id: AssignmentId, at: &str, faults: &mut Faults) -> Option<&'a mut Assignment> {
    let found = all.iter_mut().find(|assignment| assignment.id == id);
    faults.expect(found.is_some(), format!("{at}/assignment_id"), format!("the draft has no assignment {id}"));
    found
}

fn assigned(context: &RosterContext, new: &NewAssignment, at: &str, faults: &mut Faults) -> Assignment {
    let NewAssignment { agent_id, date, shift_template_id, queue_id, is_pinned, .. } = *new;
    let id = AssignmentId::generate();
    let break_offsets = Vec::new();
    let mut assignment = Assignment { id, agent_id, date, shift_template_id, queue_id, break_offsets, is_pinned };
    let all = AssignmentChange {
        agent_id: Some(agent_id),
        date: Some(date),
        shift_template_id: Some(shift_template_id),
        queue_id: Some(queue_id),
        break_offsets: new.break_offsets.clone(),
    };
    changed(context, &mut assignment, &all, at, faults);
    assignment
}

/// Changes an assignment; what it is changed to must be something that the team can be rostered on.
fn changed(context: &RosterContext, assignment: &mut Assignment, change: &AssignmentChange, at: &str, faults: &mut Faults) {
    let (input, plan) = (&context.input, &context.plan);
    if let Some(id) = change.agent_id {
        let detail = format!("{id} is no agent of team {} employed in this week", plan.team.name);
        faults.expect(input.agent(id).is_some(), format!("{at}/agent_id"), detail);
        assignment.agent_id = id;
    }
    if let Some(date) = change.date {
        let (monday, fits) = (input.week.monday(), input.week.day_of(date).is_some());
        faults.expect(fits, format!("{at}/date"), format!("must be a date of the week that begins on {monday}, got {date}"));
        assignment.date = date;
    }
    if let Some(id) = change.shift_template_id {
        let fits = plan.shift_templates.iter().any(|template| template.id == id);
        let detail = format!("{id} is no shift template of site {}", plan.site.name);
        faults.expect(fits, format!("{at}/shift_template_id"), detail);
        assignment.shift_template_id = id;
        assignment.break_offsets = input.shift_template(id).map(ShiftTemplate::first_places).unwrap_or_default();
    }
    if let Some(offsets) = &change.break_offsets {
        assignment.break_offsets.clone_from(offsets);
    }
    if let Some(id) = change.queue_id {
        let detail = format!("{id} is no queue that this roster has a staffing requirement for");
        faults.expect(input.covers(id), format!("{at}/queue_id"), detail);
        assignment.queue_id = id;
    }
}

/// The assignments with their times, by start.
fn placed(context: &RosterContext) -> Vec<PlacedAssignment> {
    let sequences: BTreeMap<AssignmentId, u32> =
        context.placed.iter().map(|placed| (placed.assignment.id, placed.sequence)).collect();
    let place = |assignment: &Assignment| {
        let shift = context.input.shift_of(assignment)?;
        let sequence = sequences.get(&assignment.id).copied().unwrap_or(0);
        Some(PlacedAssignment { assignment: assignment.clone(), shift, sequence })
    };
    let mut all: Vec<PlacedAssignment> = context.assignments.iter().filter_map(place).collect();
    all.sort_by_key(|placed| (placed.shift.span.start, placed.assignment.id));
    all
}

fn changed_since(old: &[Assignment], context: &RosterContext) -> Vec<PlacedAssignment> {
    context.placed.iter().filter(|placed| !old.contains(&placed.assignment)).cloned().collect()
}

async fn write(tx: &Tx, opened: &Versioned<Roster>, old: &[Assignment], edited: &Edited) -> Result<(), ServiceError> {
    let id = opened.value.id;
    let kept: BTreeSet<AssignmentId> = edited.context.assignments.iter().map(|assignment| assignment.id).collect();
    for removed in old.iter().filter(|assignment| !kept.contains(&assignment.id)) {
        assignments::remove(tx, id, removed.id).await?;
    }
    for placed in &edited.changed {
        assignments::put(tx, id, placed).await?;
    }
    let score = edited.judgement.score(opened.value.score.as_ref());
    let gaps = explained(&edited.context);
    rosters::set_score(tx, id, &edited.context.plan.rules, Some(&score), &gaps).await?;
    Ok(())
}

/// The line of the audit log: what was removed or changed as it was, what was added or changed as it is.
fn line(actor: &Actor, edits: &[Edit], old: &[Assignment], edited: &Edited, now: DateTime<Utc>) -> audit::AuditEntry {
    let action = match edits {
        all if all.iter().all(|edit| matches!(edit, Edit::Pin(_))) => "pin",
        all if all.iter().all(|edit| matches!(edit, Edit::Unpin(_))) => "unpin",
        _ => "edit",
    };
    let before: Vec<Assignment> =
        old.iter().filter(|assignment| !edited.context.assignments.contains(assignment)).cloned().collect();
    let after: Vec<Assignment> = edited.changed.iter().map(|placed| placed.assignment.clone()).collect();
    entry(actor, action, subject(&edited.row.value), Some(&before), Some(&after), now)
}

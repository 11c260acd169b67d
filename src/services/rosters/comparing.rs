//! What differs between two rosters of one week.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::judging::CoverageTotals;
use super::{RosterContext, read_roster};
use crate::domain::access::Actor;
use crate::domain::ids::{AgentId, RosterId};
use crate::services::ServiceError;
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::Roster;
use crate::store::{Store, Versioned};

/// Two rosters of one team and week, side by side.
pub struct Comparison {
    /// The roster that was asked for: what it is now.
    pub after: (Versioned<Roster>, RosterContext),
    /// The roster it is compared with: what it was before.
    pub before: (Versioned<Roster>, RosterContext),
    /// Every agent and date with another shift or queue, by date and agent.
    pub changes: Vec<DayChange>,
    /// Paid time of every agent who is in one of the two.
    pub hours: Vec<AgentHours>,
    /// How far both cover: before and after.
    pub coverage: (CoverageTotals, CoverageTotals),
}

/// What an agent works on a date, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayChange {
    /// Who.
    pub agent_id: AgentId,
    /// The local date the shift begins on.
    pub date: NaiveDate,
    /// `None` when it was added.
    pub before: Option<PlacedAssignment>,
    /// `None` when it was removed.
    pub after: Option<PlacedAssignment>,
}

/// Paid minutes of one agent's week, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentHours {
    /// Who.
    pub agent_id: AgentId,
    /// In the roster it is compared with.
    pub before_minutes: u32,
    /// In the roster that was asked for.
    pub after_minutes: u32,
}

/// Compares a roster with another of the same team and week.
///
/// # Errors
/// [`ServiceError::NotFound`] for the roster; [`ServiceError::Invalid`] when the other is not there, or of another week.
pub async fn compare_rosters(store: &Store, actor: &Actor, id: RosterId, with: RosterId) -> Result<Comparison, ServiceError> {
    let after = read_roster(store, actor, id).await?;
    let unknown = |_: &ServiceError| ServiceError::field("/with", format!("there is no roster {with} within your reach"));
    let before = read_roster(store, actor, with).await.map_err(|error| match error {
        ServiceError::NotFound { .. } => unknown(&error),
        other => other,
    })?;
    let of = |row: &Roster| (row.team_id, row.week.monday());
    if of(&after.0.value) != of(&before.0.value) {
        return Err(ServiceError::field("/with", "the two rosters must be of the same team and week"));
    }
    let changes = changes(&before.1.placed, &after.1.placed);
    let hours = hours(&before.1.placed, &after.1.placed);
    let coverage = (CoverageTotals::of(&before.1), CoverageTotals::of(&after.1));
    Ok(Comparison { after, before, changes, hours, coverage })
}

/// Shifts of one agent on one date, by start.
type ByDay<'a> = BTreeMap<(NaiveDate, AgentId), Vec<&'a PlacedAssignment>>;

fn by_day(placed: &[PlacedAssignment]) -> ByDay<'_> {
    let mut days = ByDay::new();
    for placed in placed {
        days.entry((placed.assignment.date, placed.assignment.agent_id)).or_default().push(placed);
    }
    days
}

fn changes(before: &[PlacedAssignment], after: &[PlacedAssignment]) -> Vec<DayChange> {
    let (old, new) = (by_day(before), by_day(after));
    let days: BTreeSet<(NaiveDate, AgentId)> = old.keys().chain(new.keys()).copied().collect();
    let mut changes = Vec::new();
    for day in days {
        let of = |days: &ByDay| -> Vec<PlacedAssignment> { days.get(&day).into_iter().flatten().copied().cloned().collect() };
        let (mut gone, mut come) = (of(&old), of(&new));
        gone.retain(|one| match come.iter().position(|other| is_same_work(one, other)) {
            Some(index) => {
                come.remove(index);
                false
            }
            None => true,
        });
        let (date, agent_id) = day;
        for index in 0..gone.len().max(come.len()) {
            let (before, after) = (gone.get(index).cloned(), come.get(index).cloned());
            changes.push(DayChange { agent_id, date, before, after });
        }
    }
    changes
}

/// Whether the agent would notice no difference: a pin is nothing to the agent.
fn is_same_work(one: &PlacedAssignment, other: &PlacedAssignment) -> bool {
    let work = |placed: &PlacedAssignment| (placed.assignment.shift_template_id, placed.assignment.queue_id);
    work(one) == work(other) && one.shift == other.shift
}

fn hours(before: &[PlacedAssignment], after: &[PlacedAssignment]) -> Vec<AgentHours> {
    let mut hours: BTreeMap<AgentId, (u32, u32)> = BTreeMap::new();
    for placed in before {
        hours.entry(placed.assignment.agent_id).or_default().0 += placed.shift.paid_minutes;
    }
    for placed in after {
        hours.entry(placed.assignment.agent_id).or_default().1 += placed.shift.paid_minutes;
    }
    let line = |(agent_id, (before_minutes, after_minutes))| AgentHours { agent_id, before_minutes, after_minutes };
    hours.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{Days, Duration};

    use super::*;
    use crate::domain::calendar::Interval;
    use crate::domain::ids::{AssignmentId, QueueId, ShiftTemplateId};
    use crate::domain::roster::Assignment;
    use crate::domain::shift::Shift;

    fn monday() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    fn placed(agent_id: AgentId, day: u64, shift_template_id: ShiftTemplateId) -> PlacedAssignment {
        let date = monday() + Days::new(day);
        let start = date.and_hms_opt(1, 0, 0).unwrap().and_utc();
        let shift = Shift { date, span: Interval { start, end: start + Duration::hours(9) }, breaks: vec![], paid_minutes: 480 };
        let id = AssignmentId::generate();
        let queue_id = QueueId(uuid::Uuid::nil());
        let assignment = Assignment { id, agent_id, date, shift_template_id, queue_id, break_offsets: vec![], is_pinned: false };
        PlacedAssignment { assignment, shift, sequence: 0 }
    }

    #[test]
    fn days_are_told_as_added_removed_or_changed() {
        let (wang, li) = (AgentId::generate(), AgentId::generate());
        let (early, late) = (ShiftTemplateId::generate(), ShiftTemplateId::generate());
        let same = placed(wang, 0, early);
        let (moved, removed, added) = (placed(wang, 1, early), placed(wang, 2, early), placed(li, 3, late));
        let mut now_late = moved.clone();
        now_late.assignment.shift_template_id = late;
        // Another build gives the same work another identity, and a pin.
        let mut rebuilt = placed(wang, 0, early);
        rebuilt.assignment.is_pinned = true;
        let before = [same, moved.clone(), removed.clone()];
        let after = [rebuilt, now_late.clone(), added.clone()];
        let told = changes(&before, &after);
        let day = |agent_id, day, before, after| DayChange { agent_id, date: monday() + Days::new(day), before, after };
        assert_eq!(
            told,
            [day(wang, 1, Some(moved), Some(now_late)), day(wang, 2, Some(removed), None), day(li, 3, None, Some(added))]
        );
        let mut minutes: Vec<_> = hours(&before, &after).iter().map(|line| (line.before_minutes, line.after_minutes)).collect();
        minutes.sort();
        assert_eq!(minutes, [(0, 480), (1440, 960)]);
    }
}

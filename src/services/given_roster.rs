//! The roster that a new one stays close to.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{AssignmentId, RosterId};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::store::{Db, StoreError, assignments};

/// The assignments of the roster to stay close to, where there is one.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn given_roster(db: &impl Db, id: Option<RosterId>) -> Result<Option<Vec<Assignment>>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(assignments::list(db, id).await?.into_iter().map(|placed| placed.assignment).collect()))
}

/// The new assignments, each with the identity that its agent's day has in the roster to stay close to: a calendar then shows
/// the same event, moved where the shift is another. Pins have theirs already.
pub(super) fn identified(input: &PlanningInput, mut built: Vec<Assignment>) -> Vec<Assignment> {
    let given = input.least_change_from.iter().flatten();
    let known: BTreeMap<_, AssignmentId> = given.map(|given| ((given.agent_id, given.date), given.id)).collect();
    let pinned: BTreeSet<AssignmentId> = built.iter().filter(|one| one.is_pinned).map(|one| one.id).collect();
    for one in built.iter_mut().filter(|one| !one.is_pinned) {
        // A pin that was moved since may hold the identity of another day.
        if let Some(id) = known.get(&(one.agent_id, one.date)).filter(|id| !pinned.contains(id)) {
            one.id = *id;
        }
    }
    built
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::calendar::{Horizon, IntervalMinutes, PlanningWeek};
    use crate::domain::demand::StaffingRequirement;
    use crate::domain::ids::{AgentId, QueueId, ShiftTemplateId};
    use crate::domain::load_memory::LoadMemory;
    use crate::domain::rules::RosterRules;
    use crate::domain::wish_memory::WishMemory;

    fn input(given: Vec<Assignment>) -> PlanningInput {
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), Tz::Asia__Shanghai).unwrap();
        let grid = week.grid(IntervalMinutes::HALF_HOUR, chrono::Duration::zero());
        PlanningInput {
            week,
            horizon: Horizon::new(week, 1).unwrap(),
            agents: vec![],
            shift_templates: vec![],
            requirement: StaffingRequirement { grid, queues: vec![] },
            leave: vec![],
            wishes: vec![],
            wish_memory: WishMemory::default(),
            history: vec![],
            ahead: vec![],
            pinned: vec![],
            least_change_from: Some(given),
            rotation: vec![],
            rules: RosterRules::default(),
            labour: None,
            load_memory: LoadMemory::default(),
        }
    }

    fn works(agent_id: AgentId, day: u64) -> Assignment {
        Assignment {
            id: AssignmentId::generate(),
            agent_id,
            date: "2026-11-23".parse::<chrono::NaiveDate>().unwrap() + Days::new(day),
            shift_template_id: ShiftTemplateId::generate(),
            queue_id: QueueId::generate(),
            break_offsets: vec![],
            is_pinned: false,
        }
    }

    #[test]
    fn a_day_keeps_its_identity_with_another_shift_too_unless_a_pin_has_it() {
        let [wang, li] = [AgentId::generate(), AgentId::generate()];
        let given = vec![works(wang, 0), works(wang, 1)];
        // The pin was made of the first agent's Tuesday and is the second's now.
        let pin = Assignment { id: given[1].id, is_pinned: true, ..works(li, 1) };
        let built = vec![works(wang, 0), works(wang, 1), pin.clone(), works(li, 2)];
        let kept: Vec<_> = identified(&input(given.clone()), built.clone()).into_iter().map(|one| one.id).collect();
        assert_eq!(kept, [given[0].id, built[1].id, pin.id, built[3].id]);
    }
}

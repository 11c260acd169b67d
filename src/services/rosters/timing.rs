//! When the shifts of a roster are: a draft follows its templates, what was published stays as it was.

use std::cmp::Reverse;

use chrono::Timelike;
use chrono_tz::Tz;

use crate::domain::calendar::local_of;
use crate::domain::roster::RosterStatus;
use crate::domain::shift::{Break, Shift, ShiftTemplate};
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::Roster;

/// Makes templates and assignments agree. The assignments of a draft move to where their templates are now. A roster that
/// is no draft any more keeps its times: templates that were edited since are turned back to what they were.
pub(super) fn settle(row: &Roster, templates: &mut [ShiftTemplate], placed: &mut [PlacedAssignment]) {
    let zone = row.week.zone();
    for template in templates {
        let mut own = placed.iter_mut().filter(|placed| placed.assignment.shift_template_id == template.id);
        if row.status == RosterStatus::Draft {
            own.for_each(|placed| placed.shift = template.on(placed.assignment.date, zone));
        } else if let Some(moved) = own.find(|placed| placed.shift != template.on(placed.assignment.date, zone)) {
            // All of them were placed by one version of the template, the one at publication.
            *template = as_placed(template, &moved.shift, zone);
        }
    }
}

/// The template that gave the shift. Which of its breaks were paid is not stored: the longest are taken to be the unpaid
/// ones until their sum is met.
fn as_placed(template: &ShiftTemplate, shift: &Shift, zone: Tz) -> ShiftTemplate {
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or(0);
    let length_minutes = minutes(shift.span.minutes());
    let mut breaks: Vec<Break> = shift
        .breaks
        .iter()
        .map(|rest| Break {
            offset_minutes: minutes((rest.start - shift.span.start).num_minutes()),
            minutes: minutes(rest.minutes()),
            is_paid: true,
        })
        .collect();
    breaks.sort_by_key(|rest| Reverse(rest.minutes));
    let mut unpaid = length_minutes.saturating_sub(shift.paid_minutes);
    for rest in &mut breaks {
        if rest.minutes <= unpaid {
            rest.is_paid = false;
            unpaid -= rest.minutes;
        }
    }
    breaks.sort_by_key(|rest| rest.offset_minutes);
    let start_minute = local_of(zone, shift.span.start).num_seconds_from_midnight() / 60;
    ShiftTemplate { start_minute, length_minutes, breaks, ..template.clone() }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde_json::json;

    use super::*;
    use crate::domain::calendar::PlanningWeek;
    use crate::domain::ids::{AgentId, AssignmentId, QueueId, RosterId, ShiftTemplateId, SiteId, TeamId};
    use crate::domain::roster::Assignment;
    use crate::domain::rules::RosterRules;

    fn template() -> ShiftTemplate {
        let rest = |offset_minutes, minutes, is_paid| Break { offset_minutes, minutes, is_paid };
        ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId::generate(),
            code: "晚".into(),
            name: "晚班".into(),
            start_minute: 17 * 60,
            length_minutes: 540,
            breaks: vec![rest(120, 15, true), rest(240, 60, false)],
        }
    }

    fn roster(status: RosterStatus, monday: NaiveDate) -> Roster {
        Roster {
            id: RosterId::generate(),
            team_id: TeamId::generate(),
            week: PlanningWeek::new(monday, Tz::Europe__Berlin).unwrap(),
            horizon: PlanningWeek::new(monday, Tz::Europe__Berlin).unwrap().into(),
            status,
            revision: 1,
            replaces_id: None,
            requirement_id: None,
            run_id: None,
            rules: RosterRules::default(),
            relaxations: None,
            score: None,
            gaps: json!([]),
            notices: vec![],
            published_at: None,
            publish_sequence: 0,
        }
    }

    fn placed(template: &ShiftTemplate, date: NaiveDate) -> PlacedAssignment {
        let assignment = Assignment {
            id: AssignmentId::generate(),
            agent_id: AgentId::generate(),
            date,
            shift_template_id: template.id,
            queue_id: QueueId::generate(),
            is_pinned: false,
        };
        PlacedAssignment { assignment, shift: template.on(date, Tz::Europe__Berlin), sequence: 0 }
    }

    /// A template, an edit of it, and a shift of the week in which Berlin leaves summer time.
    fn edited() -> (ShiftTemplate, ShiftTemplate, NaiveDate) {
        let old = template();
        let new = ShiftTemplate { start_minute: 16 * 60, length_minutes: 480, breaks: vec![], ..old.clone() };
        (old, new, "2026-10-19".parse().unwrap())
    }

    #[test]
    fn a_draft_follows_its_templates() {
        let (old, new, monday) = edited();
        let (mut templates, mut shifts) = ([new.clone()], [placed(&old, monday)]);
        settle(&roster(RosterStatus::Draft, monday), &mut templates, &mut shifts);
        assert_eq!(templates[0], new);
        assert_eq!(shifts[0].shift, new.on(monday, Tz::Europe__Berlin));
    }

    #[test]
    fn a_published_roster_keeps_the_times_it_was_published_with() {
        let (old, new, monday) = edited();
        let sunday = monday + chrono::Days::new(6);
        let (mut templates, mut shifts) = ([new], [placed(&old, monday), placed(&old, sunday)]);
        let before = shifts.clone();
        settle(&roster(RosterStatus::Published, monday), &mut templates, &mut shifts);
        assert_eq!(shifts, before);
        assert_eq!(templates, [old]);
    }

    #[test]
    fn a_template_that_nobody_edited_is_left_alone() {
        let (old, _, monday) = edited();
        let (mut templates, mut shifts) = ([old.clone()], [placed(&old, monday)]);
        settle(&roster(RosterStatus::Archived, monday), &mut templates, &mut shifts);
        assert_eq!(templates, [old]);
    }
}

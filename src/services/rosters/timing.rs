//! When the shifts of a roster are: a draft follows its templates, what was published stays as it was.

use std::cmp::Reverse;

use chrono::Timelike;
use chrono_tz::Tz;

use crate::domain::calendar::{Interval, local_of};
use crate::domain::roster::{Assignment, RosterStatus};
use crate::domain::shift::{Break, Shift, ShiftTemplate};
use crate::store::assignments::PlacedAssignment;
use crate::store::rosters::Roster;

/// Makes templates and assignments agree. The assignments of a draft move to where their templates are now. A roster that
/// is no draft any more keeps its times: templates that were edited since are turned back to what they were.
pub(super) fn settle(row: &Roster, templates: &mut [ShiftTemplate], placed: &mut [PlacedAssignment]) {
    let zone = row.week.zone();
    for template in templates {
        let own = placed.iter_mut().filter(|placed| placed.assignment.shift_template_id == template.id);
        if row.status == RosterStatus::Draft {
            own.for_each(|placed| {
                let Assignment { date, break_offsets, .. } = &mut placed.assignment;
                *break_offsets = template.nearest_places(break_offsets);
                placed.shift = template.with_breaks(break_offsets, *date, zone);
            });
            continue;
        }
        let shifts: Vec<&Shift> = own.map(|placed| &placed.shift).collect();
        let is_as_it_was = |shift: &&Shift| {
            let offsets = shift.break_offsets();
            **shift == template.with_breaks(&template.nearest_places(&offsets), shift.date, zone)
        };
        if !shifts.iter().all(is_as_it_was) {
            // All of them were placed by one version of the template, the one at publication.
            *template = as_placed(template, &shifts, zone);
        }
    }
}

/// The template that gave the shifts. Its windows are taken to be as wide as its breaks were apart. Which of its breaks were
/// paid is not stored: the longest are taken to be the unpaid ones until their sum is met.
fn as_placed(template: &ShiftTemplate, shifts: &[&Shift], zone: Tz) -> ShiftTemplate {
    let shift = shifts[0];
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or(0);
    let length_minutes = minutes(shift.span.minutes());
    let window = |number: usize| {
        let offsets = || shifts.iter().filter_map(move |shift| shift.break_offsets().get(number).copied());
        let (first, last) = (offsets().min().unwrap_or(0), offsets().max().unwrap_or(0));
        (first, last - first, offsets().fold(0, |step, offset| gcd(step, offset - first)))
    };
    let put = |(number, rest): (usize, &Interval)| {
        let (offset_minutes, window_minutes, step) = window(number);
        let fixed = Break::fixed(offset_minutes, minutes(rest.minutes()), true);
        if window_minutes == 0 { fixed } else { Break { window_minutes, step_minutes: step, ..fixed } }
    };
    let mut breaks: Vec<Break> = shift.breaks.iter().enumerate().map(put).collect();
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

/// The greatest step that both are whole numbers of.
fn gcd(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { gcd(right, left % right) }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde_json::json;

    use super::*;
    use crate::domain::calendar::PlanningWeek;
    use crate::domain::ids::{AgentId, AssignmentId, QueueId, RosterId, ShiftTemplateId, SiteId, TeamId};
    use crate::domain::rules::RosterRules;

    fn template() -> ShiftTemplate {
        ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId::generate(),
            code: "晚".into(),
            name: "晚班".into(),
            start_minute: 17 * 60,
            length_minutes: 540,
            breaks: vec![Break::fixed(120, 15, true), Break::fixed(240, 60, false)],
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
            least_change_from: None,
            rotation: None,
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
            break_offsets: template.first_places(),
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

    /// Lunch from 180 minutes on within 90, in steps of 30.
    fn movable() -> ShiftTemplate {
        let lunch = Break { window_minutes: 90, step_minutes: 30, ..Break::fixed(180, 60, false) };
        ShiftTemplate { breaks: vec![lunch], ..template() }
    }

    fn placed_at(template: &ShiftTemplate, date: NaiveDate, offset: u32) -> PlacedAssignment {
        let mut placed = placed(template, date);
        placed.assignment.break_offsets = vec![offset];
        placed.shift = template.with_breaks(&[offset], date, Tz::Europe__Berlin);
        placed
    }

    #[test]
    fn breaks_of_a_draft_stay_where_the_template_still_has_places_for_them() {
        let (old, monday) = (movable(), edited().2);
        let mut new = old.clone();
        (new.breaks[0].window_minutes, new.breaks[0].minutes) = (30, 45);
        let mut shifts = [placed_at(&old, monday, 210), placed_at(&old, monday, 270)];
        settle(&roster(RosterStatus::Draft, monday), &mut [new.clone()], &mut shifts);
        for placed in shifts {
            assert_eq!(placed.assignment.break_offsets, [210], "270 is no place any more, 210 is the nearest");
            assert_eq!(placed.shift, new.with_breaks(&[210], monday, Tz::Europe__Berlin));
        }
    }

    #[test]
    fn what_was_published_with_breaks_in_windows_keeps_them_all() {
        let (old, monday) = (movable(), edited().2);
        let published = [placed_at(&old, monday, 180), placed_at(&old, monday, 240), placed_at(&old, monday, 270)];
        let row = roster(RosterStatus::Published, monday);
        let (mut templates, mut shifts) = ([old.clone()], published.clone());
        settle(&row, &mut templates, &mut shifts);
        assert_eq!(templates[0], old, "nobody edited the template");
        assert_eq!(shifts, published);
        templates[0].breaks[0].minutes = 30;
        settle(&row, &mut templates, &mut shifts);
        assert_eq!(shifts, published);
        assert_eq!(templates, [old], "60 and 90 minutes apart: steps of 30");
    }

    #[test]
    fn a_template_that_nobody_edited_is_left_alone() {
        let (old, _, monday) = edited();
        let (mut templates, mut shifts) = ([old.clone()], [placed(&old, monday)]);
        settle(&roster(RosterStatus::Archived, monday), &mut templates, &mut shifts);
        assert_eq!(templates, [old]);
    }
}

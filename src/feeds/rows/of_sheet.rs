//! Rows of rosters.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{CoverageRow, HoursRow, RosterRow, at, times};
use crate::domain::coverage::CoveragePoint;
use crate::feeds::sheet::RosterSheet;

/// One row per assignment, by agent as the sheet has them, then by date.
pub fn roster_rows(sheet: &RosterSheet) -> Vec<RosterRow> {
    let zone = sheet.week.zone();
    let mut rows = Vec::new();
    for agent in &sheet.agents {
        let mut assignments: Vec<_> = agent.assignments.iter().collect();
        assignments.sort_by_key(|assignment| assignment.shift.span.start);
        rows.extend(assignments.into_iter().map(|assignment| {
            let (template, queue) = (&sheet.templates[assignment.template], &sheet.queues[assignment.queue]);
            RosterRow {
                site: sheet.site.clone(),
                team_id: sheet.team_id,
                team: sheet.team.clone(),
                week: sheet.week.monday(),
                status: sheet.status,
                date: assignment.shift.date,
                agent_id: agent.id,
                staff_number: agent.staff_number.clone(),
                agent: agent.name.clone(),
                post: agent.post,
                shift_code: template.code.clone(),
                shift: template.name.clone(),
                starts_at: at(zone, assignment.shift.span.start),
                ends_at: at(zone, assignment.shift.span.end),
                breaks: assignment
                    .shift
                    .breaks
                    .iter()
                    .map(|rest| times(zone, rest.start, rest.end, "-"))
                    .collect::<Vec<_>>()
                    .join(" "),
                paid_minutes: assignment.shift.paid_minutes,
                queue_id: queue.id,
                queue: queue.name.clone(),
                is_pinned: assignment.is_pinned,
                assignment_id: assignment.id,
            }
        }));
    }
    rows
}

/// One row per queue and interval.
pub fn coverage_rows(sheet: &RosterSheet) -> Vec<CoverageRow> {
    let zone = sheet.week.zone();
    let rows = sheet.queues.iter().flat_map(|queue| {
        sheet.grid.intervals().zip(&queue.coverage).map(move |(interval, point)| CoverageRow {
            site: sheet.site.clone(),
            team_id: sheet.team_id,
            team: sheet.team.clone(),
            queue_id: queue.id,
            queue: queue.name.clone(),
            starts_at: at(zone, interval.start),
            ends_at: at(zone, interval.end),
            required: point.required,
            covered: rounded(point.covered),
            gap: rounded(point.gap()),
            surplus: rounded(point.surplus()),
            is_peak: point.is_peak,
        })
    });
    rows.collect()
}

/// Rows of several rosters, in order of their weeks, with one row for each queue and interval.
///
/// Sunday's late shifts reach into the week after, and both rosters have a row for that time: what is required is what the
/// later roster says, and heads of both are there.
pub fn merged_coverage(rows: impl IntoIterator<Item = CoverageRow>) -> Vec<CoverageRow> {
    let mut merged = BTreeMap::new();
    for mut row in rows {
        let key = (row.queue.clone(), row.queue_id, row.starts_at);
        if let Some(before) = merged.remove(&key) {
            let CoverageRow { covered, .. } = before;
            let point = CoveragePoint { required: row.required, covered: covered + row.covered, is_peak: row.is_peak };
            row.covered = rounded(point.covered);
            row.gap = rounded(point.gap());
            row.surplus = rounded(point.surplus());
        }
        merged.insert(key, row);
    }
    merged.into_values().collect()
}

/// To a ten-thousandth of a head: sums of tenths are not to show what floating point makes of them.
fn rounded(heads: f64) -> f64 {
    (heads * 10_000.0).round() / 10_000.0
}

/// One row per agent, those without a shift included.
pub fn hours_rows(sheet: &RosterSheet) -> Vec<HoursRow> {
    let is_weekend = |date: NaiveDate| date.weekday().num_days_from_monday() >= 5;
    let rows = sheet.agents.iter().map(|agent| HoursRow {
        site: sheet.site.clone(),
        team_id: sheet.team_id,
        team: sheet.team.clone(),
        week: sheet.week.monday(),
        agent_id: agent.id,
        staff_number: agent.staff_number.clone(),
        agent: agent.name.clone(),
        post: agent.post,
        shifts: agent.assignments.len() as u32,
        weekend_shifts: agent.assignments.iter().filter(|assignment| is_weekend(assignment.shift.date)).count() as u32,
        paid_minutes: agent.paid_minutes(),
        min_weekly_minutes: agent.contract.min_weekly_minutes,
        max_weekly_minutes: agent.contract.max_weekly_minutes,
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use chrono_tz::Tz;

    use super::*;
    use crate::feeds::sheet::examples::two_agents;

    #[test]
    fn an_agents_week_is_summed() {
        let row = &hours_rows(&two_agents("2026-11-23", Tz::Asia__Shanghai))[0];
        assert_eq!((row.shifts, row.weekend_shifts, row.paid_minutes), (3, 1, 1440));
    }

    #[test]
    fn times_carry_the_offset_of_their_day() {
        let sheet = two_agents("2026-10-19", Tz::Europe__Berlin);
        let rows = roster_rows(&sheet);
        assert_eq!(rows[0].starts_at.to_rfc3339(), "2026-10-19T08:00:00+02:00");
        assert_eq!(rows[2].starts_at.to_rfc3339(), "2026-10-25T17:00:00+01:00");
        assert_eq!(rows[2].ends_at.to_rfc3339(), "2026-10-26T02:00:00+01:00");
        let coverage = coverage_rows(&sheet);
        assert_eq!((coverage[0].gap, coverage.last().unwrap().gap), (0.0, 0.5));
        // 169 hours of that week, two of its tail, two queues.
        assert_eq!(coverage.len(), 171 * 2 * 2);
    }

    #[test]
    fn a_late_shift_of_sunday_covers_the_monday_of_the_roster_after() {
        let (first, mut second) = (two_agents("2026-11-23", Tz::Asia__Shanghai), two_agents("2026-11-30", Tz::Asia__Shanghai));
        for queue in &mut second.queues {
            queue.coverage.iter_mut().for_each(|point| *point = CoveragePoint { required: 4.0, covered: 1.1, is_peak: true });
        }
        let rows = merged_coverage(coverage_rows(&first).into_iter().chain(coverage_rows(&second)));
        // Two weeks and the two hours after the second, two queues, half-hours.
        assert_eq!(rows.len(), (14 * 24 + 2) * 2 * 2);
        let midnight = second.week.span().start;
        let at = |start| rows.iter().find(|row| row.starts_at == start && row.queue == "天猫售前").unwrap();
        let (shared, own) = (at(midnight), at(midnight + Duration::hours(2)));
        assert_eq!((shared.required, shared.covered, shared.gap, shared.is_peak), (4.0, 3.1, 0.9, true));
        assert_eq!((own.required, own.covered, own.gap), (4.0, 1.1, 2.9));
    }
}

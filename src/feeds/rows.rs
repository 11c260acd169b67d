//! Flat rows, as dashboards like them: the same columns in JSON and CSV, whether there are rows or none.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::sheet::RosterSheet;
use crate::domain::agent::Post;
use crate::domain::calendar::{IntervalGrid, local_of};
use crate::domain::demand::DemandForecast;
use crate::domain::ids::{AgentId, AssignmentId, QueueId};
use crate::domain::roster::RosterStatus;

/// A row whose columns are known without one at hand.
pub trait FlatRow: Serialize {
    /// The names of its fields, in order.
    const COLUMNS: &'static [&'static str];
}

macro_rules! flat_rows {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)+
        }

        impl FlatRow for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    )+};
}

flat_rows! {
    /// One assignment.
    RosterRow {
        /// Display name of the site.
        site: String,
        /// Display name of the team.
        team: String,
        /// Monday of the week.
        week: NaiveDate,
        /// Draft, published or archived.
        status: RosterStatus,
        /// The local date the shift begins on.
        date: NaiveDate,
        /// Who.
        agent_id: AgentId,
        /// Staff number.
        staff_number: String,
        /// Display name of the agent.
        agent: String,
        /// What the agent is employed as.
        post: Post,
        /// Short mark of the shift.
        shift_code: String,
        /// Display name of the shift.
        shift: String,
        /// Start, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// Local times of the breaks: `12:00-13:00 18:00-18:15`.
        breaks: String,
        /// Minutes that count as work.
        paid_minutes: u32,
        /// On which queue.
        queue_id: QueueId,
        /// Display name of the queue.
        queue: String,
        /// Whether a new build must keep it.
        is_pinned: bool,
        /// Identity of the assignment.
        assignment_id: AssignmentId,
    }
    /// One queue in one interval.
    CoverageRow {
        /// The queue.
        queue_id: QueueId,
        /// Its display name.
        queue: String,
        /// Start of the interval, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End of the interval, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// Heads required.
        required: f64,
        /// Heads rostered, net of breaks.
        covered: f64,
        /// Heads missing.
        gap: f64,
    }
    /// Expected inquiries of one queue in one interval.
    ForecastRow {
        /// The queue.
        queue_id: QueueId,
        /// Its display name.
        queue: String,
        /// Start of the interval, with the site's offset.
        starts_at: DateTime<FixedOffset>,
        /// End of the interval, with the site's offset.
        ends_at: DateTime<FixedOffset>,
        /// The mean.
        expected: f64,
        /// One time in ten it is less.
        p10: f64,
        /// One time in ten it is more.
        p90: f64,
    }
    /// One agent's week.
    HoursRow {
        /// Display name of the team.
        team: String,
        /// Monday of the week.
        week: NaiveDate,
        /// Who.
        agent_id: AgentId,
        /// Staff number.
        staff_number: String,
        /// Display name of the agent.
        agent: String,
        /// What the agent is employed as.
        post: Post,
        /// Shifts in the week.
        shifts: u32,
        /// Shifts that begin on Saturday or Sunday.
        weekend_shifts: u32,
        /// Minutes that count as work.
        paid_minutes: u32,
        /// The least the contract promises.
        min_weekly_minutes: u32,
        /// The most it allows.
        max_weekly_minutes: u32,
    }
}

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
            queue_id: queue.id,
            queue: queue.name.clone(),
            starts_at: at(zone, interval.start),
            ends_at: at(zone, interval.end),
            required: point.required,
            covered: point.covered,
            gap: point.gap(),
        })
    });
    rows.collect()
}

/// One row per queue and interval; `name_of` gives a queue's display name.
pub fn forecast_rows(forecast: &DemandForecast, zone: Tz, name_of: impl Fn(QueueId) -> String) -> Vec<ForecastRow> {
    let grid: &IntervalGrid = &forecast.grid;
    let mut rows = Vec::new();
    for queue in &forecast.queues {
        let name = name_of(queue.queue_id);
        rows.extend(grid.intervals().zip(&queue.points).map(|(interval, point)| ForecastRow {
            queue_id: queue.queue_id,
            queue: name.clone(),
            starts_at: at(zone, interval.start),
            ends_at: at(zone, interval.end),
            expected: point.expected,
            p10: point.p10,
            p90: point.p90,
        }));
    }
    rows
}

/// One row per agent, those without a shift included.
pub fn hours_rows(sheet: &RosterSheet) -> Vec<HoursRow> {
    let is_weekend = |date: NaiveDate| date.weekday().num_days_from_monday() >= 5;
    let rows = sheet.agents.iter().map(|agent| HoursRow {
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

/// The instant with the offset that the zone has then.
pub fn at(zone: Tz, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&zone).fixed_offset()
}

/// Local start and end, `09:00-18:00`.
pub(super) fn times(zone: Tz, start: DateTime<Utc>, end: DateTime<Utc>, dash: &str) -> String {
    format!("{}{dash}{}", local_of(zone, start).format("%H:%M"), local_of(zone, end).format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::super::sheet::examples::two_agents;
    use super::*;

    #[test]
    fn the_columns_are_the_fields_in_json() {
        let sheet = two_agents("2026-11-23", Tz::Asia__Shanghai);
        let row = serde_json::to_string(&coverage_rows(&sheet)[0]).unwrap();
        let mut from = 0;
        for column in CoverageRow::COLUMNS {
            from += row[from..].find(&format!("\"{column}\":")).unwrap();
        }
        let hours = serde_json::to_value(&hours_rows(&sheet)[0]).unwrap();
        assert_eq!(hours.as_object().unwrap().len(), HoursRow::COLUMNS.len());
        assert_eq!((&hours["shifts"], &hours["weekend_shifts"], &hours["paid_minutes"]), (&3.into(), &1.into(), &1440.into()));
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
}

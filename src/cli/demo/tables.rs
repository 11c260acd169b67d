//! The roster and its coverage as tables of a terminal, Chinese characters two columns wide.

use chrono::{Datelike, Days, NaiveDate};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};

use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, midnight};
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;
use crate::services::rosters::CoverageTotals;

/// 0-1; 1 where nothing is required.
pub fn covered_share(totals: CoverageTotals) -> f64 {
    let required = totals.required_agent_minutes;
    if required > 0.0 { 1.0 - totals.short_agent_minutes / required } else { 1.0 }
}

/// A queue's mark in the roster: A for the first of the requirement.
fn mark(index: usize) -> char {
    char::from(b'A' + u8::try_from(index % 26).unwrap_or(0))
}

/// Agents × days: the shift's code and the queue's mark, `假` for a day of leave.
pub fn roster_table(input: &PlanningInput, assignments: &[Assignment]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    let days = input.week.dates().map(|date| format!("{} {}", date.weekday(), date.format("%m-%d")));
    table.set_header([String::from("No."), "Name".into()].into_iter().chain(days).chain(["Hours".into()]));
    for agent in &input.agents {
        let own: Vec<&Assignment> = assignments.iter().filter(|assignment| assignment.agent_id == agent.id).collect();
        let cells = input.week.dates().map(|date| day_cell(input, agent, &own, date));
        let shifts = own.iter().filter_map(|assignment| input.shift_template(assignment.shift_template_id));
        let hours = f64::from(shifts.map(|shift| shift.paid_minutes()).sum::<u32>()) / 60.0;
        table.add_row([agent.staff_number.clone(), agent.name.clone()].into_iter().chain(cells).chain([format!("{hours:.1}")]));
    }
    right_aligned(&mut table, 9);
    table
}

fn day_cell(input: &PlanningInput, agent: &Agent, own: &[&Assignment], date: NaiveDate) -> String {
    let Some(assignment) = own.iter().find(|assignment| assignment.date == date) else {
        return if is_away(input, agent, date) { "假".into() } else { String::new() };
    };
    let code = input.shift_template(assignment.shift_template_id).map_or("?", |template| template.code.as_str());
    let queue = input.requirement.queues.iter().position(|queue| queue.queue_id == assignment.queue_id);
    format!("{code} {}", queue.map_or('?', mark))
}

/// Whether leave takes the whole day.
fn is_away(input: &PlanningInput, agent: &Agent, date: NaiveDate) -> bool {
    let zone = input.week.zone();
    let day = Interval { start: midnight(zone, date), end: midnight(zone, date + Days::new(1)) };
    let covers = |span: &Interval| span.start <= day.start && day.end <= span.end;
    input.leave.iter().any(|leave| leave.agent_id == agent.id && covers(&leave.span))
}

/// Queues with their marks: hours required, hours short, and the share covered; in the order of the requirement.
pub fn coverage_table(queues: &[(String, CoverageTotals)], totals: CoverageTotals) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["", "Queue", "Required h", "Short h", "Covered %"]);
    for (index, (name, totals)) in queues.iter().enumerate() {
        table.add_row(coverage_row(mark(index).to_string(), name, *totals));
    }
    table.add_row(coverage_row(String::new(), "Total", totals));
    for column in 2..5 {
        right_aligned(&mut table, column);
    }
    table
}

fn coverage_row(mark: String, name: &str, totals: CoverageTotals) -> [Cell; 5] {
    let figure = |figure: f64| Cell::new(format!("{figure:.1}"));
    [
        Cell::new(mark),
        Cell::new(name),
        figure(totals.required_agent_minutes / 60.0),
        figure(totals.short_agent_minutes / 60.0),
        figure(covered_share(totals) * 100.0),
    ]
}

fn right_aligned(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

#[cfg(test)]
mod tests {
    use super::super::organisation::{ZONE, organisation};
    use super::*;
    use crate::domain::calendar::{IntervalMinutes, PlanningWeek};
    use crate::domain::demand::{QueueRequirement, StaffingRequirement};
    use crate::domain::ids::AssignmentId;

    /// The demo's people in a week that nobody was asked for in.
    fn input() -> PlanningInput {
        let week = PlanningWeek::new("2026-11-23".parse().unwrap(), ZONE).unwrap();
        let made = organisation(week, week.monday(), 1);
        let grid = week.grid(IntervalMinutes::HALF_HOUR, chrono::Duration::zero());
        let queues = made.queues.iter().map(|queue| QueueRequirement { queue_id: queue.id, points: vec![] }).collect();
        PlanningInput {
            week,
            horizon: week.into(),
            agents: made.agents,
            shift_templates: made.shift_templates,
            requirement: StaffingRequirement { grid, queues },
            leave: made.leaves,
            wishes: made.wishes,
            wish_memory: Default::default(),
            history: vec![],
            ahead: vec![],
            pinned: vec![],
            least_change_from: None,
            rotation: vec![],
            rules: Default::default(),
            labour: None,
            load_memory: Default::default(),
        }
    }

    #[test]
    fn a_row_shows_shift_and_queue_leave_and_hours() {
        let input = input();
        let agent = input.agents.iter().find(|agent| agent.name == "张美琪").unwrap();
        let assignment = Assignment {
            id: AssignmentId::generate(),
            agent_id: agent.id,
            date: input.week.monday() + Days::new(4),
            shift_template_id: input.shift_templates.iter().find(|template| template.code == "晚1").unwrap().id,
            queue_id: input.requirement.queues[1].queue_id,
            break_offsets: vec![],
            is_pinned: false,
        };
        let table = roster_table(&input, &[assignment]).to_string();
        let row = table.lines().find(|line| line.contains("张美琪")).unwrap();
        let cells: Vec<&str> = row.trim_matches('│').split('┆').map(str::trim).collect();
        assert_eq!(cells, [agent.staff_number.as_str(), "张美琪", "假", "假", "假", "", "晚1 B", "", "", "8.0"]);
    }

    #[test]
    fn every_line_is_equally_wide_on_a_terminal() {
        let width =
            |line: &str| line.chars().map(|one| if ('\u{2e80}'..'\u{ffff}').contains(&one) { 2 } else { 1 }).sum::<usize>();
        let table = roster_table(&input(), &[]).to_string();
        let widths: Vec<usize> = table.lines().map(width).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }

    #[test]
    fn coverage_is_told_in_hours_and_percent() {
        let totals = CoverageTotals { required_agent_minutes: 6000.0, short_agent_minutes: 150.0 };
        let table = coverage_table(&[("天猫售前".into(), totals)], totals).to_string();
        let row = table.lines().find(|line| line.contains("天猫售前")).unwrap();
        let cells: Vec<&str> = row.trim_matches('│').split('┆').map(str::trim).collect();
        assert_eq!(cells, ["A", "天猫售前", "100.0", "2.5", "97.5"]);
    }

    #[test]
    fn where_nobody_is_required_all_is_covered() {
        assert_eq!(covered_share(CoverageTotals { required_agent_minutes: 0.0, short_agent_minutes: 0.0 }), 1.0);
    }
}

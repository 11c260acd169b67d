//! The roster and its coverage as tables of a terminal, Chinese characters two columns wide.

use chrono::{Datelike, Days, NaiveDate};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};

use super::outcome::Outcome;
use crate::domain::agent::Agent;
use crate::domain::calendar::{Interval, midnight};
use crate::domain::coverage::{CoveragePoint, QueueCoverage};
use crate::domain::ids::QueueId;
use crate::domain::planning::PlanningInput;
use crate::domain::roster::Assignment;

/// How much of what is required is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub required_minutes: f64,
    pub short_minutes: f64,
}

impl Share {
    /// 0-1; 1 where nothing is required.
    pub fn covered(&self) -> f64 {
        if self.required_minutes > 0.0 { 1.0 - self.short_minutes / self.required_minutes } else { 1.0 }
    }

    fn of(queue: &QueueCoverage, step_minutes: f64) -> Self {
        let sum = |heads: fn(&CoveragePoint) -> f64| queue.points.iter().map(heads).sum::<f64>() * step_minutes;
        Self { required_minutes: sum(|point| point.required), short_minutes: sum(CoveragePoint::gap) }
    }
}

/// Every queue's share, by name.
pub fn queue_shares(outcome: &Outcome) -> Vec<(String, Share)> {
    let step = f64::from(outcome.coverage.grid.step().get());
    let name = |id: QueueId| outcome.queues.iter().find(|queue| queue.0 == id).map_or_else(String::new, |queue| queue.1.clone());
    outcome.coverage.queues.iter().map(|queue| (name(queue.queue_id), Share::of(queue, step))).collect()
}

/// A queue's mark in the roster: A for the first.
fn mark(index: usize) -> char {
    char::from(b'A' + u8::try_from(index % 26).unwrap_or(0))
}

/// Agents × days: the shift's code and the queue's mark, `假` for a day of leave.
pub fn roster_table(outcome: &Outcome) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    let days = outcome.input.week.dates().map(|date| format!("{} {}", date.weekday(), date.format("%m-%d")));
    table.set_header([String::from("No."), "Name".into()].into_iter().chain(days).chain(["Hours".into()]));
    for agent in &outcome.input.agents {
        let cells = outcome.input.week.dates().map(|date| day_cell(outcome, agent, date));
        let hours = f64::from(paid_minutes(outcome, agent)) / 60.0;
        let row = [agent.staff_number.clone(), agent.name.clone()].into_iter().chain(cells).chain([format!("{hours:.1}")]);
        table.add_row(row);
    }
    right_aligned(&mut table, 9);
    table
}

fn day_cell(outcome: &Outcome, agent: &Agent, date: NaiveDate) -> String {
    let own = |assignment: &&Assignment| assignment.agent_id == agent.id && assignment.date == date;
    match outcome.assignments.iter().find(own) {
        Some(assignment) => {
            let code = outcome.input.shift_template(assignment.shift_template_id).map_or("?", |template| template.code.as_str());
            let queue = outcome.queues.iter().position(|queue| queue.0 == assignment.queue_id);
            format!("{code} {}", queue.map_or('?', mark))
        }
        None if is_away(&outcome.input, agent, date) => "假".into(),
        None => String::new(),
    }
}

/// Whether leave takes the whole day.
fn is_away(input: &PlanningInput, agent: &Agent, date: NaiveDate) -> bool {
    let zone = input.week.zone();
    let day = Interval { start: midnight(zone, date), end: midnight(zone, date + Days::new(1)) };
    let covers = |span: &Interval| span.start <= day.start && day.end <= span.end;
    input.leave.iter().any(|leave| leave.agent_id == agent.id && covers(&leave.span))
}

fn paid_minutes(outcome: &Outcome, agent: &Agent) -> u32 {
    let own = outcome.assignments.iter().filter(|assignment| assignment.agent_id == agent.id);
    own.filter_map(|assignment| outcome.input.shift_template(assignment.shift_template_id))
        .map(|template| template.paid_minutes())
        .sum()
}

/// Queues with their marks: hours required, hours short, and the share covered.
pub fn coverage_table(outcome: &Outcome) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["", "Queue", "Required h", "Short h", "Covered %"]);
    let shares = queue_shares(outcome);
    let mut total = Share { required_minutes: 0.0, short_minutes: 0.0 };
    for (index, (name, share)) in shares.into_iter().enumerate() {
        total.required_minutes += share.required_minutes;
        total.short_minutes += share.short_minutes;
        table.add_row(share_row(mark(index).to_string(), name, share));
    }
    table.add_row(share_row(String::new(), "Total".into(), total));
    for column in 2..5 {
        right_aligned(&mut table, column);
    }
    table
}

fn share_row(mark: String, name: String, share: Share) -> [Cell; 5] {
    let figure = |figure: f64| Cell::new(format!("{figure:.1}"));
    [
        Cell::new(mark),
        Cell::new(name),
        figure(share.required_minutes / 60.0),
        figure(share.short_minutes / 60.0),
        figure(share.covered() * 100.0),
    ]
}

fn right_aligned(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

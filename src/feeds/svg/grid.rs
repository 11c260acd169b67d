//! Agents × days.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use svg::node::element::{Group, Line, Rectangle, Title};

use super::canvas::{DAY, Frame, LEFT, MARGIN, RIGHT, WIDTH, badge, clean, colour, fit, round, text, width_of};
use crate::domain::calendar::{Interval, midnight};
use crate::domain::shift::Break;
use crate::feeds::palette::swatch_of;
use crate::feeds::rows::times;
use crate::feeds::sheet::{RosterSheet, SheetAgent, SheetAssignment};
use crate::feeds::words::Words;

const HEADER: f64 = 30.0;
const ROW: f64 = 28.0;

/// Draws the grid from `top`; gives the height at which it ends.
pub(super) fn draw(sheet: &RosterSheet, words: &Words, frame: &Frame, top: f64) -> (Group, f64) {
    let dates: Vec<NaiveDate> = sheet.week.dates().collect();
    let first = top + HEADER;
    let bottom = first + ROW * sheet.agents.len() as f64;
    let mut group = background(sheet, &dates, top, bottom);
    group = group.add(text(MARGIN + 10.0, top + 20.0, "day", words.agent)).add(text(
        WIDTH - MARGIN - 10.0,
        top + 20.0,
        "day end",
        words.hours,
    ));
    for date in &dates {
        let middle = frame.x(midnight(sheet.week.zone(), *date)) + DAY / 2.0;
        group = group.add(text(middle, top + 20.0, "day middle", &words.day(*date)));
    }
    for (index, agent) in sheet.agents.iter().enumerate() {
        group = group.add(line(agent, sheet, words, &dates, first + ROW * index as f64));
    }
    let total: u32 = sheet.agents.iter().map(SheetAgent::paid_minutes).sum();
    group = group.add(text(MARGIN + 10.0, bottom + 19.0, "strong", words.on_duty)).add(text(
        WIDTH - MARGIN - 10.0,
        bottom + 19.0,
        "strong end",
        &format!("{:.0}", f64::from(total) / 60.0),
    ));
    for (day, date) in (0..).zip(&dates) {
        let on_duty = sheet.agents.iter().filter(|agent| agent.on(*date).is_some()).count();
        let x = LEFT + DAY * (f64::from(day) + 0.5);
        group = group.add(text(x, bottom + 19.0, "strong middle", &on_duty.to_string()));
    }
    (group, bottom + ROW)
}

/// Header bar, weekend columns, and a line under every agent.
fn background(sheet: &RosterSheet, dates: &[NaiveDate], top: f64, bottom: f64) -> Group {
    let wide = WIDTH - 2.0 * MARGIN;
    let mut group = Group::new();
    for (day, date) in (0..).zip(dates) {
        if date.weekday().num_days_from_monday() >= 5 {
            let x = round(LEFT + DAY * f64::from(day));
            let height = bottom - top + ROW;
            group = group.add(
                Rectangle::new().set("x", x).set("y", top).set("width", round(DAY)).set("height", height).set("fill", "#f5f7fb"),
            );
        }
    }
    group = group.add(
        Rectangle::new()
            .set("x", MARGIN)
            .set("y", top)
            .set("width", wide)
            .set("height", HEADER)
            .set("rx", 5)
            .set("fill", "#2b3a55"),
    );
    for index in 0..=sheet.agents.len() {
        let y = top + HEADER + ROW * index as f64;
        let strength = if index == sheet.agents.len() { "#8791a3" } else { "#e4e8ee" };
        group = group.add(rule(MARGIN, y, WIDTH - MARGIN, y, strength));
    }
    for day in 0..=7 {
        let x = round(LEFT + DAY * f64::from(day));
        group = group.add(rule(x, top + HEADER, x, bottom + ROW, "#e4e8ee"));
    }
    group
}

/// A hairline.
pub(super) fn rule(x1: f64, y1: f64, x2: f64, y2: f64, stroke: &str) -> Line {
    Line::new().set("x1", round(x1)).set("y1", round(y1)).set("x2", round(x2)).set("y2", round(y2)).set("stroke", stroke)
}

fn line(agent: &SheetAgent, sheet: &RosterSheet, words: &Words, dates: &[NaiveDate], y: f64) -> Group {
    let base = y + 18.5;
    let mut group = Group::new();
    let is_leader = agent.post.leads();
    if is_leader {
        group = group.add(text(MARGIN + 8.0, base, "", "★").set("style", "fill:#b7791f"));
    }
    let name = fit(&clean(&agent.name), 74.0, 13.0);
    group = group
        .add(text(MARGIN + 24.0, base, if is_leader { "name strong" } else { "name" }, &name))
        .add(text(LEFT - 8.0, base, "small end", &fit(words.post(agent.post), 64.0, 11.0)))
        .add(text(RIGHT + 42.0, base, "end", &format!("{:.1}", f64::from(agent.paid_minutes()) / 60.0)));
    for (day, date) in (0..).zip(dates) {
        let x = LEFT + DAY * f64::from(day);
        match agent.on(*date) {
            Some(assignment) => group = group.add(cell(assignment, sheet, x, y)),
            None if agent.leave.contains(date) => {
                let middle = text(x + DAY / 2.0, base, "small middle", words.leave);
                group = group.add(cell_box(x, y).set("fill", "url(#leave)")).add(middle);
            }
            None => {}
        }
    }
    group
}

fn cell_box(x: f64, y: f64) -> Rectangle {
    Rectangle::new()
        .set("x", round(x + 3.0))
        .set("y", round(y + 2.5))
        .set("width", round(DAY - 6.0))
        .set("height", ROW - 5.0)
        .set("rx", 4)
}

/// Code, times, a mark if pinned, and the number of the queue.
fn cell(assignment: &SheetAssignment, sheet: &RosterSheet, x: f64, y: f64) -> Group {
    let swatch = swatch_of(assignment.template);
    let ink = colour(swatch.ink);
    let style = format!("fill:{ink}");
    let code = fit(&clean(&sheet.templates[assignment.template].code), 30.0, 13.0);
    let span = &assignment.shift.span;
    let times = times(sheet.week.zone(), span.start, span.end, "–");
    let after_code = x + 10.0 + width_of(&code, 13.0).max(13.0) + 6.0;
    let mut group = Group::new()
        .add(cell_box(x, y).set("fill", colour(swatch.fill)))
        .add(text(x + 10.0, y + 18.5, "code", &code).set("style", style.clone()))
        .add(text(after_code, y + 18.0, "time", &times).set("style", style.clone()))
        .add(badge(x + DAY - 14.0, y + ROW / 2.0, assignment.queue + 1, &ink));
    for mark in break_marks(assignment, sheet, x, y) {
        group = group.add(mark.set("fill", ink.clone()));
    }
    if assignment.is_pinned {
        group = group.add(text(x + DAY - 27.0, y + 17.5, "middle", "◆").set("style", format!("font-size:9px;{style}")));
    }
    group
}

/// Where the breaks of a shift are between its start at the left and its end at the right edge of the cell, for a shift that may
/// have them elsewhere on another day.
fn break_marks(assignment: &SheetAssignment, sheet: &RosterSheet, x: f64, y: f64) -> Vec<Rectangle> {
    if !sheet.templates[assignment.template].breaks.iter().any(Break::is_movable) {
        return Vec::new();
    }
    let (span, wide) = (&assignment.shift.span, DAY - 14.0);
    let at = |moment: DateTime<Utc>| (moment - span.start).num_minutes() as f64 / span.minutes() as f64 * wide;
    let mark = |rest: &Interval| {
        let times = times(sheet.week.zone(), rest.start, rest.end, "–");
        Rectangle::new()
            .set("class", "break")
            .set("x", round(x + 7.0 + at(rest.start)))
            .set("y", round(y + ROW - 6.0))
            .set("width", round(at(rest.end) - at(rest.start)))
            .set("height", 2)
            .add(Title::new(&times))
    };
    assignment.shift.breaks.iter().map(mark).collect()
}

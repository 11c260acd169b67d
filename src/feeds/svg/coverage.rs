//! Coverage against requirement, a chart per queue.

use svg::node::element::path::Data;
use svg::node::element::{Group, Path, Rectangle};

use super::canvas::{DAY, Frame, LEFT, MARGIN, RIGHT, badge, clean, fit, round, text};
use super::grid::rule;
use crate::domain::coverage::CoveragePoint;
use crate::feeds::sheet::{RosterSheet, SheetQueue};
use crate::feeds::words::Words;

const CHART: f64 = 60.0;
const PITCH: f64 = CHART + 16.0;
const COVERED: &str = "#8fbdea";
const SURPLUS: &str = "#d9e8f8";
const REQUIRED: &str = "#1f2f4d";
const GAP: &str = "#e5343d";

/// A stretch in which nothing changes.
struct Step {
    from: f64,
    to: f64,
    point: CoveragePoint,
}

/// Draws all charts from `top`; gives the height of the picture.
pub(super) fn draw(sheet: &RosterSheet, words: &Words, frame: &Frame, top: f64) -> (Group, f64) {
    let base = top + 36.0;
    let hours = sheet.queues.iter().map(|queue| queue.hours(&sheet.grid));
    let (required, short) = hours.fold((0.0, 0.0), |sum, queue| (sum.0 + queue.0, sum.1 + queue.1));
    let share = words.share_of_required.replace("{}", &format!("{:.1}", share(required, short)));
    let heading = format!("{} · {share}", words.coverage);
    let mut group = legend(Group::new().add(text(MARGIN, base, "heading", &heading)), words, base);
    let mut y = top + 52.0;
    for (index, queue) in sheet.queues.iter().enumerate() {
        group = group.add(chart(index, queue, sheet, words, frame, y));
        y += PITCH;
    }
    for day in 0..7 {
        for hour in [0, 6, 12, 18] {
            let x = LEFT + DAY * (f64::from(day) + f64::from(hour) / 24.0);
            group = group.add(text(x, y - 2.0, "small middle", &hour.to_string()).set("style", "font-size:9.5px"));
        }
    }
    (group, y + 16.0)
}

/// Percent of the requirement that is covered.
fn share(required: f64, short: f64) -> f64 {
    // Rounded down, so that 100 means all of it.
    if required > 0.0 { (1000.0 * (1.0 - short / required)).floor() / 10.0 } else { 100.0 }
}

fn legend(mut group: Group, words: &Words, base: f64) -> Group {
    let figures =
        [(words.required, REQUIRED, 2.0), (words.covered, COVERED, 11.0), (words.surplus, SURPLUS, 11.0), (words.gap, GAP, 11.0)];
    let mut x = RIGHT - 4.0 * 92.0;
    for (label, fill, height) in figures {
        let y = base - 4.5 - height / 2.0;
        let mark = Rectangle::new().set("x", x).set("y", y).set("width", 18).set("height", height).set("fill", fill);
        group = group.add(mark).add(text(x + 24.0, base, "", label));
        x += 92.0;
    }
    group
}

fn chart(index: usize, queue: &SheetQueue, sheet: &RosterSheet, words: &Words, frame: &Frame, y: f64) -> Group {
    let steps = steps(queue, sheet, frame);
    let highest = steps.iter().map(|step| step.point.covered.max(step.point.required)).fold(1.0, f64::max).ceil();
    let height = |heads: f64| y + CHART - heads / highest * (CHART - 4.0);
    let mut group = label(index, queue, sheet, words, y);
    let ground =
        Rectangle::new().set("x", LEFT).set("y", y).set("width", RIGHT - LEFT).set("height", CHART).set("fill", "#fafbfc");
    group = group.add(ground);
    for day in 0..=7 {
        let x = LEFT + DAY * f64::from(day);
        group = group.add(rule(x, y, x, y + CHART, "#d5dae3"));
    }
    group = group
        .add(rule(LEFT, height(highest), RIGHT, height(highest), "#e4e8ee").set("stroke-dasharray", "3 3"))
        .add(Path::new().set("d", area(&steps, &height, |point| point.covered)).set("fill", SURPLUS))
        .add(Path::new().set("d", area(&steps, &height, |point| point.covered.min(point.required))).set("fill", COVERED))
        .add(Path::new().set("d", gaps(&steps, &height)).set("fill", GAP).set("shape-rendering", "crispEdges"))
        .add(Path::new().set("d", required(&steps, &height)).set("fill", "none").set("stroke", REQUIRED).set("stroke-width", 1.6))
        .add(rule(LEFT, y + CHART, RIGHT, y + CHART, "#8791a3"));
    group.add(text(RIGHT + 8.0, height(highest) + 8.0, "small", &format!("{highest:.0}"))).add(text(
        RIGHT + 8.0,
        y + CHART,
        "small",
        "0",
    ))
}

/// Number and name of the queue, hours required, and the hours short or a tick.
fn label(index: usize, queue: &SheetQueue, sheet: &RosterSheet, words: &Words, y: f64) -> Group {
    let (required, short) = queue.hours(&sheet.grid);
    let group = Group::new()
        .add(badge(MARGIN + 9.0, y + 12.0, index + 1, REQUIRED))
        .add(text(MARGIN + 23.0, y + 16.0, "name strong", &fit(&clean(&queue.name), LEFT - MARGIN - 32.0, 13.0)))
        .add(text(MARGIN + 23.0, y + 34.0, "small", &format!("{} {required:.0} h", words.required)));
    let line = if short > 0.0 {
        text(MARGIN + 23.0, y + 50.0, "short", &format!("{:.1}% · {} {short:.1} h", share(required, short), words.short_of))
    } else {
        text(MARGIN + 23.0, y + 50.0, "fine", "✓ 100%")
    };
    group.add(line)
}

/// The points of the week, equal neighbours joined.
fn steps(queue: &SheetQueue, sheet: &RosterSheet, frame: &Frame) -> Vec<Step> {
    let end = sheet.week.span().end;
    let mut steps: Vec<Step> = Vec::new();
    for (interval, point) in sheet.grid.intervals().zip(&queue.coverage).take_while(|(interval, _)| interval.start < end) {
        let (from, to) = (round(frame.x(interval.start)), round(frame.x(interval.end)));
        match steps.last_mut() {
            Some(last) if last.point == *point => last.to = to,
            _ => steps.push(Step { from, to, point: *point }),
        }
    }
    steps
}

/// Everything below a figure.
fn area(steps: &[Step], height: &impl Fn(f64) -> f64, figure: impl Fn(&CoveragePoint) -> f64) -> Data {
    let Some(first) = steps.first() else { return Data::new() };
    let floor = round(height(0.0));
    let mut data = Data::new().move_to((first.from, floor));
    for step in steps {
        data = data.vertical_line_to(round(height(figure(&step.point)))).horizontal_line_to(step.to);
    }
    data.vertical_line_to(floor).close()
}

fn required(steps: &[Step], height: &impl Fn(f64) -> f64) -> Data {
    let Some(first) = steps.first() else { return Data::new() };
    let mut data = Data::new().move_to((first.from, round(height(first.point.required))));
    for step in steps {
        data = data.vertical_line_to(round(height(step.point.required))).horizontal_line_to(step.to);
    }
    data
}

/// From the coverage up to the requirement, where it is short.
fn gaps(steps: &[Step], height: &impl Fn(f64) -> f64) -> Data {
    let short = steps.iter().filter(|step| step.point.gap() > 0.0);
    short.fold(Data::new(), |data, step| {
        data.move_to((step.from, round(height(step.point.required))))
            .horizontal_line_to(step.to)
            .vertical_line_to(round(height(step.point.covered)))
            .horizontal_line_to(step.from)
            .close()
    })
}

//! The sheet of agents × days.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::style;
use crate::domain::shift::Break;
use crate::feeds::palette::swatch_of;
use crate::feeds::rows::times;
use crate::feeds::sheet::{RosterSheet, SheetAgent, SheetAssignment};
use crate::feeds::words::Words;

const A4: u8 = 9;
const HEADER_ROW: u32 = 3;
const FIRST_DAY: u16 = 3;
const SHIFTS: u16 = FIRST_DAY + 7;
const HOURS: u16 = SHIFTS + 1;

pub(super) fn write(page: &mut Worksheet, sheet: &RosterSheet, words: &Words) -> Result<(), XlsxError> {
    page.set_name(words.roster)?;
    let dates: Vec<NaiveDate> = sheet.week.dates().collect();
    lay_out(page)?;
    page.write_string_with_format(0, 0, format!("{} · {} · {}", words.roster, sheet.team, sheet.site), &style::title())?;
    let span = format!("{} – {} · {} · {}", dates[0], dates[6], sheet.week.zone().name(), words.status(sheet.status));
    page.write_string_with_format(1, 0, span, &style::subtitle())?;
    header(page, &dates, words)?;
    let mut row = HEADER_ROW;
    for agent in &sheet.agents {
        row += 1;
        line(page, row, agent, sheet, &dates, words)?;
    }
    totals(page, row + 1, sheet, &dates, words)?;
    legend(page, row + 3, sheet, words)
}

fn lay_out(page: &mut Worksheet) -> Result<(), XlsxError> {
    page.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.4, 0.5, 0.25, 0.25);
    page.set_print_center_horizontally(true).set_screen_gridlines(false).set_footer("&L&A&R&P / &N");
    page.set_repeat_rows(0, HEADER_ROW)?;
    page.set_freeze_panes(HEADER_ROW + 1, FIRST_DAY)?;
    page.set_row_height(0, 24)?;
    for (column, width) in [(0, 9.0), (1, 15.0), (2, 11.0), (SHIFTS, 8.0), (HOURS, 8.0)] {
        page.set_column_width(column, width)?;
    }
    for column in FIRST_DAY..SHIFTS {
        page.set_column_width(column, 16.5)?;
    }
    Ok(())
}

fn header(page: &mut Worksheet, dates: &[NaiveDate], words: &Words) -> Result<(), XlsxError> {
    let format = style::header();
    let left = [words.staff_number, words.agent, words.post].map(str::to_owned);
    let right = [words.shifts, words.hours].map(str::to_owned);
    let days = dates.iter().map(|date| words.day(*date));
    for (column, text) in (0..).zip(left.into_iter().chain(days).chain(right)) {
        page.write_string_with_format(HEADER_ROW, column, text, &format)?;
    }
    page.set_row_height(HEADER_ROW, 20)?;
    Ok(())
}

fn line(
    page: &mut Worksheet,
    row: u32,
    agent: &SheetAgent,
    sheet: &RosterSheet,
    dates: &[NaiveDate],
    words: &Words,
) -> Result<(), XlsxError> {
    let has_breaks = agent.assignments.iter().any(|assignment| breaks(assignment, sheet, words).is_some());
    page.set_row_height(row, if has_breaks { 36 } else { 24 })?;
    page.write_string_with_format(row, 0, &agent.staff_number, &style::cell())?;
    let mark = if agent.post.leads() { "★ " } else { "" };
    page.write_string_with_format(row, 1, format!("{mark}{}", agent.name), &style::name())?;
    page.write_string_with_format(row, 2, words.post(agent.post), &style::cell())?;
    for (column, date) in (FIRST_DAY..).zip(dates) {
        let (text, format) = day(agent, *date, sheet, words);
        page.write_string_with_format(row, column, text, &format)?;
    }
    page.write_number_with_format(row, SHIFTS, agent.assignments.len() as f64, &style::cell())?;
    page.write_number_with_format(row, HOURS, f64::from(agent.paid_minutes()) / 60.0, &style::figure())?;
    Ok(())
}

/// Code and times of a shift, its queue below; a word for leave; nothing for a day off.
fn day(agent: &SheetAgent, date: NaiveDate, sheet: &RosterSheet, words: &Words) -> (String, Format) {
    let Some(assignment) = agent.on(date) else {
        return match agent.leave.contains(&date) {
            true => (words.leave.to_owned(), style::leave()),
            false => (String::new(), style::cell()),
        };
    };
    let span = &assignment.shift.span;
    let code = &sheet.templates[assignment.template].code;
    let pin = if assignment.is_pinned { " ◆" } else { "" };
    let times = times(sheet.week.zone(), span.start, span.end, "–");
    let queue = &sheet.queues[assignment.queue].name;
    let breaks = breaks(assignment, sheet, words).map(|breaks| format!("\n{breaks}")).unwrap_or_default();
    (format!("{code} {times}{pin}\n{queue}{breaks}"), style::shift(swatch_of(assignment.template)))
}

/// The breaks of a shift that may have them elsewhere on another day; those that never move are in the legend.
fn breaks(assignment: &SheetAssignment, sheet: &RosterSheet, words: &Words) -> Option<String> {
    let is_movable = sheet.templates[assignment.template].breaks.iter().any(Break::is_movable);
    let times: Vec<String> =
        assignment.shift.breaks.iter().map(|rest| times(sheet.week.zone(), rest.start, rest.end, "–")).collect();
    is_movable.then(|| format!("{} {}", words.breaks, times.join(" ")))
}

fn totals(page: &mut Worksheet, row: u32, sheet: &RosterSheet, dates: &[NaiveDate], words: &Words) -> Result<(), XlsxError> {
    let format = style::total();
    for column in 0..FIRST_DAY {
        page.write_string_with_format(row, column, if column == 1 { words.on_duty } else { "" }, &format)?;
    }
    for (column, date) in (FIRST_DAY..).zip(dates) {
        let on_duty = sheet.agents.iter().filter(|agent| agent.on(*date).is_some()).count();
        page.write_number_with_format(row, column, on_duty as f64, &format)?;
    }
    let shifts: usize = sheet.agents.iter().map(|agent| agent.assignments.len()).sum();
    let minutes: u32 = sheet.agents.iter().map(SheetAgent::paid_minutes).sum();
    page.write_number_with_format(row, SHIFTS, shifts as f64, &format)?;
    page.write_number_with_format(row, HOURS, f64::from(minutes) / 60.0, &style::total().set_num_format("0.0"))?;
    Ok(())
}

fn legend(page: &mut Worksheet, first: u32, sheet: &RosterSheet, words: &Words) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip([words.shift, words.agent, words.breaks]) {
        let text = if column == 1 { "" } else { text };
        page.write_string_with_format(first, column, text, &style::header())?;
    }
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    for ((index, template), row) in sheet.templates.iter().enumerate().zip(first + 1..) {
        let format = style::shift(swatch_of(index));
        page.write_string_with_format(row, 0, &template.code, &format)?;
        let times = format!("{} {}–{}", template.name, clock(template.start_minute), clock(template.end_minute()));
        page.write_string_with_format(row, 1, times, &format)?;
        let from = |offset: u32| clock(template.start_minute + offset);
        let breaks = template.breaks.iter().map(|rest| {
            let times = format!("{}–{}", from(rest.offset_minutes), from(rest.latest_offset_minutes() + rest.minutes));
            if rest.is_movable() { format!("{} min {times}", rest.minutes) } else { times }
        });
        page.write_string_with_format(row, 2, breaks.collect::<Vec<_>>().join(" "), &format)?;
    }
    let notes = format!("★ {} · ◆ {}", words.leader, words.pinned);
    page.write_string_with_format(first, FIRST_DAY, notes, &style::subtitle())?;
    Ok(())
}

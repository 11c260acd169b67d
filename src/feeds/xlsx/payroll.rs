//! Payroll as a workbook: one row per agent, minutes by class.

use chrono::{NaiveDate, NaiveTime};
use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use super::style;
use crate::feeds::rows::PayrollRow;
use crate::feeds::words::Language;

const ENGLISH: [&str; 14] = [
    "Site",
    "Team",
    "No.",
    "Agent",
    "Post",
    "From",
    "Until",
    "Regular min",
    "Overtime min",
    "Rest day min",
    "Time off min",
    "Holiday min",
    "Total min",
    "Time off owed min",
];
const CHINESE: [&str; 14] = [
    "场地",
    "团队",
    "工号",
    "客服",
    "岗位",
    "起",
    "止",
    "正常（分钟）",
    "延长工时（分钟）",
    "休息日（分钟）",
    "调休（分钟）",
    "法定节假日（分钟）",
    "合计（分钟）",
    "待休（分钟）",
];
const WIDTHS: [f64; 14] = [12.0, 16.0, 10.0, 14.0, 12.0, 12.0, 12.0, 13.0, 13.0, 13.0, 13.0, 13.0, 13.0, 13.0];

/// Writes the workbook. Every text is written as a string: nothing in it is ever a formula.
///
/// # Errors
/// [`XlsxError`] where a name is longer than a cell holds.
pub fn payroll(rows: &[PayrollRow], (from, until): (NaiveDate, NaiveDate), language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (title, header) = match language {
        Language::En => (format!("Payroll {from} to {until}"), ENGLISH),
        Language::Zh => (format!("工时汇总 {from} 至 {until}"), CHINESE),
    };
    // Without a fixed date the same rows would give other bytes every time.
    let made_at = from.and_time(NaiveTime::MIN).and_utc();
    workbook.set_properties(&DocProperties::new().set_title(&title).set_author("paiban").set_creation_datetime(&made_at));
    write(workbook.add_worksheet(), rows, header, language)?;
    workbook.save_to_buffer()
}

fn write(page: &mut Worksheet, rows: &[PayrollRow], header: [&str; 14], language: Language) -> Result<(), XlsxError> {
    page.set_landscape().set_print_fit_to_pages(1, 0).set_footer("&R&P / &N");
    page.set_repeat_rows(0, 0)?;
    page.set_freeze_panes(1, 4)?;
    for ((column, text), width) in (0..).zip(header).zip(WIDTHS) {
        page.set_column_width(column, width)?;
        page.write_string_with_format(0, column, text, &style::header())?;
    }
    let (cell, name, total) = (style::cell(), style::name(), style::total());
    for (at, row) in (1..).zip(rows) {
        let post = language.words().post(row.post);
        let (from, until) = (row.from.to_string(), row.until.to_string());
        let texts = [row.site.as_str(), &row.team, &row.staff_number, &row.agent, post, &from, &until];
        for (column, text) in (0..).zip(texts) {
            page.write_string_with_format(at, column, text, if column == 3 { &name } else { &cell })?;
        }
        for (column, minutes) in (7..).zip(figures(row)) {
            page.write_number_with_format(at, column, minutes as f64, if column == 12 { &total } else { &cell })?;
        }
    }
    page.autofilter(0, 0, u32::try_from(rows.len()).unwrap_or(u32::MAX), 13)?;
    Ok(())
}

fn figures(row: &PayrollRow) -> [i64; 7] {
    [
        row.regular_minutes,
        row.overtime_minutes,
        row.rest_day_minutes,
        row.time_off_minutes,
        row.statutory_holiday_minutes,
        row.total_minutes,
        row.time_off_owed_minutes.into(),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::domain::agent::Post;
    use crate::domain::ids::{AgentId, TeamId};

    #[test]
    fn the_sheet_reads_back_to_the_minute_and_holds_no_formula() {
        let (from, until): (NaiveDate, NaiveDate) = ("2026-10-01".parse().unwrap(), "2026-10-31".parse().unwrap());
        let row = PayrollRow {
            site: "杭州".into(),
            team_id: TeamId::generate(),
            team: "一组".into(),
            agent_id: AgentId::generate(),
            staff_number: "A001".into(),
            agent: "=王芳".into(),
            post: Post::TeamLeader,
            from,
            until,
            regular_minutes: 8641,
            overtime_minutes: 59,
            rest_day_minutes: 480,
            time_off_minutes: -180,
            statutory_holiday_minutes: 240,
            total_minutes: 9240,
            time_off_owed_minutes: 120,
        };
        let bytes = payroll(std::slice::from_ref(&row), (from, until), Language::Zh).unwrap();
        assert_eq!(payroll(&[row], (from, until), Language::Zh).unwrap(), bytes);
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert!(workbook.worksheet_formula(&workbook.sheet_names()[0].clone()).unwrap().is_empty());
        let range = workbook.worksheet_range_at(0).unwrap().unwrap();
        let rows: Vec<&[Data]> = range.rows().collect();
        let text: Vec<String> = rows[1].iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            [
                "杭州",
                "一组",
                "A001",
                "=王芳",
                "组长",
                "2026-10-01",
                "2026-10-31",
                "8641",
                "59",
                "480",
                "-180",
                "240",
                "9240",
                "120"
            ]
        );
        assert_eq!(rows[0][8].to_string(), "延长工时（分钟）");
    }
}

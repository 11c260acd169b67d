//! The week as a workbook that a supervisor prints: a grid of agents × days, and the coverage behind it.

mod coverage;
mod grid;
mod payroll;
mod style;

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use super::sheet::RosterSheet;
use super::words::Language;

pub use payroll::payroll;

/// Writes the workbook. Every text is written as a string: nothing in it is ever a formula.
///
/// # Errors
/// [`XlsxError`] where a name is longer than a cell holds.
pub fn xlsx(sheet: &RosterSheet, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Without a fixed date the same roster would give other bytes every time.
    let made_at = sheet.week.span().start;
    workbook.set_properties(&DocProperties::new().set_title(&sheet.team).set_author("paiban").set_creation_datetime(&made_at));
    grid::write(workbook.add_worksheet(), sheet, language.words())?;
    coverage::write(workbook.add_worksheet(), sheet, language.words())?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, DataType, Reader, Xlsx};
    use chrono_tz::Tz;

    use super::super::sheet::examples::{two_agents, with_window};
    use super::*;

    fn cells(sheet: &RosterSheet, language: Language, index: usize) -> Vec<Vec<Data>> {
        let bytes = xlsx(sheet, language).unwrap();
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        let range = workbook.worksheet_range_at(index).unwrap().unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }

    fn text(row: &[Data]) -> Vec<String> {
        row.iter().map(|cell| cell.to_string().replace('\n', " | ")).collect()
    }

    #[test]
    fn the_grid_reads_back_as_it_was_written() {
        let rows = cells(&two_agents("2026-11-23", Tz::Asia__Shanghai), Language::Zh, 0);
        assert_eq!(text(&rows[0])[0], "排班表 · 客服一组 · 杭州");
        assert_eq!(text(&rows[1])[0], "2026-11-23 – 2026-11-29 · Asia/Shanghai · 已发布");
        assert_eq!(text(&rows[3])[..5], ["工号", "客服", "岗位", "周一 11-23", "周二 11-24"]);
        assert_eq!(text(&rows[4])[..5], ["A001", "★ 王芳", "组长", "早 08:00–17:00 | 天猫售前", "中 12:00–21:00 ◆ | 京东售后"]);
        assert_eq!(text(&rows[5])[..5], ["A002", "=Li & Co", "售前客服", "晚 17:00–02:00 | 京东售后", "请假"]);
        assert_eq!(rows[4][10..], [Data::Float(3.0), Data::Float(24.0)]);
        assert_eq!(text(&rows[6])[1..5], ["上班人数", "", "2", "1"]);
    }

    #[test]
    fn a_break_that_may_be_elsewhere_on_another_day_is_in_the_cell_of_the_day() {
        let rows = cells(&with_window(two_agents("2026-11-23", Tz::Asia__Shanghai)), Language::Zh, 0);
        assert_eq!(text(&rows[4])[3..5], ["早 08:00–17:00 | 天猫售前 | 休息 13:00–14:00", "中 12:00–21:00 ◆ | 京东售后"]);
        let legend: Vec<String> = rows.iter().filter_map(|row| row.get(2)).map(ToString::to_string).collect();
        assert!(legend.contains(&"60 min 12:00–15:00".to_owned()) && legend.contains(&"16:00–17:00".to_owned()), "{legend:?}");
    }

    #[test]
    fn no_cell_is_a_formula() {
        let bytes = xlsx(&two_agents("2026-11-23", Tz::Asia__Shanghai), Language::En).unwrap();
        let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
        for name in workbook.sheet_names() {
            assert!(workbook.worksheet_formula(&name).unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn the_coverage_has_a_row_per_queue_and_interval_of_the_week() {
        let rows = cells(&two_agents("2026-11-23", Tz::Asia__Shanghai), Language::En, 1);
        assert_eq!(text(&rows[0]), ["Queue", "Start", "End", "Required", "Covered", "Gap"]);
        assert_eq!(rows.len(), 1 + 2 * 340);
        assert_eq!(rows[1 + 340][3..], [Data::Float(2.0), Data::Float(1.5), Data::Float(0.5)]);
        assert_eq!(rows[1][1].as_datetime().unwrap().to_string(), "2026-11-23 00:00:00");
    }

    #[test]
    fn the_same_roster_gives_the_same_bytes() {
        let sheet = two_agents("2026-11-23", Tz::Asia__Shanghai);
        assert_eq!(xlsx(&sheet, Language::En).unwrap(), xlsx(&sheet, Language::En).unwrap());
    }
}

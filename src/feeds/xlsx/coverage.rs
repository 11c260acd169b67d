//! The sheet of coverage: one row per queue and interval, gaps in red.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::style;
use crate::domain::calendar::local_of;
use crate::feeds::sheet::RosterSheet;
use crate::feeds::words::Words;

const A4: u8 = 9;

pub(super) fn write(page: &mut Worksheet, sheet: &RosterSheet, words: &Words) -> Result<(), XlsxError> {
    page.set_name(words.coverage)?;
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_screen_gridlines(false).set_footer("&L&A&R&P / &N");
    page.set_repeat_rows(0, 0)?;
    page.set_freeze_panes(1, 0)?;
    let header = [words.queue, words.start, words.end, words.required, words.covered, words.gap];
    for ((column, text), width) in (0..).zip(header).zip([22.0, 17.0, 17.0, 10.0, 10.0, 10.0]) {
        page.set_column_width(column, width)?;
        page.write_string_with_format(0, column, text, &style::header())?;
    }
    let zone = sheet.week.zone();
    let (name, moment, whole, figure, shortage) =
        (style::name(), style::moment(), style::cell(), style::figure(), style::shortage());
    let mut row = 0;
    for queue in &sheet.queues {
        for (interval, point) in sheet.grid.intervals().zip(&queue.coverage) {
            row += 1;
            page.write_string_with_format(row, 0, &queue.name, &name)?;
            page.write_datetime_with_format(row, 1, local_of(zone, interval.start), &moment)?;
            page.write_datetime_with_format(row, 2, local_of(zone, interval.end), &moment)?;
            page.write_number_with_format(row, 3, point.required, &whole)?;
            page.write_number_with_format(row, 4, point.covered, &figure)?;
            page.write_number_with_format(row, 5, point.gap(), if point.gap() > 0.0 { &shortage } else { &figure })?;
        }
    }
    page.autofilter(0, 0, row, 5)?;
    Ok(())
}

//! Flat rows as CSV.

use std::borrow::Cow;

use serde_json::Value;

use super::rows::FlatRow;

/// Writes rows under a header that is there even without any. UTF-8, lines end with LF, times are RFC 3339.
///
/// With `has_bom` Excel takes the file for UTF-8. No text starts a formula: see [`guarded`].
pub fn csv<R: FlatRow>(rows: &[R], has_bom: bool) -> String {
    let mut writer = csv::Writer::from_writer(if has_bom { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() });
    writer.write_record(R::COLUMNS).expect("memory takes every write");
    for row in rows {
        let row = serde_json::to_value(row).expect("flat rows are plain values");
        let cells = R::COLUMNS.iter().map(|column| match &row[*column] {
            Value::Null => Cow::Borrowed(""),
            Value::String(text) => guarded(text),
            other => Cow::Owned(other.to_string()),
        });
        writer.write_record(cells.map(|cell| cell.into_owned())).expect("memory takes every write");
    }
    String::from_utf8(writer.into_inner().expect("memory takes every write")).expect("written from text")
}

/// Text that no spreadsheet takes for a formula: one that would start like it gets an apostrophe in front. Full-width
/// signs count too, as East Asian editions read them.
pub fn guarded(text: &str) -> Cow<'_, str> {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(STARTS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::super::rows::{CoverageRow, RosterRow, coverage_rows, roster_rows};
    use super::super::sheet::examples::two_agents;
    use super::*;

    #[test]
    fn the_header_is_there_without_rows_too() {
        assert_eq!(
            csv::<CoverageRow>(&[], false),
            "site,team_id,team,queue_id,queue,starts_at,ends_at,required,covered,gap,surplus,is_peak\n"
        );
        assert!(csv::<RosterRow>(&[], true).starts_with("\u{FEFF}site,team_id,team,week,"));
    }

    #[test]
    fn rows_are_flat_and_numbers_are_numbers() {
        let mut rows = coverage_rows(&two_agents("2026-11-23", Tz::Asia__Shanghai));
        rows.truncate(1);
        rows[0].gap = -0.5;
        insta::assert_snapshot!(csv(&rows, false), @"
        site,team_id,team,queue_id,queue,starts_at,ends_at,required,covered,gap,surplus,is_peak
        杭州,00000000-0000-0000-0000-000000000009,客服一组,00000000-0000-0000-0000-000000000001,天猫售前,2026-11-23T00:00:00+08:00,2026-11-23T00:30:00+08:00,2.0,2.0,-0.5,0.0,false
        ");
    }

    #[test]
    fn no_text_starts_a_formula() {
        let text = csv(&roster_rows(&two_agents("2026-11-23", Tz::Asia__Shanghai)), false);
        assert!(text.contains(",'=Li & Co,"), "{text}");
        for start in ["=1", "+1", "-1", "@a", "\ta", "\ra", "＝1"] {
            assert_eq!(guarded(start), format!("'{start}"));
        }
        assert_eq!(guarded("王=芳"), "王=芳");
    }
}

//! The week as a picture: agents × days, and below it coverage against requirement, on the same time axis.
//!
//! Self-contained and without scripts, for a browser, a README and a chat message alike.

mod canvas;
mod coverage;
mod grid;
mod header;
mod rotation;
mod summary;

use svg::Document;
use svg::node::element::{Definitions, Pattern, Rectangle, Style, Title};

use super::sheet::RosterSheet;
use super::words::Language;
use canvas::{Frame, STYLE, clean};

pub use rotation::rotation_svg;
pub use summary::summary_svg;

/// Draws the picture, 1200 units wide and as high as the team needs.
pub fn svg(sheet: &RosterSheet, language: Language) -> String {
    let words = language.words();
    let frame = Frame::of(sheet);
    let (header, below_header) = header::draw(sheet, words);
    let (grid, below_grid) = grid::draw(sheet, words, &frame, below_header);
    let (coverage, height) = coverage::draw(sheet, words, &frame, below_grid);
    let title = format!("{} {} {}", words.roster, sheet.team, sheet.week.monday());
    let document = Document::new()
        .set("viewBox", (0, 0, canvas::WIDTH as i32, height as i32))
        .set("width", canvas::WIDTH)
        .set("height", height)
        .set("role", "img")
        .add(Title::new(clean(&title)))
        .add(Style::new(STYLE))
        .add(Definitions::new().add(hatching()))
        .add(Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "#ffffff"))
        .add(header)
        .add(grid)
        .add(coverage);
    document.to_string()
}

/// Leave.
fn hatching() -> Pattern {
    Pattern::new()
        .set("id", "leave")
        .set("width", 7)
        .set("height", 7)
        .set("patternUnits", "userSpaceOnUse")
        .set("patternTransform", "rotate(45)")
        .add(Rectangle::new().set("width", 7).set("height", 7).set("fill", "#f4f5f7"))
        .add(Rectangle::new().set("width", 2).set("height", 7).set("fill", "#d3d8e0"))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use svg::parser::Event;

    use super::super::sheet::examples::{two_agents, with_window};
    use super::*;

    fn texts(picture: &str) -> String {
        let events = svg::read(picture).unwrap();
        let texts = events.filter_map(|event| if let Event::Text(text) = event { Some(text.trim().to_owned()) } else { None });
        texts.skip_while(|text| !text.starts_with("Roster ·")).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn the_picture_says_who_works_when_and_what_is_short() {
        let picture = svg(&two_agents("2026-11-23", Tz::Asia__Shanghai), Language::En);
        insta::assert_snapshot!(texts(&picture), @"Roster · 客服一组 | Published | 2026-11-23 – 11-29 | 杭州 · Asia/Shanghai | 早 | 早班 08:00–17:00 | 中 | 中班 12:00–21:00 | 晚 | 晚班 17:00–02:00 | leave | ★ leader | ◆ pinned | Agent | Hours | Mon 11-23 | Tue 11-24 | Wed 11-25 | Thu 11-26 | Fri 11-27 | Sat 11-28 | Sun 11-29 | ★ | 王芳 | Team leader | 24.0 | 早 | 08:00–17:00 | 1 | 中 | 12:00–21:00 | 2 | ◆ | 晚 | 17:00–02:00 | 1 | =Li &amp; Co | Presale | 8.0 | 晚 | 17:00–02:00 | 2 | leave | On duty | 32 | 2 | 1 | 0 | 0 | 0 | 0 | 1 | Coverage · 87.5% of required hours | Required | Covered | Surplus | Gap | 1 | 天猫售前 | Required 340 h | ✓ 100% | 2 | 0 | 2 | 京东售后 | Required 340 h | 75.0% · short 85.0 h | 2 | 0 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18 | 0 | 6 | 12 | 18");
    }

    #[test]
    fn a_break_that_may_be_elsewhere_on_another_day_is_marked_where_it_is() {
        let sheet = two_agents("2026-11-23", Tz::Asia__Shanghai);
        assert!(!svg(&sheet, Language::Zh).contains("class=\"break\""), "fixed breaks are known by their shift");
        let picture = svg(&with_window(sheet), Language::Zh);
        assert_eq!(picture.matches("class=\"break\"").count(), 1);
        assert!(picture.contains("13:00–14:00"));
    }

    #[test]
    fn everything_is_escaped_and_nothing_is_fetched_or_run() {
        let mut sheet = two_agents("2026-11-23", Tz::Asia__Shanghai);
        sheet.team = "</text><script>alert(1)</script>\u{0}".into();
        sheet.queues[0].name = "a\"b'c&d<e>".into();
        let picture = svg(&sheet, Language::Zh);
        assert!(!picture.contains("<script") && !picture.contains('\u{0}'));
        assert!(!picture.replace("http://www.w3.org/2000/svg", "").contains("http"));
        let parsed = svg::read(&picture).unwrap();
        assert!(parsed.count() > 50);
    }

    #[test]
    fn a_day_of_23_or_25_hours_fills_its_column() {
        for monday in ["2026-03-23", "2026-10-19"] {
            let sheet = two_agents(monday, Tz::Europe__Berlin);
            let frame = Frame::of(&sheet);
            let span = sheet.week.span();
            assert_eq!((frame.x(span.start), frame.x(span.end)), (canvas::LEFT, canvas::RIGHT));
            let sunday = crate::domain::calendar::midnight(Tz::Europe__Berlin, sheet.week.dates().nth(6).unwrap());
            assert!((frame.x(sunday) - (canvas::RIGHT - canvas::DAY)).abs() < 0.01);
            let half = sunday + (span.end - sunday) / 2;
            assert!((frame.x(half) - (canvas::RIGHT - canvas::DAY / 2.0)).abs() < 0.01);
        }
    }
}

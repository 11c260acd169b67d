//! A day or week as a picture: chats by hour, with the busy hours in another colour, and the figures above.

use svg::Document;
use svg::node::element::{Rectangle, Style, Title};

use super::canvas::{STYLE, clean, fit, round, text};
use crate::feeds::summary::title;
use crate::feeds::words::Language;
use crate::team::summary::Summary;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 24.0;
const BAR: f64 = (WIDTH - 2.0 * LEFT) / 24.0;
const FLOOR: f64 = 280.0;
const TALLEST: f64 = 160.0;

/// Draws the picture, 720 by 320.
pub fn summary_svg(summary: &Summary, language: Language) -> String {
    let heading = title(summary, language);
    let mut document = Document::new()
        .set("viewBox", (0, 0, WIDTH as i32, HEIGHT as i32))
        .set("width", WIDTH)
        .set("height", HEIGHT)
        .set("role", "img")
        .add(Title::new(clean(&heading)))
        .add(Style::new(STYLE))
        .add(Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "#ffffff"))
        .add(text(LEFT, 40.0, "title", &fit(&heading, WIDTH - 2.0 * LEFT, 24.0)))
        .add(text(LEFT, 68.0, "heading", &headline(summary, language)));
    let most = summary.by_hour.iter().copied().fold(0.0, f64::max);
    for (hour, chats) in (0_u32..).zip(&summary.by_hour) {
        let (x, height) = (LEFT + f64::from(hour) * BAR, if most > 0.0 { chats / most * TALLEST } else { 0.0 });
        let fill = if summary.busy_hours.contains(&hour) { "#c01f27" } else { "#7aa7d9" };
        let bar = Rectangle::new()
            .set("x", round(x + 2.0))
            .set("y", round(FLOOR - height))
            .set("width", round(BAR - 4.0))
            .set("height", round(height))
            .set("fill", fill);
        document = document.add(bar).add(text(x + BAR / 2.0, FLOOR + 16.0, "small middle", &hour.to_string()));
        if *chats >= 0.5 {
            document = document.add(text(x + BAR / 2.0, FLOOR - height - 4.0, "small middle", &format!("{chats:.0}")));
        }
    }
    document.to_string()
}

fn headline(summary: &Summary, language: Language) -> String {
    let is_chinese = language == Language::Zh;
    let word = |zh: &'static str, en: &'static str| if is_chinese { zh } else { en };
    let parts = [
        summary.received.map(|chats| format!("{} {chats:.0}", word("接待量", "Chats"))),
        summary.conversion.map(|share| format!("{} {:.1} %", word("转化率", "Conversion"), share * 100.0)),
        summary.within_3min_rate.map(|share| format!("{} {:.1} %", word("3分钟回复率", "3-minute rate"), share * 100.0)),
        summary.coverage_kept.map(|share| format!("{} {:.1} %", word("排班覆盖", "Coverage"), share * 100.0)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::summary::examples::day;

    #[test]
    fn bars_are_as_high_as_their_hour_and_the_busy_ones_stand_out() {
        let picture = summary_svg(&day(), Language::Zh);
        assert!(picture.contains("接待量 150 · 转化率 42.3 % · 3分钟回复率 98.7 % · 排班覆盖 96.5 %"), "{picture}");
        // 20:00 has 90 of at most 90, 10:00 has 20: 160 and 35.6 high.
        assert_eq!(picture.matches("height=\"160\"").count(), 1);
        assert_eq!(picture.matches("height=\"35.6\"").count(), 1);
        assert_eq!(picture.matches("#c01f27").count(), 4, "three bars, and the style of what is short");
        assert!(svg::read(&picture).unwrap().count() > 50);
    }

    #[test]
    fn a_name_is_only_text() {
        let summary = Summary { team: "</text><script>alert(1)</script>".into(), ..day() };
        assert!(!summary_svg(&summary, Language::En).contains("<script"));
    }
}

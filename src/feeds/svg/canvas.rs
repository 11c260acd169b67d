//! What all parts of the picture share: measures, styles and text.

use chrono::{DateTime, Utc};
use svg::node::element::{Circle, Group, Text};

use crate::domain::calendar::midnight;
use crate::feeds::sheet::RosterSheet;

pub(super) const WIDTH: f64 = 1200.0;
pub(super) const MARGIN: f64 = 24.0;
/// Left and right end of the days.
pub(super) const LEFT: f64 = MARGIN + 156.0;
pub(super) const RIGHT: f64 = WIDTH - MARGIN - 52.0;
/// Width of a day.
pub(super) const DAY: f64 = (RIGHT - LEFT) / 7.0;

/// Fonts that are on the machines of those who look at it; no font is fetched.
pub(super) const STYLE: &str = "
text { font-family: 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', \
'WenQuanYi Micro Hei', 'Helvetica Neue', Arial, sans-serif; fill: #1d2636; font-size: 12px }
.title { font-size: 24px; font-weight: 700 }
.heading { font-size: 15px; font-weight: 700 }
.day { font-size: 13px; font-weight: 700; fill: #ffffff }
.name { font-size: 13px; font-weight: 500 }
.strong { font-weight: 700 }
.code { font-size: 13px; font-weight: 700 }
.time { font-size: 11.5px }
.small { font-size: 11px; fill: #566074 }
.short { font-size: 11px; font-weight: 700; fill: #c01f27 }
.fine { font-size: 11px; fill: #1d7a3d }
.middle { text-anchor: middle }
.end { text-anchor: end }
";

/// Where instants of the week stand: each day fills its column, however many hours it has.
pub(super) struct Frame {
    midnights: Vec<DateTime<Utc>>,
}

impl Frame {
    pub(super) fn of(sheet: &RosterSheet) -> Self {
        let span = sheet.week.span();
        let midnights = sheet.week.dates().map(|date| midnight(sheet.week.zone(), date)).chain([span.end]).collect();
        Self { midnights }
    }

    /// The place of an instant; the ends of the week for those outside.
    pub(super) fn x(&self, at: DateTime<Utc>) -> f64 {
        let day = self.midnights.partition_point(|midnight| *midnight <= at);
        match day {
            0 => LEFT,
            8 => RIGHT,
            _ => {
                let (start, end) = (self.midnights[day - 1], self.midnights[day]);
                let part = (at - start).num_seconds() as f64 / (end - start).num_seconds() as f64;
                LEFT + (day as f64 - 1.0 + part) * DAY
            }
        }
    }
}

/// A line of text; `class` as in [`STYLE`].
pub(super) fn text(x: f64, y: f64, class: &str, content: &str) -> Text {
    Text::new(clean(content)).set("x", round(x)).set("y", round(y)).set("class", class)
}

/// The number of a queue in a circle: it ties the grid to the charts.
pub(super) fn badge(x: f64, y: f64, number: usize, ink: &str) -> Group {
    Group::new()
        .add(Circle::new().set("cx", round(x)).set("cy", round(y)).set("r", 7.5).set("fill", "#ffffff").set("stroke", ink))
        .add(text(x, y + 3.6, "middle strong", &number.to_string()).set("style", format!("font-size:10px;fill:{ink}")))
}

/// `#rrggbb`
pub(super) fn colour(rgb: u32) -> String {
    format!("#{rgb:06x}")
}

/// To a tenth: more is not seen and makes the file twice as long.
pub(super) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Without characters that XML cannot hold.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{FFFE}' | '\u{FFFF}')).collect()
}

/// Cut to a width, with an ellipsis. Estimated: the viewer's font is not known.
pub(super) fn fit(content: &str, width: f64, size: f64) -> String {
    if width_of(content, size) <= width {
        return content.to_owned();
    }
    let mut cut = String::new();
    for letter in content.chars() {
        cut.push(letter);
        if width_of(&cut, size) > width - size {
            cut.pop();
            break;
        }
    }
    cut + "…"
}

/// About how wide text is: a Chinese letter fills its square.
pub(super) fn width_of(content: &str, size: f64) -> f64 {
    let ems = content.chars().map(|letter| match letter {
        '\u{2E80}'.. => 1.0,
        'A'..='Z' | '0'..='9' | '★' | '–' => 0.62,
        'i' | 'l' | '.' | ',' | ' ' | ':' => 0.3,
        _ => 0.54,
    });
    ems.sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_to_its_room() {
        assert_eq!(fit("王芳", 60.0, 13.0), "王芳");
        assert_eq!(fit("欧阳慕容司徒上官", 65.0, 13.0), "欧阳慕容…");
        assert_eq!(clean("a\u{0}b\u{FFFF}"), "ab");
    }
}

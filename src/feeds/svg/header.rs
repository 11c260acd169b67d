//! Title, week, zone, status and the legend of shifts.

use svg::node::element::{Group, Rectangle};

use super::canvas::{MARGIN, WIDTH, clean, colour, fit, round, text, width_of};
use crate::domain::roster::RosterStatus;
use crate::feeds::palette::swatch_of;
use crate::feeds::sheet::RosterSheet;
use crate::feeds::words::Words;

/// Draws the header; gives the height at which it ends.
pub(super) fn draw(sheet: &RosterSheet, words: &Words) -> (Group, f64) {
    let title = fit(&clean(&format!("{} · {}", words.roster, sheet.team)), 620.0, 24.0);
    let dates: Vec<_> = sheet.week.dates().collect();
    let span = format!("{} – {}", dates[0], dates[6].format("%m-%d"));
    let place = format!("{} · {}", fit(&clean(&sheet.site), 200.0, 12.0), sheet.week.zone().name());
    let group = Group::new()
        .add(text(MARGIN, 46.0, "title", &title))
        .add(status(sheet.status, words))
        .add(text(WIDTH - MARGIN - 92.0, 38.0, "heading end", &span))
        .add(text(WIDTH - MARGIN - 92.0, 56.0, "small end", &place));
    legend(group, sheet, words)
}

fn status(status: RosterStatus, words: &Words) -> Group {
    let (fill, ink) = match status {
        RosterStatus::Draft => ("#fdebc8", "#6b4500"),
        RosterStatus::Published => ("#d5f0dc", "#14532d"),
        RosterStatus::Archived => ("#e3e6ec", "#3b4557"),
    };
    let (width, right) = (80.0, WIDTH - MARGIN);
    Group::new()
        .add(
            Rectangle::new()
                .set("x", right - width)
                .set("y", 26)
                .set("width", width)
                .set("height", 26)
                .set("rx", 13)
                .set("fill", fill),
        )
        .add(text(right - width / 2.0, 43.5, "middle strong", words.status(status)).set("style", format!("fill:{ink}")))
}

/// A chip per shift, then the marks; further lines where one is too short.
fn legend(mut group: Group, sheet: &RosterSheet, words: &Words) -> (Group, f64) {
    let (mut x, mut y) = (MARGIN, 72.0);
    let mut place = |width: f64| {
        if x + width > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 28.0);
        }
        let at = (x, y);
        x += width + 16.0;
        at
    };
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    for (index, template) in sheet.templates.iter().enumerate() {
        let swatch = swatch_of(index);
        let code = fit(&clean(&template.code), 40.0, 13.0);
        let chip = width_of(&code, 13.0).max(13.0) + 12.0;
        let label = format!("{} {}–{}", template.name, clock(template.start_minute), clock(template.end_minute()));
        let label = fit(&clean(&label), 260.0, 12.0);
        let (x, y) = place(chip + 8.0 + width_of(&label, 12.0));
        group = group
            .add(chip_box(x, y, chip, &colour(swatch.fill)))
            .add(text(x + chip / 2.0, y + 15.0, "code middle", &code).set("style", format!("fill:{}", colour(swatch.ink))))
            .add(text(x + chip + 7.0, y + 15.0, "", &label));
    }
    let (at_x, at_y) = place(60.0);
    group = group.add(chip_box(at_x, at_y, 24.0, "url(#leave)")).add(text(at_x + 31.0, at_y + 15.0, "", words.leave));
    for (mark, meaning) in [("★", words.leader), ("◆", words.pinned)] {
        let (at_x, at_y) = place(60.0);
        group = group.add(text(at_x, at_y + 15.0, "", &format!("{mark} {meaning}")));
    }
    (group, y + 34.0)
}

fn chip_box(x: f64, y: f64, width: f64, fill: &str) -> Rectangle {
    Rectangle::new().set("x", round(x)).set("y", y).set("width", round(width)).set("height", 21).set("rx", 4).set("fill", fill)
}

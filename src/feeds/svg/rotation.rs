//! A rotation as a picture: a line a week, a column a weekday, a coloured box a shift.

use svg::Document;
use svg::node::element::{Group, Rectangle, Style, Title};

use super::canvas::{self, MARGIN, STYLE, WIDTH, clean, colour, fit, round, text, width_of};
use super::grid::rule;
use crate::domain::rotation::{RotationTrack, RotationWeek, TeamRotation};
use crate::domain::shift::ShiftTemplate;
use crate::feeds::palette::swatch_of;
use crate::feeds::words::{Language, Words};

const HEADER: f64 = 30.0;
const ROW: f64 = 28.0;
const LEFT: f64 = MARGIN + 110.0;
const RIGHT: f64 = WIDTH - MARGIN - 110.0;
const DAY: f64 = (RIGHT - LEFT) / 7.0;

/// Draws the picture, 1200 units wide and as high as the weeks need; `templates` say when the shifts are.
pub fn rotation_svg(rotation: &TeamRotation, templates: &[ShiftTemplate], language: Language) -> String {
    let words = language.words();
    let title = format!("{} · {}", words.rotation, rotation.name);
    let mut body = Group::new().add(text(MARGIN, 46.0, "title", &fit(&clean(&title), WIDTH - 2.0 * MARGIN, 24.0)));
    let mut top = 68.0;
    body = legend(body, rotation, templates, &mut top);
    for track in &rotation.tracks {
        let (group, below) = draw(track, rotation, words, top);
        body = body.add(group);
        top = below + 16.0;
    }
    let document = Document::new()
        .set("viewBox", (0, 0, WIDTH as i32, top as i32))
        .set("width", canvas::WIDTH)
        .set("height", top)
        .set("role", "img")
        .add(Title::new(clean(&title)))
        .add(Style::new(STYLE))
        .add(Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "#ffffff"))
        .add(body);
    document.to_string()
}

/// A chip a shift, with its name and times.
fn legend(mut group: Group, rotation: &TeamRotation, templates: &[ShiftTemplate], top: &mut f64) -> Group {
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    let mut x = MARGIN;
    for (index, shift) in rotation.shifts.iter().enumerate() {
        let template = templates.iter().find(|template| template.id == shift.shift_template_id);
        let label = template
            .map(|template| format!("{} {}–{}", template.name, clock(template.start_minute), clock(template.end_minute())));
        let label = fit(&clean(&label.unwrap_or_default()), 260.0, 12.0);
        let mark = fit(&clean(&shift.mark), 40.0, 13.0);
        let chip = width_of(&mark, 13.0).max(13.0) + 12.0;
        let width = chip + 8.0 + width_of(&label, 12.0);
        if x + width > WIDTH - MARGIN && x > MARGIN {
            (x, *top) = (MARGIN, *top + 28.0);
        }
        group = group
            .add(filled(x, *top, chip, 21.0, &colour(swatch_of(index).fill)))
            .add(inked(x + chip / 2.0, *top + 15.0, &mark, index))
            .add(text(x + chip + 7.0, *top + 15.0, "", &label));
        x += width + 16.0;
    }
    *top += 34.0;
    group
}

/// Draws a track from `top`; gives the height at which it ends.
fn draw(track: &RotationTrack, rotation: &TeamRotation, words: &Words, top: f64) -> (Group, f64) {
    let first = top + HEADER;
    let bottom = first + ROW * track.weeks.len() as f64;
    let mut group = Group::new()
        .add(filled(LEFT + 5.0 * DAY, top, 2.0 * DAY, bottom - top, "#f5f7fb"))
        .add(filled(MARGIN, top, WIDTH - 2.0 * MARGIN, HEADER, "#2b3a55"))
        .add(text(WIDTH - MARGIN - 10.0, top + 20.0, "day end", words.begin));
    for (day, name) in (0..).zip(words.weekdays()) {
        group = group.add(text(LEFT + DAY * (f64::from(day) + 0.5), top + 20.0, "day middle", name));
    }
    for (number, (week, agents)) in track.weeks.iter().zip(&track.agents).enumerate() {
        let y = first + ROW * number as f64;
        let label = words.week.replace("{}", &(number + 1).to_string());
        group = group
            .add(rule(MARGIN, y + ROW, WIDTH - MARGIN, y + ROW, "#e4e8ee"))
            .add(text(MARGIN + 10.0, y + 18.5, "name", &label))
            .add(text(WIDTH - MARGIN - 10.0, y + 18.5, "end", &agents.to_string()));
        group = cells(group, week, rotation, y);
    }
    (group, bottom)
}

fn cells(mut group: Group, week: &RotationWeek, rotation: &TeamRotation, y: f64) -> Group {
    for (day, duty) in (0..).zip(week) {
        let x = LEFT + DAY * f64::from(day);
        match duty {
            Some(shift) => {
                let mark = fit(&clean(&rotation.shifts[*shift].mark), DAY - 16.0, 13.0);
                group = group
                    .add(filled(x + 3.0, y + 2.5, DAY - 6.0, ROW - 5.0, &colour(swatch_of(*shift).fill)).set("class", "shift"))
                    .add(inked(x + DAY / 2.0, y + 18.5, &mark, *shift));
            }
            None => group = group.add(text(x + DAY / 2.0, y + 18.5, "small middle", "–")),
        }
    }
    group
}

fn filled(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Rectangle {
    let place = Rectangle::new().set("x", round(x)).set("y", round(y)).set("width", round(width)).set("height", round(height));
    place.set("rx", 4).set("fill", fill)
}

fn inked(x: f64, y: f64, mark: &str, shift: usize) -> svg::node::element::Text {
    text(x, y, "code middle", mark).set("style", format!("fill:{}", colour(swatch_of(shift).ink)))
}

#[cfg(test)]
mod tests {
    use svg::parser::Event;

    use super::*;
    use crate::domain::ids::{RotationId, ShiftTemplateId, SiteId, TeamId};
    use crate::domain::rotation::{MarkedShift, RotationSource, read_week};

    fn rotation(name: &str) -> (TeamRotation, Vec<ShiftTemplate>) {
        let template = |(code, hour): (&str, u32)| ShiftTemplate {
            id: ShiftTemplateId::generate(),
            site_id: SiteId::generate(),
            code: code.into(),
            name: format!("{code}班"),
            start_minute: hour * 60,
            length_minutes: 540,
            breaks: vec![],
        };
        let templates: Vec<ShiftTemplate> = [("早", 8), ("晚", 17)].map(template).into();
        let shift =
            |template: &ShiftTemplate| MarkedShift { mark: template.code.clone(), shift_template_id: template.id, block: None };
        let weeks = ["早 早 早 早 早 - -", "- - 晚 晚 晚 晚 晚"].map(|week| read_week(week, &["早", "晚"]).unwrap());
        let rotation = TeamRotation {
            id: RotationId::generate(),
            team_id: TeamId::generate(),
            name: name.into(),
            source: RotationSource::Drawn,
            pattern_id: None,
            shifts: templates.iter().map(shift).collect(),
            tracks: vec![RotationTrack { weeks: weeks.to_vec(), agents: vec![3, 2] }],
            rules: None,
        };
        (rotation, templates)
    }

    #[test]
    fn the_picture_shows_every_week_with_its_shifts_and_who_begins_there() {
        let (rotation, templates) = rotation("早晚两周");
        let picture = rotation_svg(&rotation, &templates, Language::Zh);
        let events = svg::read(&picture).unwrap();
        let texts = events.filter_map(|event| if let Event::Text(text) = event { Some(text.trim().to_owned()) } else { None });
        let texts: Vec<String> = texts.skip_while(|text| !text.starts_with("轮班 ·")).skip(1).collect();
        let told = texts[texts.iter().position(|text| text.starts_with("轮班 ·")).map_or(0, |at| at + 1)..].join(" ");
        let expected = "早 早班 08:00–17:00 晚 晚班 17:00–02:00 起始人数 周一 周二 周三 周四 周五 周六 周日 第 1 周 3 早 早 早 早 早 – – 第 2 周 2 – – 晚 晚 晚 晚 晚";
        assert_eq!(told, expected);
        assert_eq!(picture.matches("class=\"shift\"").count(), 10);
    }

    #[test]
    fn names_are_escaped_and_nothing_is_fetched() {
        let (rotation, templates) = rotation("</text><script>alert(1)</script>");
        let picture = rotation_svg(&rotation, &templates, Language::En);
        assert!(!picture.contains("<script"));
        assert!(!picture.replace("http://www.w3.org/2000/svg", "").contains("http"));
    }
}

//! An agent's shifts as iCalendar (RFC 5545, RFC 7986).

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use super::rows::times;
use super::words::Language;
use crate::domain::ids::AssignmentId;
use crate::domain::shift::Shift;

/// How often calendars are asked to look again.
const REFRESH_HOURS: i64 = 1;
/// Octets of a line, RFC 5545 section 3.1.
const LINE_OCTETS: usize = 75;

/// One agent's calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarFeed {
    /// Display name of the calendar, for example the agent's and the team's.
    pub name: String,
    /// The zone of the times in descriptions, and a hint to calendars; the events themselves are in UTC.
    pub zone: Tz,
    /// Language of fixed words.
    pub language: Language,
    /// Shifts. One that is worked no more is left out: a calendar that subscribed takes it away.
    pub shifts: Vec<CalendarShift>,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarShift {
    /// Names the event: it stays through every version of a roster.
    pub assignment_id: AssignmentId,
    /// Rises with every published change of the assignment, and only then.
    pub sequence: u32,
    /// When that change was published.
    pub changed_at: DateTime<Utc>,
    /// The shift on its date.
    pub shift: Shift,
    /// Display name of the shift.
    pub name: String,
    /// Display name of the queue.
    pub queue: String,
    /// Display name of the site.
    pub site: String,
}

/// Writes the calendar: CRLF, lines of at most 75 octets. The same feed gives the same bytes.
pub fn ics(feed: &CalendarFeed) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in
        [("VERSION", "2.0"), ("PRODID", "-//paiban//roster//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::new(key, value));
    }
    // Not `Calendar::name`: the crate writes NAME without escaping it.
    calendar.append_property(Property::new("X-WR-CALNAME", plain(&feed.name)));
    calendar.timezone(feed.zone.name()).ttl(&Duration::hours(REFRESH_HOURS));
    for shift in &feed.shifts {
        calendar.push(event(shift, feed));
    }
    folded(&calendar.to_string())
}

fn event(shift: &CalendarShift, feed: &CalendarFeed) -> Event {
    Event::new()
        .uid(&format!("{}@paiban", shift.assignment_id))
        .sequence(shift.sequence)
        .timestamp(shift.changed_at)
        .last_modified(shift.changed_at)
        .starts(shift.shift.span.start)
        .ends(shift.shift.span.end)
        .summary(&plain(&format!("{} · {}", shift.name, shift.queue)))
        .description(&plain(&description(shift, feed)))
        .location(&plain(&shift.site))
        .status(EventStatus::Confirmed)
        .done()
}

/// `08:00-17:00 (Asia/Shanghai)`, the breaks and the paid hours.
fn description(shift: &CalendarShift, feed: &CalendarFeed) -> String {
    let words = feed.language.words();
    let span = |span: &crate::domain::calendar::Interval| times(feed.zone, span.start, span.end, "-");
    let mut lines = vec![format!("{} ({})", span(&shift.shift.span), feed.zone.name())];
    if !shift.shift.breaks.is_empty() {
        let breaks: Vec<String> = shift.shift.breaks.iter().map(span).collect();
        lines.push(format!("{}: {}", words.breaks, breaks.join(", ")));
    }
    lines.push(format!("{}: {:.1}", words.hours, f64::from(shift.shift.paid_minutes) / 60.0));
    lines.join("\n")
}

/// Line breaks as LF, which the crate escapes, and no other control character.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect()
}

/// The crate never cuts a character, but its last piece may be of 76 octets: the space in front is not counted.
fn folded(calendar: &str) -> String {
    let mut text = String::with_capacity(calendar.len() + calendar.len() / 32);
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut octets = 0;
        for letter in line.chars() {
            if octets + letter.len_utf8() > LINE_OCTETS {
                text.push_str("\r\n ");
                octets = 1;
            }
            text.push(letter);
            octets += letter.len_utf8();
        }
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::sheet::examples::templates;
    use super::*;

    fn feed(zone: Tz, date: &str, name: &str) -> CalendarFeed {
        let shift = CalendarShift {
            assignment_id: AssignmentId(Uuid::from_u128(7)),
            sequence: 3,
            changed_at: "2026-11-20T08:00:00Z".parse().unwrap(),
            shift: templates()[2].on(date.parse().unwrap(), zone),
            name: "晚班".into(),
            queue: "天猫; 售前, 一店".into(),
            site: "杭州".into(),
        };
        CalendarFeed { name: name.into(), zone, language: Language::En, shifts: vec![shift] }
    }

    #[test]
    fn a_shift_is_an_event_in_utc_with_everything_escaped() {
        insta::assert_snapshot!(ics(&feed(Tz::Asia__Shanghai, "2026-11-23", "王芳, 一组")).replace('\r', ""), @r"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//paiban//roster//EN
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        X-WR-CALNAME:王芳\, 一组
        X-WR-TIMEZONE:Asia/Shanghai
        REFRESH-INTERVAL;VALUE=DURATION:PT3600S
        X-PUBLISHED-TTL:PT3600S
        BEGIN:VEVENT
        DESCRIPTION:17:00-02:00 (Asia/Shanghai)\nBreaks: 21:00-22:00\nHours: 8.0
        DTEND:20261123T180000Z
        DTSTAMP:20261120T080000Z
        DTSTART:20261123T090000Z
        LAST-MODIFIED:20261120T080000Z
        LOCATION:杭州
        SEQUENCE:3
        STATUS:CONFIRMED
        SUMMARY:晚班 · 天猫\; 售前\, 一店
        UID:00000000-0000-0000-0000-000000000007@paiban
        END:VEVENT
        END:VCALENDAR
        ");
    }

    #[test]
    fn an_hour_put_back_in_the_night_makes_the_wall_clock_end_earlier_not_the_shift() {
        // 17:00 CEST to 01:00 CEST; a week later the same shift starts an hour later in UTC.
        let at = |date: &str| {
            let text = ics(&feed(Tz::Europe__Berlin, date, "a"));
            let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key).map(str::to_owned)).unwrap();
            (value("DTSTART:"), value("DTEND:"))
        };
        assert_eq!(at("2026-10-24"), ("20261024T150000Z".into(), "20261025T000000Z".into()));
        assert_eq!(at("2026-10-25"), ("20261025T160000Z".into(), "20261026T010000Z".into()));
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        for extra in 0..80 {
            let name = format!("{}{}", "x".repeat(extra), "排班表".repeat(30));
            let text = ics(&feed(Tz::Asia__Shanghai, "2026-11-23", &name));
            assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS), "{text}");
            assert!(text.replace("\r\n ", "").contains(&format!("X-WR-CALNAME:{name}\r\n")));
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        }
    }

    #[test]
    fn no_line_break_in_a_name_starts_a_property() {
        let text = ics(&feed(Tz::Asia__Shanghai, "2026-11-23", "a\r\nATTACH:x\rb\u{7}"));
        assert!(text.contains("X-WR-CALNAME:a\\nATTACH:x\\nb\r\n"), "{text}");
    }
}

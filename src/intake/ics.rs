//! Holidays from an iCalendar file: whole days with their names.

use chrono::{Days, NaiveDate};
use icalendar::{Calendar, CalendarComponent, CalendarDateTime, Component, DatePerhapsTime, Event};

/// The longest event: a feast lasts no longer.
const MOST_DAYS: i64 = 31;

/// A day of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcsDay {
    /// The date.
    pub date: NaiveDate,
    /// The name of its event, without a mark for rest or work.
    pub name: String,
    /// Whether the event says that it is worked: marked 班 or 补班.
    pub is_worked: bool,
}

/// Reads every event as whole days, by date.
///
/// # Errors
/// Every event that cannot be read so, as a sentence with what to do; or that the text is no calendar.
pub fn days(text: &str) -> Result<Vec<IcsDay>, Vec<String>> {
    let calendar: Calendar = text.parse().map_err(|fault: String| {
        let fault: String = fault.chars().take(200).collect();
        vec![format!("is no iCalendar file: {fault}")]
    })?;
    let (mut days, mut faults) = (Vec::new(), Vec::new());
    for (at, event) in calendar.iter().filter_map(event_in).enumerate() {
        match of_event(event) {
            Ok(some) => days.extend(some),
            Err(why) => {
                let name = event.get_summary().unwrap_or("without a name").trim();
                faults.push(format!("event {} ({name}) {why}", at + 1));
            }
        }
    }
    days.sort_by_key(|day| day.date);
    if faults.is_empty() && days.is_empty() {
        faults.push("has no event; export a calendar of holidays".to_owned());
    }
    if faults.is_empty() { Ok(days) } else { Err(faults) }
}

fn event_in(component: &CalendarComponent) -> Option<&Event> {
    match component {
        CalendarComponent::Event(event) => Some(event),
        _ => None,
    }
}

fn of_event(event: &Event) -> Result<Vec<IcsDay>, String> {
    let first = event.get_start().map(date_of).ok_or("has no start; give it a DTSTART")?;
    if event.property_value("RRULE").is_some() {
        return Err("repeats by a rule; give each date an event of its own".to_owned());
    }
    let (name, is_worked) = named(event.get_summary().unwrap_or_default());
    if name.is_empty() {
        return Err(format!("on {first} has no name; give it a SUMMARY"));
    }
    // An event of whole days ends before its DTEND.
    let last = match event.get_end() {
        Some(DatePerhapsTime::Date(end)) => (end - Days::new(1)).max(first),
        Some(end) => date_of(end).max(first),
        None => first,
    };
    if (last - first).num_days() >= MOST_DAYS {
        return Err(format!("lasts from {first} to {last}; {MOST_DAYS} days are the most"));
    }
    let day = |date| IcsDay { date, name: name.to_owned(), is_worked };
    Ok(first.iter_days().take_while(|date| *date <= last).map(day).collect())
}

fn date_of(at: DatePerhapsTime) -> NaiveDate {
    match at {
        DatePerhapsTime::Date(date) => date,
        DatePerhapsTime::DateTime(time) => match time {
            CalendarDateTime::Floating(local) => local.date(),
            CalendarDateTime::Utc(instant) => instant.date_naive(),
            CalendarDateTime::WithTimezone { date_time, .. } => date_time.date(),
        },
    }
}

/// The name without its mark, and whether the mark says that the day is worked.
fn named(summary: &str) -> (&str, bool) {
    let summary = summary.trim();
    let marks = [("（班）", true), ("(班)", true), ("补班", true), ("（休）", false), ("(休)", false)];
    let found = marks.iter().find_map(|(mark, is_worked)| Some((summary.strip_suffix(mark)?, *is_worked)));
    match found {
        // A mark alone is the name.
        Some((rest, is_worked)) => (if rest.trim().is_empty() { summary } else { rest.trim() }, is_worked),
        None => (summary, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{events}END:VCALENDAR\r\n")
    }

    fn event(lines: &str) -> String {
        let lines = lines.replace('|', "\r\n");
        format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n")
    }

    #[test]
    fn an_event_of_whole_days_ends_before_its_end() {
        let easter = event("DTSTART;VALUE=DATE:20270326|DTEND;VALUE=DATE:20270330|SUMMARY:Ostern");
        let found = days(&calendar(&easter)).unwrap();
        assert_eq!(
            found.iter().map(|day| day.date.to_string()).collect::<Vec<_>>(),
            ["2027-03-26", "2027-03-27", "2027-03-28", "2027-03-29"]
        );
        assert!(found.iter().all(|day| day.name == "Ostern" && !day.is_worked));
        let alone = event("DTSTART;VALUE=DATE:20271226|SUMMARY:Boxing Day");
        assert_eq!(days(&calendar(&alone)).unwrap().len(), 1);
    }

    #[test]
    fn a_day_marked_as_worked_is_a_make_up_day() {
        let both = event("DTSTART;VALUE=DATE:20261001|SUMMARY:国庆节（休）")
            + &event("DTSTART;VALUE=DATE:20260920|SUMMARY:国庆节（班）");
        let found = days(&calendar(&both)).unwrap();
        assert_eq!(
            found.iter().map(|day| (day.name.as_str(), day.is_worked)).collect::<Vec<_>>(),
            [("国庆节", true), ("国庆节", false)]
        );
        assert_eq!((named("补班"), named("春节补班")), (("补班", true), ("春节", true)));
    }

    #[test]
    fn every_event_that_does_not_fit_is_told_at_once() {
        let wrong = event("DTSTART;VALUE=DATE:20261225|RRULE:FREQ=YEARLY|SUMMARY:Christmas")
            + &event("DTSTART;VALUE=DATE:20260101")
            + &event("DTSTART;VALUE=DATE:20260101|DTEND;VALUE=DATE:20260301|SUMMARY:Winter");
        let faults = days(&calendar(&wrong)).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("event 1 (Christmas) repeats"), "{faults:?}");
        assert_eq!(days(&calendar("")).unwrap_err(), ["has no event; export a calendar of holidays"]);
        assert!(days("no calendar").is_err());
    }
}

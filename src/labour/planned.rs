//! What a shift that is planned adds to an agent's classes, taken by itself: what a roster's limits and prices go by.
//!
//! Two shifts that touch one local date share its normal minutes in the ledger. Here each has them for itself: it happens where
//! a night shift is followed by an early one only, and a limit that depends on the neighbour would not be one of the shift.

use chrono_tz::Tz;

use super::worked::{pieces, stretches};
use crate::domain::calendar::{Interval, instant_at_minute, local_of};
use crate::domain::labour::{AgentTerms, HoursSystem, LabourInput, Night, Protected, RestDays, SpecialDates};
use crate::domain::shift::Shift;

/// Paid minutes of a shift by what they count as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlannedHours {
    /// Beyond the normal day.
    pub overtime: u32,
    /// On a day of rest of the calendar.
    pub rest_day: u32,
    /// On a statutory holiday.
    pub holiday: u32,
    /// What the normal minutes of the week or cycle are used up by.
    pub pooled: u32,
}

/// What a shift adds.
pub fn planned(terms: &AgentTerms, dates: &SpecialDates, shift: &Shift, zone: Tz) -> PlannedHours {
    let (hours, mut sum, mut day) = (&terms.hours, PlannedHours::default(), None);
    let is_pooled = terms.normal_left.is_some_and(|left| (left.first..=left.last).contains(&shift.date));
    for piece in pieces(&stretches(shift), zone) {
        if hours.pays_holidays && dates.is_statutory(piece.date) {
            sum.holiday += piece.minutes;
            continue;
        }
        match hours.system {
            HoursSystem::Flexible | HoursSystem::Averaged => {}
            HoursSystem::Comprehensive => sum.pooled += if is_pooled { piece.minutes } else { 0 },
            HoursSystem::Standard if hours.rest_days == Some(RestDays::Calendar) && dates.is_rest_day(piece.date) => {
                sum.rest_day += piece.minutes;
            }
            HoursSystem::Standard => {
                let used = day.filter(|(date, _)| *date == piece.date).map_or(0, |(_, used)| used);
                let left = hours.normal_daily_minutes.map_or(u32::MAX, |normal| normal.saturating_sub(used));
                let within = left.min(piece.minutes);
                day = Some((piece.date, used + piece.minutes));
                sum.overtime += piece.minutes - within;
                sum.pooled += if is_pooled { within } else { 0 };
            }
        }
    }
    sum
}

/// Minutes of a shift at night, breaks included.
pub fn night_minutes(night: Night, shift: &Shift, zone: Tz) -> u32 {
    let first = local_of(zone, shift.span.start).date();
    let at = |date, minute| instant_at_minute(zone, date, minute);
    let minutes = |from: u32, until: u32| -> i64 {
        let eve = first.pred_opt().unwrap_or(first);
        let nights = eve.iter_days().take(4).map(|date| Interval { start: at(date, from), end: at(date, until) });
        nights.map(|night| night.shared_minutes(&shift.span)).sum()
    };
    let Night { from_minute, until_minute } = night;
    let minutes =
        if from_minute < until_minute { minutes(from_minute, until_minute) } else { minutes(from_minute, until_minute + 1440) };
    u32::try_from(minutes).unwrap_or(0)
}

/// The protection that forbids the agent the shift.
pub fn protected_from(labour: &LabourInput, terms: &AgentTerms, shift: &Shift, zone: Tz) -> Option<Protected> {
    let holds = |one: &&Protected| one.from <= shift.date && one.until.is_none_or(|until| shift.date <= until);
    let hours = planned(terms, &labour.dates, shift, zone);
    let forbids = |one: &&Protected| {
        (one.from_nights && night_minutes(labour.night, shift, zone) > 0)
            || (one.from_overtime && hours.overtime + hours.rest_day > 0)
    };
    terms.protected.iter().filter(holds).find(forbids).copied()
}

/// Paid minutes that the shift may have at most, where it has more.
pub fn too_long(labour: &LabourInput, terms: &AgentTerms, shift: &Shift, zone: Tz) -> Option<u32> {
    const NIGHT_SHIFT: u32 = 180;
    let at_night = terms.max_night_shift_minutes.filter(|_| night_minutes(labour.night, shift, zone) >= NIGHT_SHIFT);
    let most = [terms.max_daily_minutes, at_night].into_iter().flatten().min();
    most.filter(|most| shift.paid_minutes > *most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{AgentId, ShiftTemplateId, SiteId};
    use crate::domain::labour::{HoursTerms, NormalLeft, ProtectionKind, RestDayWork};
    use crate::domain::organisation::HolidayKind;
    use crate::domain::shift::{Break, ShiftTemplate};
    use crate::labour::calendars;

    const ZONE: Tz = Tz::Asia__Shanghai;

    fn shift(day: &str, from: u32, length_minutes: u32) -> Shift {
        let (id, site_id, breaks) = (ShiftTemplateId::generate(), SiteId::generate(), vec![Break::fixed(240, 60, false)]);
        let template =
            ShiftTemplate { id, site_id, code: "班".into(), name: "班".into(), start_minute: from, length_minutes, breaks };
        template.on(day.parse().unwrap(), ZONE)
    }

    fn labour(rest_days: RestDays) -> LabourInput {
        let days = calendars::of_year("CN", 2026).unwrap().for_site(SiteId::generate());
        assert!(days.iter().any(|day| day.kind == HolidayKind::Statutory));
        let terms = AgentTerms {
            agent_id: AgentId::generate(),
            hours: HoursTerms {
                system: HoursSystem::Standard,
                normal_daily_minutes: Some(480),
                working_day_minutes: 480,
                cycle: None,
                rest_days: Some(rest_days),
                rest_day_work: RestDayWork::Paid,
                pays_holidays: true,
            },
            rates: [1.0, 1.5, 2.0, 2.0, 3.0],
            normal_left: (rest_days == RestDays::Rostered).then(|| NormalLeft {
                first: "2026-09-28".parse().unwrap(),
                last: "2026-10-04".parse().unwrap(),
                minutes: 1440,
            }),
            overtime_left: vec![],
            max_week_minutes: None,
            max_daily_minutes: Some(660),
            max_night_shift_minutes: Some(480),
            free_days: 0,
            time_off_owed_minutes: 0,
            protected: vec![],
        };
        LabourInput { dates: SpecialDates::of(&days), night: Night { from_minute: 1320, until_minute: 360 }, agents: vec![terms] }
    }

    #[test]
    fn a_shift_is_split_by_what_its_minutes_count_as() {
        let hours = |rest_days, day: &str, from, length| {
            let labour = labour(rest_days);
            let found = planned(&labour.agents[0], &labour.dates, &shift(day, from, length), ZONE);
            [found.overtime, found.rest_day, found.holiday, found.pooled]
        };
        // 30 September 19:00 to 1 October 04:00: four hours each.
        assert_eq!(hours(RestDays::Rostered, "2026-09-30", 1140, 540), [0, 0, 240, 240]);
        assert_eq!(hours(RestDays::Calendar, "2026-09-30", 1140, 540), [0, 0, 240, 0]);
        // Ten hours on a Monday, a Sunday by calendar and by rota, and the Monday after the week.
        assert_eq!(hours(RestDays::Rostered, "2026-09-28", 540, 660), [120, 0, 0, 480]);
        assert_eq!(hours(RestDays::Calendar, "2026-10-04", 540, 660), [0, 600, 0, 0]);
        assert_eq!(hours(RestDays::Rostered, "2026-10-04", 540, 660), [120, 0, 0, 480]);
        assert_eq!(hours(RestDays::Rostered, "2026-10-12", 540, 660), [120, 0, 0, 0]);
    }

    #[test]
    fn the_night_is_counted_on_both_sides_of_midnight() {
        let night = |from_minute, until_minute, start, length| {
            night_minutes(Night { from_minute, until_minute }, &shift("2026-11-23", start, length), ZONE)
        };
        assert_eq!(night(1320, 360, 1260, 600), 480, "from 22:00 to 06:00");
        assert_eq!(night(1320, 360, 300, 540), 60, "from 05:00 to 06:00");
        assert_eq!(night(1320, 360, 540, 540), 0);
        assert_eq!(night(0, 300, 1260, 600), 300);
        assert_eq!(night(0, 300, 1140, 300), 0, "it ends at midnight");
    }

    #[test]
    fn protections_forbid_nights_and_overtime_on_their_dates() {
        let mut labour = labour(RestDays::Calendar);
        labour.agents[0].protected = vec![Protected {
            kind: ProtectionKind::Pregnant,
            from: "2026-11-23".parse().unwrap(),
            until: Some("2026-11-29".parse().unwrap()),
            from_nights: true,
            from_overtime: true,
        }];
        let is_free =
            |day: &str, from, length| protected_from(&labour, &labour.agents[0], &shift(day, from, length), ZONE).is_none();
        assert!(is_free("2026-11-23", 540, 540));
        assert!(!is_free("2026-11-23", 780, 600), "it ends at 23:00");
        assert!(!is_free("2026-11-23", 540, 600), "it has an hour of overtime");
        assert!(!is_free("2026-11-28", 540, 540), "it is on a Saturday");
        assert!(is_free("2026-11-22", 780, 600) && is_free("2026-11-30", 780, 600));
    }

    #[test]
    fn a_shift_is_too_long_by_its_paid_minutes() {
        let labour = labour(RestDays::Calendar);
        let most = |from, length| too_long(&labour, &labour.agents[0], &shift("2026-11-23", from, length), ZONE);
        assert_eq!([most(540, 720), most(540, 721)], [None, Some(660)]);
        assert_eq!([most(1140, 540), most(1140, 570)], [None, Some(480)], "a shift at night has eight hours");
    }
}

//! The hours ledger: every minute worked, by local date and pay class.
//!
//! Pieces of work are classed in the order they were worked. A statutory holiday is one by the date of the minute; a day is
//! full after its normal minutes, whatever shifts they belong to; the normal week of a roster with its own days of rest counts
//! a shift in the week that it began in; a cycle goes by the calendar.

use chrono::{Days, NaiveDate};

use super::worked::Piece;
use crate::domain::calendar::monday_of;
use crate::domain::labour::{ClassMinutes, HoursSystem, HoursTerms, PayClass, RestDayWork, RestDays, SpecialDates};

/// The terms of an agent through time, and what they depend on.
#[derive(Debug, Clone)]
pub struct LedgerTerms<'a> {
    /// Since when which terms hold, in order; those of before the first are the first.
    pub since: Vec<(NaiveDate, HoursTerms)>,
    /// The site's special dates.
    pub dates: &'a SpecialDates,
    /// First day of employment.
    pub employed_from: NaiveDate,
    /// Last day, if known.
    pub employed_until: Option<NaiveDate>,
}

/// A day of an agent's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerDay {
    /// The local date.
    pub date: NaiveDate,
    /// What was worked on it.
    pub minutes: ClassMinutes,
}

impl LedgerTerms<'_> {
    /// The terms that hold on a date.
    pub fn on(&self, date: NaiveDate) -> &HoursTerms {
        let later = self.since.partition_point(|(from, _)| *from <= date);
        &self.since[later.saturating_sub(1)].1
    }

    /// The first date whose work has to be known for that of `from` to be classed.
    pub fn reach(&self, from: NaiveDate) -> NaiveDate {
        // A shift of the evening before works into the day, and into the week that it began in.
        let eve = from - Days::new(1);
        let terms = self.on(from);
        match (terms.cycle, terms.rest_days) {
            (Some((cycle, _)), _) => cycle.around(from).0 - Days::new(1),
            (None, Some(RestDays::Rostered)) => monday_of(eve) - Days::new(1),
            (None, _) => eve,
        }
    }
}

/// Classes work that is given in order, and sums it up by date.
pub fn classed(terms: &LedgerTerms<'_>, pieces: impl IntoIterator<Item = Piece>) -> Vec<LedgerDay> {
    let mut counts = Counts::default();
    let mut days: Vec<LedgerDay> = Vec::new();
    for piece in pieces {
        let minutes = counts.classed(terms, piece);
        match days.last_mut() {
            Some(day) if day.date == piece.date => day.minutes += minutes,
            _ => days.push(LedgerDay { date: piece.date, minutes }),
        }
    }
    days
}

/// The sum of the days from `first` to `last`, both included.
pub fn sum(days: &[LedgerDay], first: NaiveDate, last: NaiveDate) -> ClassMinutes {
    let from = days.partition_point(|day| day.date < first);
    days[from..].iter().take_while(|day| day.date <= last).map(|day| day.minutes).sum()
}

/// What is used up of the day, the week and the cycle under way.
#[derive(Debug, Default)]
struct Counts {
    day: Option<(NaiveDate, u32)>,
    /// Normal minutes left, by Monday.
    week: Option<(NaiveDate, u32)>,
    /// Normal minutes left, by first date.
    cycle: Option<(NaiveDate, u32)>,
}

impl Counts {
    fn classed(&mut self, terms: &LedgerTerms<'_>, piece: Piece) -> ClassMinutes {
        let hours = terms.on(piece.date);
        let mut minutes = ClassMinutes::default();
        let mut add = |class, count: u32| minutes.add(class, count.into());
        if hours.pays_holidays && terms.dates.is_statutory(piece.date) {
            add(PayClass::StatutoryHoliday, piece.minutes);
            return minutes;
        }
        match hours.system {
            HoursSystem::Flexible | HoursSystem::Averaged => add(PayClass::Regular, piece.minutes),
            HoursSystem::Comprehensive => {
                let normal = self.of_cycle(terms, hours, piece);
                add(PayClass::Regular, normal);
                add(PayClass::Overtime, piece.minutes - normal);
            }
            HoursSystem::Standard => {
                let rest_day = match hours.rest_day_work {
                    RestDayWork::Paid => PayClass::RestDay,
                    RestDayWork::TimeOff { .. } => PayClass::TimeOff,
                };
                if hours.rest_days == Some(RestDays::Calendar) && terms.dates.is_rest_day(piece.date) {
                    add(rest_day, piece.minutes);
                    return minutes;
                }
                let within = self.of_day(hours, piece);
                add(PayClass::Overtime, piece.minutes - within);
                let is_rostered = hours.rest_days == Some(RestDays::Rostered);
                let normal = if is_rostered { self.of_week(terms, hours, piece, within) } else { within };
                add(PayClass::Regular, normal);
                add(rest_day, within - normal);
            }
        }
        minutes
    }

    /// How much of the piece the normal day has room for.
    fn of_day(&mut self, hours: &HoursTerms, piece: Piece) -> u32 {
        let used = self.day.filter(|(date, _)| *date == piece.date).map_or(0, |(_, used)| used);
        let left = hours.normal_daily_minutes.map_or(u32::MAX, |normal| normal.saturating_sub(used));
        self.day = Some((piece.date, used + piece.minutes));
        left.min(piece.minutes)
    }

    /// How much of those minutes the normal week has room for.
    fn of_week(&mut self, terms: &LedgerTerms<'_>, hours: &HoursTerms, piece: Piece, minutes: u32) -> u32 {
        let monday = monday_of(piece.shift_date);
        let left = match self.week {
            Some((week, left)) if week == monday => left,
            _ => terms.dates.working_days(monday, monday + Days::new(6)) * hours.working_day_minutes,
        };
        let taken = left.min(minutes);
        self.week = Some((monday, left - taken));
        taken
    }

    /// How much of the piece the cycle has room for.
    fn of_cycle(&mut self, terms: &LedgerTerms<'_>, hours: &HoursTerms, piece: Piece) -> u32 {
        let Some((cycle, minutes)) = hours.cycle else { return piece.minutes };
        let (first, last) = cycle.around(piece.date);
        let left = match self.cycle {
            Some((begun, left)) if begun == first => left,
            _ => employed_share(terms, (first, last), minutes),
        };
        let taken = left.min(piece.minutes);
        self.cycle = Some((first, left - taken));
        taken
    }
}

/// The normal minutes of a cycle for who is employed in a part of it only: so much of them as its days are of all.
pub fn employed_share(terms: &LedgerTerms<'_>, (first, last): (NaiveDate, NaiveDate), minutes: u32) -> u32 {
    let days = |from: NaiveDate, until: NaiveDate| (until - from).num_days().max(-1) + 1;
    let there = days(first.max(terms.employed_from), terms.employed_until.map_or(last, |until| until.min(last)));
    u32::try_from(i64::from(minutes) * there / days(first, last)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::super::calendars;
    use super::super::worked::{Stretch, pieces, stretches};
    use super::*;
    use crate::domain::calendar::{Interval, instant_at_minute, local_of, midnight};
    use crate::domain::ids::{ShiftTemplateId, SiteId};
    use crate::domain::labour::Cycle;
    use crate::domain::shift::{Break, Shift, ShiftTemplate};

    const ZONE: Tz = Tz::Asia__Shanghai;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates() -> SpecialDates {
        let both = calendars::shipped().iter().flat_map(|calendar| calendar.for_site(SiteId::generate()));
        SpecialDates::of(&both.collect::<Vec<_>>())
    }

    fn standard(rest_days: RestDays) -> HoursTerms {
        HoursTerms {
            system: HoursSystem::Standard,
            normal_daily_minutes: Some(480),
            working_day_minutes: 480,
            cycle: None,
            rest_days: Some(rest_days),
            rest_day_work: RestDayWork::Paid,
            pays_holidays: true,
        }
    }

    fn comprehensive(cycle: Cycle, minutes: u32) -> HoursTerms {
        let (system, normal_daily_minutes, rest_days) = (HoursSystem::Comprehensive, None, None);
        HoursTerms { system, normal_daily_minutes, cycle: Some((cycle, minutes)), rest_days, ..standard(RestDays::Calendar) }
    }

    fn terms(hours: HoursTerms, dates: &SpecialDates) -> LedgerTerms<'_> {
        LedgerTerms { since: vec![(date("2020-01-01"), hours)], dates, employed_from: date("2020-01-01"), employed_until: None }
    }

    /// A shift with an unpaid hour in its middle where it is nine hours or longer.
    fn shift(day: &str, from: u32, minutes: u32) -> Shift {
        let breaks = if minutes >= 540 { vec![Break::fixed(240, 60, false)] } else { vec![] };
        let (id, site_id) = (ShiftTemplateId::generate(), SiteId::generate());
        let template = ShiftTemplate {
            id,
            site_id,
            code: "班".into(),
            name: "班".into(),
            start_minute: from,
            length_minutes: minutes,
            breaks,
        };
        template.on(date(day), ZONE)
    }

    fn ledger(hours: HoursTerms, shifts: &[Shift]) -> Vec<(String, [i64; 5])> {
        let dates = dates();
        let worked: Vec<Stretch> = shifts.iter().flat_map(stretches).collect();
        let days = classed(&terms(hours, &dates), pieces(&worked, ZONE));
        days.into_iter().map(|day| (day.date.to_string(), day.minutes.0)).collect()
    }

    /// 19:00-04:00 with an hour off at 23:00: four hours of 30 September, four of National Day.
    #[test]
    fn a_shift_across_midnight_into_a_statutory_holiday_is_paid_threefold_from_midnight_on() {
        let night = [shift("2026-09-30", 19 * 60, 540)];
        let expected = vec![("2026-09-30".to_owned(), [240, 0, 0, 0, 0]), ("2026-10-01".to_owned(), [0, 0, 0, 0, 240])];
        assert_eq!(ledger(standard(RestDays::Calendar), &night), expected);
        assert_eq!(ledger(standard(RestDays::Rostered), &night), expected);
        assert_eq!(ledger(comprehensive(Cycle::Month, 9920), &night), expected);
    }

    /// 10 October 2026 is a Saturday worked for the feast; the Saturday after is a day of rest; 5 October is one in exchange.
    #[test]
    fn a_make_up_saturday_is_a_working_day_and_a_shifted_rest_day_is_none() {
        let shifts = ["2026-10-05", "2026-10-10", "2026-10-17"].map(|day| shift(day, 9 * 60, 600));
        assert_eq!(
            ledger(standard(RestDays::Calendar), &shifts),
            [
                ("2026-10-05".to_owned(), [0, 0, 540, 0, 0]),
                ("2026-10-10".to_owned(), [480, 60, 0, 0, 0]),
                ("2026-10-17".to_owned(), [0, 0, 540, 0, 0]),
            ]
        );
    }

    /// 23-29 November 2026 has five working days: of six shifts of eight hours the last was worked on a day of rest, of six
    /// of 6 h 40 min none was.
    #[test]
    fn of_a_roster_with_its_own_days_of_rest_the_sixth_full_day_is_one() {
        let week: Vec<String> = (23..29).map(|day| format!("2026-11-{day}")).collect();
        let full: Vec<Shift> = week.iter().map(|day| shift(day, 9 * 60, 540)).collect();
        let classes: Vec<[i64; 5]> = ledger(standard(RestDays::Rostered), &full).into_iter().map(|day| day.1).collect();
        assert_eq!(classes[..5], [[480, 0, 0, 0, 0]; 5]);
        assert_eq!(classes[5], [0, 0, 480, 0, 0]);
        let short: Vec<Shift> = week.iter().map(|day| shift(day, 9 * 60, 400)).collect();
        assert!(ledger(standard(RestDays::Rostered), &short).iter().all(|day| day.1 == [400, 0, 0, 0, 0]));
        let owed = HoursTerms { rest_day_work: RestDayWork::TimeOff { expires_after_days: 90 }, ..standard(RestDays::Rostered) };
        assert_eq!(ledger(owed, &full)[5].1, [0, 0, 0, 480, 0]);
    }

    /// Five shifts of eight hours fill the week of 23 November; what follows from 20:00 on Sunday to 04:00 on Monday is its sixth.
    #[test]
    fn a_shift_of_sunday_night_belongs_to_its_own_week() {
        let mut shifts: Vec<Shift> = (23..28).map(|day| shift(&format!("2026-11-{day}"), 9 * 60, 540)).collect();
        shifts.push(shift("2026-11-29", 20 * 60, 480));
        let ledger = ledger(standard(RestDays::Rostered), &shifts);
        assert_eq!(ledger[5..], [("2026-11-29".to_owned(), [0, 0, 240, 0, 0]), ("2026-11-30".to_owned(), [0, 0, 240, 0, 0]),]);
    }

    /// Two shifts of one local day share its eight hours: 00:00-04:00 of the night before, then 17:00-23:00.
    #[test]
    fn a_local_day_is_full_after_eight_hours_whatever_shifts_they_belong_to() {
        let shifts = [shift("2026-11-23", 19 * 60, 540), shift("2026-11-24", 17 * 60, 360)];
        assert_eq!(ledger(standard(RestDays::Calendar), &shifts)[1].1, [480, 120, 0, 0, 0]);
    }

    /// The fourth quarter of 2026: 63 shifts of eight hours are 504 h, of which 496 h are normal. 1 October is paid as such
    /// and used nothing up; Saturdays and Sundays are days like others.
    #[test]
    fn a_comprehensive_quarter_pays_its_excess_and_its_holiday_and_no_day_of_rest() {
        let day = |count: u64| (date("2026-10-08") + Days::new(count)).to_string();
        let mut shifts = vec![shift("2026-10-01", 9 * 60, 540)];
        shifts.extend((0..63).map(|count| shift(&day(count), 9 * 60, 540)));
        let ledger = ledger(comprehensive(Cycle::Quarter, 29760), &shifts);
        let total = |class: usize| ledger.iter().map(|day| day.1[class]).sum::<i64>();
        assert_eq!([0, 1, 2, 3, 4].map(total), [29760, 8 * 60, 0, 0, 480]);
        assert_eq!(ledger.last().unwrap().1, [0, 480, 0, 0, 0], "the last shift is the excess");
    }

    /// Whoever begins on 16 November has half of a month's 9920 minutes.
    #[test]
    fn a_cycle_is_shorter_for_who_is_there_for_a_part_of_it() {
        let dates = dates();
        let half = LedgerTerms { employed_from: date("2026-11-16"), ..terms(comprehensive(Cycle::Month, 9920), &dates) };
        assert_eq!(employed_share(&half, Cycle::Month.around(date("2026-11-16")), 9920), 4960);
        let gone = LedgerTerms { employed_until: Some(date("2026-10-31")), ..half };
        assert_eq!(employed_share(&gone, Cycle::Month.around(date("2026-11-16")), 9920), 0);
    }

    #[test]
    fn terms_change_on_their_date() {
        let dates = dates();
        let paid = standard(RestDays::Calendar);
        let owed = HoursTerms { rest_day_work: RestDayWork::TimeOff { expires_after_days: 90 }, ..paid.clone() };
        let changed = LedgerTerms {
            since: vec![(date("2020-01-01"), paid), (date("2026-11-29"), owed)],
            ..terms(standard(RestDays::Calendar), &dates)
        };
        let worked: Vec<Stretch> = ["2026-11-28", "2026-11-29"].iter().flat_map(|day| stretches(&shift(day, 540, 480))).collect();
        let days = classed(&changed, pieces(&worked, ZONE));
        assert_eq!(days.iter().map(|day| day.minutes.0).collect::<Vec<_>>(), [[0, 0, 480, 0, 0], [0, 0, 0, 480, 0]]);
        assert_eq!(sum(&days, date("2026-11-29"), date("2026-11-30")).0, [0, 0, 0, 480, 0]);
        assert_eq!(changed.on(date("2019-01-01")), changed.on(date("2026-11-28")));
    }

    #[test]
    fn what_has_to_be_known_reaches_back_to_where_the_count_began() {
        let dates = dates();
        let reach = |hours, day| terms(hours, &dates).reach(date(day)).to_string();
        assert_eq!(reach(standard(RestDays::Calendar), "2026-12-01"), "2026-11-30");
        // 1 December 2026 is a Tuesday; a shift of Sunday night worked into Monday.
        assert_eq!(reach(standard(RestDays::Rostered), "2026-12-01"), "2026-11-29");
        assert_eq!(reach(comprehensive(Cycle::Quarter, 29760), "2026-12-01"), "2026-09-30");
    }

    fn systems() -> [HoursTerms; 5] {
        [
            standard(RestDays::Calendar),
            standard(RestDays::Rostered),
            comprehensive(Cycle::Month, 9920),
            HoursTerms { system: HoursSystem::Flexible, ..standard(RestDays::Calendar) },
            HoursTerms { rest_day_work: RestDayWork::TimeOff { expires_after_days: 30 }, ..standard(RestDays::Rostered) },
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Random shifts around a random month's end, the year's end and both clock changes of three zones.
        #[test]
        fn classes_partition_the_minutes_worked_and_every_minute_is_on_its_local_date(
            first in (0..4usize, 0..6u64),
            zone in 0..3usize,
            system in 0..5usize,
            shifts in prop::collection::vec((0..12u64, 0..1440u32, 30..960u32, 0..3u32), 1..40),
        ) {
            let zone = [Tz::Asia__Shanghai, Tz::Europe__Berlin, Tz::America__New_York][zone];
            // Clocks changed on 2026-03-08, 03-29, 10-25 and 11-01.
            let start = date(["2025-12-26", "2026-03-04", "2026-03-25", "2026-10-21"][first.0]) + Days::new(first.1);
            let dates = dates();
            let mut worked: Vec<Shift> = Vec::new();
            for (day, from, length, break_length) in shifts {
                let at = instant_at_minute(zone, start + Days::new(day), from);
                let span = Interval { start: at, end: at + Duration::minutes(i64::from(length)) };
                if worked.iter().any(|other| other.span.overlaps(&span)) {
                    continue;
                }
                let unpaid = (break_length * 15).min(length / 2);
                let pause = at + Duration::minutes(i64::from(length / 3));
                let breaks = vec![Interval { start: pause, end: pause + Duration::minutes(i64::from(unpaid)) }];
                worked.push(Shift { date: local_of(zone, at).date(), span, breaks, paid_minutes: length - unpaid });
            }
            worked.sort_by_key(|shift| shift.span.start);
            let all: Vec<Stretch> = worked.iter().flat_map(stretches).collect();
            let hours = systems()[system].clone();
            let days = classed(&terms(hours, &dates), pieces(&all, zone));
            let paid: i64 = worked.iter().map(|shift| i64::from(shift.paid_minutes)).sum();
            prop_assert_eq!(days.iter().map(|day| day.minutes.total()).sum::<i64>(), paid);
            prop_assert!(days.iter().all(|day| day.minutes.0.iter().all(|minutes| *minutes >= 0)));
            prop_assert!(days.array_windows().all(|[one, next]| one.date < next.date));
            for day in &days {
                let (begins, ends) = (midnight(zone, day.date), midnight(zone, day.date + Days::new(1)));
                let today = Interval { start: begins, end: ends };
                let there: i64 = all.iter().map(|stretch| stretch.span.shared_minutes(&today)).sum();
                prop_assert_eq!(day.minutes.total(), there, "{}", day.date);
                prop_assert_eq!(day.minutes.of(PayClass::StatutoryHoliday) > 0, dates.is_statutory(day.date) && there > 0);
            }
        }
    }
}

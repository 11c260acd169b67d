//! An agent's account: what was worked by class and date, what of it is owed as time off, and what a period comes to.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::ledger::{LedgerDay, LedgerTerms, classed, sum};
use super::time_off::{Lot, TimeOffBank, settle};
use super::worked::{Stretch, corrected, pieces, stretches};
use crate::domain::absence::{Leave, LeaveKind};
use crate::domain::calendar::{Interval, midnight};
use crate::domain::labour::{ClassMinutes, PayClass, RestDayWork, TimeCorrection};
use crate::domain::shift::Shift;

/// What is known of an agent's work.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Published shifts, and those of a draft where one is asked about.
    pub shifts: &'a [Shift],
    /// Corrections of time worked.
    pub corrections: &'a [TimeCorrection],
    /// Leave, of which that of the kind [`LeaveKind::TimeOffInLieu`] is taken from what is owed.
    pub leave: &'a [Leave],
}

/// An agent's ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// By local date, in order. A date on which time off lapsed says so beside what was worked.
    pub days: Vec<LedgerDay>,
    /// Time off on the last date.
    pub time_off: TimeOffBank,
}

impl LedgerTerms<'_> {
    /// Since when time off may be owed; `None` for never.
    pub fn owes_time_off_since(&self) -> Option<NaiveDate> {
        let owes = |work: &RestDayWork| matches!(work, RestDayWork::TimeOff { .. });
        self.since.iter().find(|(_, hours)| hours.rest_days.is_some() && owes(&hours.rest_day_work)).map(|(from, _)| *from)
    }

    /// The first date whose work has to be known for the account of `from` on.
    pub fn account_reach(&self, from: NaiveDate) -> NaiveDate {
        let reach = self.reach(from);
        self.owes_time_off_since().map_or(reach, |since| self.reach(since).min(reach))
    }
}

impl Account {
    /// The account up to `until` included, of work since [`LedgerTerms::account_reach`].
    pub fn of(terms: &LedgerTerms<'_>, zone: Tz, record: Record<'_>, until: NaiveDate) -> Self {
        let mut planned: Vec<Stretch> = record.shifts.iter().flat_map(stretches).collect();
        planned.sort_by_key(|stretch| stretch.span.start);
        let worked = if record.corrections.is_empty() { planned } else { corrected(planned, record.corrections, zone) };
        let cut = pieces(&worked, zone).into_iter().filter(|piece| piece.date <= until);
        let mut days = classed(terms, cut);
        let time_off = bank(terms, zone, &days, record.leave, until);
        for entry in time_off.entries() {
            let place = days.partition_point(|day| day.date < entry.date);
            match days.get_mut(place).filter(|day| day.date == entry.date) {
                Some(day) => day.minutes += entry.minutes,
                None => days.insert(place, entry),
            }
        }
        Self { days, time_off }
    }

    /// What was worked from `first` to `last`, both included.
    pub fn sum(&self, first: NaiveDate, last: NaiveDate) -> ClassMinutes {
        sum(&self.days, first, last)
    }
}

/// The time that an agent takes off for what is owed, by date: at most a working day's minutes a date.
fn taken(terms: &LedgerTerms<'_>, zone: Tz, leave: &[Leave]) -> Vec<(NaiveDate, u32)> {
    let mut taken: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for leave in leave.iter().filter(|leave| leave.kind == LeaveKind::TimeOffInLieu) {
        let local = |at: DateTime<Utc>| crate::domain::calendar::local_of(zone, at).date();
        let (first, last) = (local(leave.span.start), local(leave.span.end));
        for date in first.iter_days().take_while(|date| *date <= last) {
            let day = Interval { start: midnight(zone, date), end: midnight(zone, date + Days::new(1)) };
            *taken.entry(date).or_default() += leave.span.shared_minutes(&day);
        }
    }
    let most = |date| i64::from(terms.on(date).working_day_minutes);
    let whole = |minutes: i64| u32::try_from(minutes).unwrap_or(0);
    taken.into_iter().map(|(date, minutes)| (date, whole(minutes.min(most(date))))).filter(|taken| taken.1 > 0).collect()
}

fn bank(terms: &LedgerTerms<'_>, zone: Tz, days: &[LedgerDay], leave: &[Leave], until: NaiveDate) -> TimeOffBank {
    let Some(since) = terms.owes_time_off_since() else { return TimeOffBank::default() };
    let lot = |day: &LedgerDay| match terms.on(day.date).rest_day_work {
        RestDayWork::TimeOff { expires_after_days } if day.date >= since => {
            let minutes = u32::try_from(day.minutes.of(PayClass::TimeOff)).unwrap_or(0);
            (minutes > 0).then(|| Lot::new(day.date, minutes, expires_after_days))
        }
        _ => None,
    };
    let owed: Vec<Lot> = days.iter().filter_map(lot).collect();
    let mut taken = taken(terms, zone, leave);
    taken.retain(|(date, _)| *date >= since);
    settle(&owed, &taken, until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::instant_at_minute;
    use crate::domain::ids::{AgentId, LeaveId, ShiftTemplateId, SiteId, TimeCorrectionId};
    use crate::domain::labour::{HoursSystem, HoursTerms, RestDays, SpecialDates};
    use crate::domain::shift::{Break, ShiftTemplate};

    const ZONE: Tz = Tz::Asia__Shanghai;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms(dates: &SpecialDates) -> LedgerTerms<'_> {
        let hours = HoursTerms {
            system: HoursSystem::Standard,
            normal_daily_minutes: Some(480),
            working_day_minutes: 480,
            cycle: None,
            rest_days: Some(RestDays::Calendar),
            rest_day_work: RestDayWork::TimeOff { expires_after_days: 14 },
            pays_holidays: true,
        };
        LedgerTerms { since: vec![(date("2026-11-01"), hours)], dates, employed_from: date("2020-01-01"), employed_until: None }
    }

    fn shift(day: &str) -> Shift {
        let (id, site_id, breaks) = (ShiftTemplateId::generate(), SiteId::generate(), vec![Break::fixed(240, 60, false)]);
        let template =
            ShiftTemplate { id, site_id, code: "早".into(), name: "早".into(), start_minute: 540, length_minutes: 540, breaks };
        template.on(date(day), ZONE)
    }

    fn span(day: &str, from: u32, until: u32) -> Interval {
        let at = |minute| instant_at_minute(ZONE, date(day), minute);
        Interval { start: at(from), end: at(until) }
    }

    /// Saturday 7 November is worked and 300 minutes of it are taken off on Thursday 12 November; what is left lapses after
    /// 21 November and is paid.
    #[test]
    fn a_day_of_rest_that_is_compensated_in_part_is_paid_for_the_rest_once_it_lapses() {
        let (dates, agent_id) = (SpecialDates::default(), AgentId::generate());
        let shifts = [shift("2026-11-07"), shift("2026-11-09")];
        let leave = |day, from, until, kind| Leave { id: LeaveId::generate(), agent_id, span: span(day, from, until), kind };
        let leave = [leave("2026-11-12", 540, 840, LeaveKind::TimeOffInLieu), leave("2026-11-13", 0, 1440, LeaveKind::Annual)];
        let record = Record { shifts: &shifts, corrections: &[], leave: &leave };
        let account = |until: &str| Account::of(&terms(&dates), ZONE, record, date(until));
        assert_eq!(account("2026-11-21").time_off.owed(), 180);
        let after = account("2026-11-30");
        assert_eq!((after.time_off.owed(), after.time_off.taken), (0, 300));
        assert_eq!(after.sum(date("2026-11-01"), date("2026-11-21")).0, [480, 0, 0, 480, 0]);
        assert_eq!(after.sum(date("2026-11-22"), date("2026-11-22")).0, [0, 0, 180, -180, 0]);
        assert_eq!(after.sum(date("2026-11-01"), date("2026-11-30")).total(), 960, "what lapses adds no work");
    }

    /// A whole day off takes eight hours, not the twenty-four that the leave lasts.
    #[test]
    fn a_day_off_takes_a_working_day() {
        let dates = SpecialDates::default();
        let whole = Leave {
            id: LeaveId::generate(),
            agent_id: AgentId::generate(),
            span: Interval { start: span("2026-11-12", 0, 0).start, end: span("2026-11-14", 0, 0).start },
            kind: LeaveKind::TimeOffInLieu,
        };
        assert_eq!(taken(&terms(&dates), ZONE, &[whole]), [(date("2026-11-12"), 480), (date("2026-11-13"), 480)]);
    }

    #[test]
    fn a_correction_is_classed_like_any_work() {
        let dates = SpecialDates::default();
        let longer = TimeCorrection {
            id: TimeCorrectionId::generate(),
            agent_id: AgentId::generate(),
            span: span("2026-11-09", 1080, 1140),
            is_worked: true,
            reason: "大促".into(),
            author: "组长".into(),
            made_at: span("2026-11-10", 0, 0).start,
        };
        let shifts = [shift("2026-11-09")];
        let record = Record { shifts: &shifts, corrections: std::slice::from_ref(&longer), leave: &[] };
        let account = Account::of(&terms(&dates), ZONE, record, date("2026-11-30"));
        assert_eq!(account.days[0].minutes.0, [480, 60, 0, 0, 0]);
        let until_then = Account::of(&terms(&dates), ZONE, record, date("2026-11-08"));
        assert_eq!(until_then.days, []);
    }

    #[test]
    fn time_off_is_followed_from_where_it_began_to_be_owed() {
        let dates = SpecialDates::default();
        let terms = terms(&dates);
        assert_eq!(terms.account_reach(date("2026-12-24")), date("2026-10-31"));
        let mut paid = terms.clone();
        paid.since[0].1.rest_day_work = RestDayWork::Paid;
        assert_eq!((paid.owes_time_off_since(), paid.account_reach(date("2026-12-24"))), (None, date("2026-12-23")));
    }
}

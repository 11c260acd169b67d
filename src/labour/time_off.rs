//! 调休: time off owed for work on days of rest, the oldest first, and paid where it is not taken in time.

use chrono::{Days, NaiveDate};

use super::ledger::LedgerDay;
use crate::domain::labour::{ClassMinutes, PayClass};

/// Time off owed for one day's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// When it was worked.
    pub worked_on: NaiveDate,
    /// How long.
    pub minutes: u32,
    /// What is still owed of it.
    pub left: u32,
    /// Last date on which it may be taken.
    pub expires_on: NaiveDate,
}

/// What became of an agent's time off up to a date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeOffBank {
    /// What is owed, the oldest first.
    pub lots: Vec<Lot>,
    /// Minutes taken, beyond what was owed included.
    pub taken: u32,
    /// Minutes taken that were not owed.
    pub overdrawn: u32,
    /// Minutes that were not taken in time: date after the last on which they could be, and how many.
    pub lapsed: Vec<(NaiveDate, u32)>,
}

impl TimeOffBank {
    /// Minutes owed.
    pub fn owed(&self) -> u32 {
        self.lots.iter().map(|lot| lot.left).sum()
    }

    fn take(&mut self, minutes: u32) {
        self.taken += minutes;
        let mut wanted = minutes;
        for lot in &mut self.lots {
            let part = lot.left.min(wanted);
            (lot.left, wanted) = (lot.left - part, wanted - part);
        }
        self.lots.retain(|lot| lot.left > 0);
        self.overdrawn += wanted;
    }

    /// Strikes out what could be taken before `today` only.
    fn lapse(&mut self, today: NaiveDate) {
        let gone = self.lots.extract_if(.., |lot| lot.expires_on < today);
        self.lapsed.extend(gone.map(|lot| (lot.expires_on + Days::new(1), lot.left)));
    }

    /// What lapsed, as entries of the ledger on the day after: paid as work on a day of rest from then on, no longer owed.
    pub fn entries(&self) -> Vec<LedgerDay> {
        let entry = |(date, minutes): &(NaiveDate, u32)| {
            let mut classes = ClassMinutes::default();
            classes.add(PayClass::TimeOff, -i64::from(*minutes));
            classes.add(PayClass::RestDay, (*minutes).into());
            LedgerDay { date: *date, minutes: classes }
        };
        self.lapsed.iter().map(entry).collect()
    }
}

impl Lot {
    /// So much owed for that day, to be taken within so many days after it.
    pub fn new(worked_on: NaiveDate, minutes: u32, expires_after_days: u32) -> Self {
        Self { worked_on, minutes, left: minutes, expires_on: worked_on + Days::new(expires_after_days.into()) }
    }
}

/// Settles what was owed with what was taken, up to `until` included. Both are by date, in order; of what is owed the oldest
/// goes first, and on one date what is owed comes before what is taken.
pub fn settle(owed: &[Lot], taken: &[(NaiveDate, u32)], until: NaiveDate) -> TimeOffBank {
    let mut bank = TimeOffBank::default();
    let mut owed = owed.iter().filter(|lot| lot.worked_on <= until && lot.minutes > 0).copied().peekable();
    for (date, minutes) in taken.iter().filter(|(date, _)| *date <= until) {
        while let Some(lot) = owed.next_if(|lot| lot.worked_on <= *date) {
            bank.lots.push(lot);
        }
        bank.lapse(*date);
        bank.take(*minutes);
    }
    bank.lots.extend(owed);
    bank.lapse(until);
    bank.lapsed.sort();
    bank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Eight hours of Saturday 7 November: taken on the 20th within 30 days, half of them; the rest lapses on 8 December.
    #[test]
    fn a_day_of_rest_is_compensated_by_time_off_and_paid_where_it_is_not() {
        let owed = [Lot::new(date("2026-11-07"), 480, 30)];
        let taken = [(date("2026-11-20"), 240)];
        let before = settle(&owed, &taken, date("2026-12-07"));
        assert_eq!((before.owed(), before.taken, before.lapsed.len()), (240, 240, 0));
        assert_eq!(before.lots[0].expires_on, date("2026-12-07"));
        let after = settle(&owed, &taken, date("2026-12-08"));
        assert_eq!((after.owed(), &after.lapsed[..]), (0, &[(date("2026-12-08"), 240)][..]));
        let [entry] = after.entries()[..] else { panic!("one lapsed") };
        assert_eq!((entry.date, entry.minutes.0), (date("2026-12-08"), [0, 0, 240, -240, 0]));
    }

    #[test]
    fn the_oldest_goes_first_and_what_was_never_owed_is_said() {
        let owed = ["2026-11-01", "2026-11-08"].map(|day| Lot::new(date(day), 480, 90));
        let taken = [(date("2026-11-10"), 600), (date("2026-11-11"), 480)];
        let first = settle(&owed, &taken[..1], date("2026-11-10"));
        assert_eq!(first.lots.iter().map(|lot| (lot.worked_on, lot.left)).collect::<Vec<_>>(), [(date("2026-11-08"), 360)]);
        let both = settle(&owed, &taken, date("2026-11-30"));
        assert_eq!((both.owed(), both.taken, both.overdrawn), (0, 1080, 120));
    }

    #[test]
    fn what_lapsed_before_is_not_taken_any_more() {
        let owed = [Lot::new(date("2026-11-01"), 480, 10)];
        let bank = settle(&owed, &[(date("2026-11-12"), 480)], date("2026-11-30"));
        assert_eq!((bank.lapsed[0], bank.overdrawn), ((date("2026-11-12"), 480), 480));
        // On its last date it may still be taken.
        let bank = settle(&owed, &[(date("2026-11-11"), 480)], date("2026-11-30"));
        assert_eq!((bank.lapsed.len(), bank.overdrawn), (0, 0));
    }

    #[test]
    fn time_off_is_not_taken_before_it_is_owed() {
        let bank = settle(&[Lot::new(date("2026-11-08"), 480, 90)], &[(date("2026-11-02"), 480)], date("2026-11-30"));
        assert_eq!((bank.owed(), bank.overdrawn), (480, 480));
    }
}

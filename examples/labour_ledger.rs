//! How long the hours ledger takes: so many agents' shifts of twelve months, classed and summed by month, and one agent's month.
//!
//! `cargo run --release --example labour_ledger -- [agents]` prints one JSON line.

use std::time::Instant;

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;
use paiban::domain::agent::Post;
use paiban::domain::ids::{ShiftTemplateId, SiteId};
use paiban::domain::labour::{Cycle, LabourRules, RestDayWork, RestDays, SpecialDates};
use paiban::domain::shift::{Break, Shift, ShiftTemplate};
use paiban::labour::account::{Account, Record};
use paiban::labour::{adoption, calendars, ledger::LedgerTerms};

const ZONE: Tz = Tz::Asia__Shanghai;

fn main() {
    let agents: usize = std::env::args().nth(1).map_or(5_000, |count| count.parse().expect("agents is a whole number"));
    let (first, last) = (date(2026, 1, 1), date(2026, 12, 31));
    let dates = SpecialDates::of(&calendars::between("CN", SiteId::generate(), date(2025, 1, 1), last));
    let terms: Vec<LedgerTerms<'_>> = [None, Some(Cycle::Quarter)].map(|cycle| terms(cycle, &dates)).into();
    let shifts: Vec<Vec<Shift>> = (0..7).map(|phase| year(first, last, phase)).collect();
    let account = |agent: usize, until: NaiveDate| {
        let record = Record { shifts: &shifts[agent % 7], corrections: &[], leave: &[] };
        Account::of(&terms[agent % 2], ZONE, record, until)
    };
    let started = Instant::now();
    let mut minutes = 0;
    for agent in 0..agents {
        let account = account(agent, last);
        let months = (1..=12).map(|month| Cycle::Month.around(date(2026, month, 1)));
        minutes += months.map(|(from, until)| account.sum(from, until).total()).sum::<i64>();
    }
    let all = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let november = account(0, date(2026, 11, 30)).sum(date(2026, 11, 1), date(2026, 11, 30)).total();
    let one = started.elapsed().as_secs_f64();
    let paid: i64 =
        (0..agents).map(|agent| shifts[agent % 7].iter().map(|shift| i64::from(shift.paid_minutes)).sum::<i64>()).sum();
    assert_eq!(minutes, paid, "the classes partition the minutes");
    println!(
        "{}",
        serde_json::json!({ "agents": agents, "minutes": minutes, "seconds": all, "one_month_ms": one * 1e3, "november": november })
    );
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the calendar has it")
}

fn terms(cycle: Option<Cycle>, dates: &SpecialDates) -> LedgerTerms<'_> {
    let rules = LabourRules {
        site_id: SiteId::generate(),
        effective_from: date(2025, 1, 1),
        pack: if cycle.is_some() { "cn-comprehensive".into() } else { "cn-standard".into() },
        cycle,
        posts: vec![],
        changes: Default::default(),
        rest_days: RestDays::Rostered,
        rest_day_work: RestDayWork::TimeOff { expires_after_days: 90 },
    };
    let since = adoption::timeline(&[rules], Post::PresaleAgent);
    LedgerTerms { since, dates, employed_from: date(2025, 1, 1), employed_until: None }
}

/// Six days of seven, early, late and over midnight by weeks; New Year's Eve ends before midnight, so that the year holds all.
fn year(first: NaiveDate, last: NaiveDate, phase: u32) -> Vec<Shift> {
    let template = |start_minute: u32| ShiftTemplate {
        id: ShiftTemplateId::generate(),
        site_id: SiteId::generate(),
        code: "班".into(),
        name: "班".into(),
        start_minute,
        length_minutes: 540,
        breaks: vec![Break::fixed(240, 60, false)],
    };
    let templates = [template(540), template(840), template(1140)];
    let dates = first.iter_days().take_while(|date| *date < last - Days::new(1));
    let worked = dates.filter(|date| date.num_days_from_ce().unsigned_abs() % 7 != phase);
    worked.map(|date| templates[(date.ordinal() / 7 % 3) as usize].on(date, ZONE)).collect()
}

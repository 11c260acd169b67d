//! Forecasts of made histories whose right answer is known.

use std::ops::ControlFlow;

use chrono::{Datelike, Days, Duration, NaiveDate, Weekday};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::events::tests::window;
use super::*;
use crate::domain::calendar::instant_at_minute;
use crate::domain::demand::{ForecastModel, TotalOf};
use crate::domain::history::{FaultKind, FaultTreatment};
use crate::domain::ids::{BorrowedProfileId, HolidayId, PromotionId, SiteId, TeamId};
use crate::domain::organisation::HolidayKind;
use crate::domain::peak::PeakDays;
use crate::domain::promotion::{PhaseKind, PromotionPhase};
use crate::domain::quantity::Uplift;

const ZONE: Tz = Tz::Asia__Shanghai;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn queue_id() -> QueueId {
    QueueId(uuid::Uuid::nil())
}

/// Rows of half an hour, from 12 weeks before `monday` up to it. A `None` is no row.
fn made(zone: Tz, monday: &str, volume: impl Fn(NaiveDate, u32) -> Option<f64>) -> Vec<VolumeRecord> {
    let from = date(monday) - Days::new(84);
    let days = from.iter_days().take(84);
    days.flat_map(|day| (0..48).map(move |slot| (day, slot * 30)))
        .filter_map(|(day, minute)| {
            let starts_at = instant_at_minute(zone, day, minute);
            Some(VolumeRecord { queue_id: queue_id(), starts_at, minutes: 30, inquiries: volume(day, minute)?, aht_secs: None })
        })
        .collect()
}

/// 100 by day, 20 at night, half as much at weekends.
fn steady(day: NaiveDate, minute: u32) -> Option<f64> {
    let weekend = if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) { 0.5 } else { 1.0 };
    Some(weekend * if (540..1260).contains(&minute) { 100.0 } else { 20.0 })
}

struct Scene<'a> {
    zone: Tz,
    monday: &'a str,
    records: Vec<VolumeRecord>,
    holidays: Vec<Holiday>,
    peaks: Vec<PeakWindow>,
    promotions: Vec<Promotion>,
}

impl<'a> Scene<'a> {
    fn new(monday: &'a str, volume: impl Fn(NaiveDate, u32) -> Option<f64>) -> Self {
        Self {
            zone: ZONE,
            monday,
            records: made(ZONE, monday, volume),
            holidays: Vec::new(),
            peaks: Vec::new(),
            promotions: Vec::new(),
        }
    }

    fn forecast(&self) -> Result<DemandForecast, ForecastError> {
        let queues = [QueueHistory {
            peaks: &self.peaks,
            promotions: &self.promotions,
            ..QueueHistory::of_records(queue_id(), &self.records)
        }];
        let input = ForecastInput {
            week: PlanningWeek::new(date(self.monday), self.zone).unwrap(),
            step: IntervalMinutes::HALF_HOUR,
            tail: Duration::hours(2),
            holidays: &self.holidays,
            queues: &queues,
            groups: &[],
        };
        forecast_week(&input, &|_| ControlFlow::Continue(()))
    }

    /// Expected inquiries at a wall-clock time of the week.
    #[track_caller]
    fn expected(&self, day: &str, minute: u32) -> f64 {
        let forecast = self.forecast().unwrap();
        let step = forecast.grid.index_of(instant_at_minute(self.zone, date(day), minute)).unwrap();
        forecast.queues[0].points[step].expected
    }
}

fn holiday(day: &str, name: &str, kind: HolidayKind) -> Holiday {
    let nil = uuid::Uuid::nil();
    Holiday { id: HolidayId(nil), site_id: SiteId(nil), date: date(day), name: name.to_owned(), kind }
}

#[track_caller]
fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 0.01 * wanted.abs() + 1e-9, "{found} is not {wanted}");
}

#[test]
fn what_repeats_every_week_is_forecast_as_it_was() {
    let scene = Scene::new("2026-11-23", steady);
    near(scene.expected("2026-11-23", 600), 100.0);
    near(scene.expected("2026-11-28", 600), 50.0);
    near(scene.expected("2026-11-29", 60), 10.0);
    near(scene.expected("2026-11-30", 60), 20.0);
    let backtest = scene.forecast().unwrap().queues[0].backtest.clone().unwrap();
    assert_eq!(backtest.weeks, 8);
    assert!(backtest.wape < 1e-3, "{backtest:?}");
}

#[test]
fn a_missing_day_is_a_gap_and_a_weekday_never_open_is_zero() {
    let scene = Scene::new("2026-11-23", |day, minute| {
        let is_gap = day == date("2026-11-18") || day == date("2026-11-04");
        steady(day, minute).filter(|_| !is_gap && day.weekday() != Weekday::Sun)
    });
    near(scene.expected("2026-11-25", 600), 100.0);
    assert_eq!(scene.expected("2026-11-29", 600), 0.0);
}

#[test]
fn a_change_of_level_is_followed_and_one_wild_day_is_not() {
    let grown =
        Scene::new("2026-11-23", |day, minute| Some(steady(day, minute)? * if day >= date("2026-10-26") { 1.3 } else { 1.0 }));
    let found = grown.expected("2026-11-25", 600);
    assert!((118.0..135.0).contains(&found), "{found}");
    let wild =
        Scene::new("2026-11-23", |day, minute| Some(steady(day, minute)? * if day == date("2026-11-18") { 9.0 } else { 1.0 }));
    let found = wild.expected("2026-11-25", 600);
    assert!((99.0..106.0).contains(&found), "{found}");
}

#[test]
fn a_peak_stays_on_the_wall_clock_when_clocks_change() {
    let ten_o_clock = |_: NaiveDate, minute: u32| Some(if minute == 600 { 100.0 } else { 10.0 });
    let zone = Tz::Europe__Berlin;
    for (monday, sunday, steps) in [("2026-03-23", "2026-03-29", 338), ("2026-10-19", "2026-10-25", 342)] {
        let scene = Scene { zone, records: made(zone, monday, ten_o_clock), ..Scene::new(monday, |_, _| None) };
        assert_eq!(scene.forecast().unwrap().grid.len(), steps);
        near(scene.expected(sunday, 600), 100.0);
        near(scene.expected(sunday, 630), 10.0);
    }
}

#[test]
fn a_holiday_is_kept_out_of_the_profile_and_repeats_what_its_name_did() {
    let factor = |day: NaiveDate| if day == date("2026-11-19") || day == date("2026-10-15") { 3.0 } else { 1.0 };
    let mut scene = Scene::new("2026-11-23", |day, minute| Some(steady(day, minute)? * factor(day)));
    scene.holidays = vec![
        holiday("2026-10-15", "店庆", HolidayKind::Statutory),
        holiday("2026-11-19", "店庆", HolidayKind::Statutory),
        holiday("2026-11-27", "店庆", HolidayKind::Statutory),
    ];
    near(scene.expected("2026-11-26", 600), 100.0);
    near(scene.expected("2026-11-27", 600), 300.0);
}

#[test]
fn an_unseen_rest_day_looks_like_a_sunday_and_a_make_up_workday_like_a_workday() {
    let mut scene = Scene::new("2026-11-23", steady);
    scene.holidays =
        vec![holiday("2026-11-25", "元旦", HolidayKind::Statutory), holiday("2026-11-28", "补班", HolidayKind::MakeUpWorkday)];
    near(scene.expected("2026-11-25", 600), 50.0);
    near(scene.expected("2026-11-28", 600), 100.0);
}

#[test]
fn a_holiday_without_rows_was_closed_and_brings_a_wave_the_day_after() {
    let closed = ["2026-09-16", "2026-10-14", "2026-11-11"].map(date);
    let mut scene = Scene::new("2026-11-23", |day, minute| {
        let wave = if closed.contains(&(day - Days::new(1))) { 1.4 } else { 1.0 };
        Some(steady(day, minute)? * wave).filter(|_| !closed.contains(&day))
    });
    let days = ["2026-09-16", "2026-10-14", "2026-11-11", "2026-11-25"];
    scene.holidays = days.map(|day| holiday(day, "盘点", HolidayKind::Statutory)).to_vec();
    assert_eq!(scene.expected("2026-11-25", 600), 0.0);
    // Three waves of ln 1.4 weighed against one of none are 1.4^(3/4) = 1.29; the regression believes them more.
    let found = scene.expected("2026-11-26", 600);
    assert!((125.0..140.0).contains(&found), "{found}");
    near(scene.expected("2026-11-24", 600), 100.0);
}

#[test]
fn an_event_is_kept_out_of_the_profile_and_learnt_by_name() {
    let evening = |day: NaiveDate, minute: u32| day == date("2026-11-18") && (1200..1320).contains(&minute);
    let mut scene =
        Scene::new("2026-11-23", |day, minute| Some(steady(day, minute)? * if evening(day, minute) { 4.0 } else { 1.0 }));
    scene.peaks = vec![
        window("直播", "2026-11-18", "2026-11-18", 1200..1320, None),
        window("直播", "2026-11-26", "2026-11-26", 1080..1140, None),
        window("双12", "2026-11-24", "2026-11-24", 600..660, Some(2.5)),
    ];
    near(scene.expected("2026-11-25", 1230), 100.0);
    // 4 × (100 + 20) / (100 + 20): the window runs past 21:00.
    near(scene.expected("2026-11-26", 1080), 400.0);
    near(scene.expected("2026-11-26", 1140), 100.0);
    near(scene.expected("2026-11-24", 630), 250.0);
}

#[test]
fn a_weekly_uplift_multiplies_the_coming_week_and_leaves_the_backtest_alone() {
    let mut scene = Scene::new("2026-11-23", steady);
    let mut evening = window("晚高峰", "2026-11-01", "2026-11-01", 1200..1260, Some(1.5));
    evening.days = PeakDays::Weekly { weekdays: vec![Weekday::Tue] };
    let other = PeakWindow { queue_id: Some(QueueId::generate()), ..evening.clone() };
    scene.peaks = vec![evening, other];
    near(scene.expected("2026-11-24", 1230), 150.0);
    near(scene.expected("2026-11-25", 1230), 100.0);
    assert!(scene.forecast().unwrap().queues[0].backtest.clone().unwrap().wape < 1e-3);
}

#[test]
fn too_little_history_says_of_every_queue_what_is_there() {
    let records: Vec<_> = made(ZONE, "2026-11-23", |day, minute| steady(day, minute).filter(|_| day >= date("2026-11-09")));
    let queues = [&records[..], &[]].map(|records| QueueHistory::of_records(queue_id(), records));
    let input = ForecastInput {
        week: PlanningWeek::new(date("2026-11-23"), ZONE).unwrap(),
        step: IntervalMinutes::HALF_HOUR,
        tail: Duration::zero(),
        holidays: &[],
        queues: &queues,
        groups: &[],
    };
    let fault = forecast_week(&input, &|_| ControlFlow::Continue(())).unwrap_err();
    let nil = uuid::Uuid::nil();
    assert_eq!(
        fault.to_string(),
        format!(
            "a forecast needs 3 weeks of history; queue {nil} has 2 (2026-11-09 to 2026-11-22); queue {nil} has 0 (no rows at \
             all); import earlier volumes of these queues, or let a new one borrow the profile of another"
        )
    );
    assert_eq!(forecast_week(&input, &|_| ControlFlow::Break(())), Err(ForecastError::Stopped));
}

#[test]
fn rows_that_say_nothing_are_all_named() {
    let mut scene = Scene::new("2026-11-23", steady);
    scene.records[3].inquiries = -1.0;
    scene.records[5].minutes = 0;
    let Err(ForecastError::UnusableRecords { records }) = scene.forecast() else { panic!("bad rows were taken") };
    assert_eq!(records.len(), 2);
}

#[test]
fn a_promotion_is_blended_from_last_years_and_the_planners_factor() {
    let spike = |day: NaiveDate| day == date("2026-10-21");
    let mut scene = Scene::new("2026-11-23", |day, minute| Some(steady(day, minute)? * if spike(day) { 4.0 } else { 1.0 }));
    let phase = |day: &str, uplift: Option<f64>| PromotionPhase {
        kind: PhaseKind::Spike,
        starts_at: date(day).and_hms_opt(0, 0, 0).unwrap(),
        ends_at: date(day).and_hms_opt(0, 0, 0).unwrap() + Duration::days(1),
        uplift: uplift.map(|factor| Uplift::new(factor).unwrap()),
    };
    let promotion = |phase| Promotion {
        id: PromotionId(uuid::Uuid::nil()),
        team_id: TeamId(uuid::Uuid::nil()),
        queue_id: None,
        name: "双12".into(),
        kind: "双12".into(),
        phases: vec![phase],
    };
    scene.promotions = vec![promotion(phase("2026-10-21", None)), promotion(phase("2026-11-25", Some(2.0)))];
    near(scene.expected("2026-11-25", 600), 100.0 * f64::sqrt(8.0));
    near(scene.expected("2026-11-26", 600), 100.0);
}

#[test]
fn an_outage_is_left_out_told_and_kept_out_of_the_backtest() {
    let silent = |day: NaiveDate, minute: u32| day == date("2026-11-18") && (600..780).contains(&minute);
    let scene = Scene::new("2026-11-23", |day, minute| Some(if silent(day, minute) { 0.0 } else { steady(day, minute)? }));
    near(scene.expected("2026-11-25", 660), 100.0);
    let forecast = scene.forecast().unwrap();
    let faults = &forecast.queues[0].faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!((faults[0].kind, faults[0].treatment), (FaultKind::Outage, FaultTreatment::LeftOut));
    assert_eq!(faults[0].span.minutes(), 180);
    assert!(forecast.queues[0].backtest.as_ref().unwrap().wape < 1e-3);
}

#[test]
fn a_queue_without_history_looks_like_the_one_it_borrows_from() {
    let scene = Scene::new("2026-11-23", steady);
    let new = QueueId::generate();
    let profile = BorrowedProfile { id: BorrowedProfileId::generate(), queue_id: new, from: queue_id(), weekly_inquiries: 100.0 };
    let borrowed = Some(Borrowed { profile, records: &scene.records });
    let queues = [QueueHistory { borrowed, ..QueueHistory::of_records(new, &[]) }];
    let groups = [Group { of: TotalOf::Team(TeamId(uuid::Uuid::nil())), queues: vec![new] }];
    let input = ForecastInput {
        week: PlanningWeek::new(date("2026-11-23"), ZONE).unwrap(),
        step: IntervalMinutes::HALF_HOUR,
        tail: Duration::zero(),
        holidays: &[],
        queues: &queues,
        groups: &groups,
    };
    let forecast = forecast_week(&input, &|_| ControlFlow::Continue(())).unwrap();
    let points = &forecast.queues[0].points;
    near(points.iter().map(|point| point.expected).sum::<f64>(), 100.0);
    near(points[20].expected / points[2].expected, 5.0);
    assert_eq!((forecast.queues[0].borrowed_from, &forecast.queues[0].backtest), (Some(queue_id()), &None));
    assert_eq!(forecast.totals[0].points[20].expected, points[20].expected);
}

#[test]
fn the_models_share_the_forecast_and_their_errors_are_told() {
    let scene = Scene::new("2026-11-23", |day, minute| {
        let grows = 1.0 + 0.04 * (day - date("2026-08-31")).num_days() as f64 / 7.0;
        Some(steady(day, minute)? * grows)
    });
    let backtest = scene.forecast().unwrap().queues[0].backtest.clone().unwrap();
    assert_eq!(backtest.models.len(), 7);
    near(backtest.models.iter().map(|score| score.weight).sum(), 1.0);
    let of = |model| backtest.models.iter().find(|score| score.model == model).unwrap();
    assert!(of(ForecastModel::DayTotal).weight > of(ForecastModel::MeanOfFour).weight);
    assert!(backtest.wape < 0.8 * backtest.wape_mean4, "{backtest:?}");
    assert!(backtest.wape_last_week < backtest.wape_mean4 && backtest.wape_mean4 < backtest.wape_median6, "{backtest:?}");
}

#[test]
fn p10_and_p90_hold_eight_of_ten_noisy_actuals() {
    let mut random = StdRng::seed_from_u64(7);
    let mut scene = Scene::new("2026-11-23", steady);
    let mut today = (0.0, 1.0);
    for record in &mut scene.records {
        let day = record.starts_at.timestamp().div_euclid(86_400) as f64;
        if day != today.0 {
            today = (day, random.random_range(0.85..1.15));
        }
        // Twelve uniforms less six are all but normal; a count has its mean as variance.
        let normal = (0..12).map(|_| random.random_range(0.0..1.0)).sum::<f64>() - 6.0;
        let mean = record.inquiries * today.1;
        record.inquiries = (mean + normal * f64::sqrt(mean)).round().max(0.0);
    }
    let backtest = scene.forecast().unwrap().queues[0].backtest.clone().unwrap();
    assert!((0.75..=0.85).contains(&backtest.p10_p90_share), "{backtest:?}");
    assert!(backtest.wape < 0.95 * backtest.wape_mean4, "{backtest:?}");
}

//! Labour law's words: how hours are counted and paid, which limits there are, and what of them concerns a week's roster.
//!
//! The figures are data: `labour/packs`. What is worked out of them is in [`labour`](crate::labour).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::agent::Post;
use super::calendar::Interval;
use super::ids::{AgentId, ProtectionId, SiteId, TimeCorrectionId};
use super::organisation::{Holiday, HolidayKind};

/// What a minute of work is paid as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayClass {
    /// Within normal hours.
    Regular,
    /// 延长工作时间, 150 % in mainland China; of a comprehensive post what exceeds the cycle.
    Overtime,
    /// 休息日, 200 %, to be paid.
    RestDay,
    /// The same, owed as time off: 调休.
    TimeOff,
    /// 法定节假日, 300 %.
    StatutoryHoliday,
}

impl PayClass {
    /// Every class, in the order of figures by class.
    pub const ALL: [Self; 5] = [Self::Regular, Self::Overtime, Self::RestDay, Self::TimeOff, Self::StatutoryHoliday];
}

/// Minutes by class, in the order of [`PayClass::ALL`]. Below 0 where a correction takes more than there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassMinutes(pub [i64; 5]);

impl ClassMinutes {
    /// Minutes of a class.
    pub fn of(&self, class: PayClass) -> i64 {
        self.0[class as usize]
    }

    /// Adds minutes of a class.
    pub fn add(&mut self, class: PayClass, minutes: i64) {
        self.0[class as usize] += minutes;
    }

    /// All minutes.
    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }
}

impl std::ops::AddAssign for ClassMinutes {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }
}

impl std::iter::Sum for ClassMinutes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

/// Over what the hours of a comprehensive post are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cycle {
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months, from January, April, July or October on.
    Quarter,
    /// A calendar year.
    Year,
}

impl Cycle {
    /// First and last date of the cycle that holds a date.
    pub fn around(self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        let first_of = |month: u32| NaiveDate::from_ymd_opt(date.year(), month, 1).expect("every month has a first day");
        let months = |first: u32, count: u32| {
            let first = first_of(first);
            (first, first + chrono::Months::new(count) - Days::new(1))
        };
        match self {
            Self::Week => {
                let monday = super::calendar::monday_of(date);
                (monday, monday + Days::new(6))
            }
            Self::Month => months(date.month(), 1),
            Self::Quarter => months(date.month0() / 3 * 3 + 1, 3),
            Self::Year => months(1, 12),
        }
    }
}

/// How the hours of a post are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoursSystem {
    /// 标准工时制: by the day and the week.
    Standard,
    /// 综合计算工时制: by the cycle.
    Comprehensive,
    /// By an average over weeks, as in the European Union.
    Averaged,
    /// 不定时工作制: not counted.
    Flexible,
}

/// Which days are days of rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestDays {
    /// Saturdays, Sundays and shifted rest days, but for make-up working days.
    Calendar,
    /// 轮休: those of the roster. What is worked in a week beyond the hours of its working days was worked on a day of rest.
    Rostered,
}

/// What becomes of work on a day of rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestDayWork {
    /// It is paid.
    Paid,
    /// It is owed as time off, and paid where that is not taken within so many days.
    TimeOff {
        /// Days after the day worked.
        expires_after_days: u32,
    },
}

/// A limit by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitCode {
    /// Minutes of a day beyond which work is overtime.
    NormalDailyMinutes,
    /// Minutes of a week of five working days beyond which work is overtime.
    NormalWeeklyMinutes,
    /// Overtime of one day at most.
    MaxDailyOvertimeMinutes,
    /// Overtime of one calendar month at most.
    MaxMonthlyOvertimeMinutes,
    /// Days in a row with work at most.
    MaxConsecutiveDays,
    /// Days without work in every week at least.
    MinWeeklyRestDays,
    /// Minutes between two shifts at least.
    MinDailyRestMinutes,
    /// Minutes a week at most, on average over the reference weeks.
    MaxAverageWeeklyMinutes,
    /// Minutes of a shift at most of which three hours or more are at night.
    MaxNightShiftMinutes,
}

impl LimitCode {
    /// Whether less of it is stricter.
    pub fn is_most(self) -> bool {
        !matches!(self, Self::MinWeeklyRestDays | Self::MinDailyRestMinutes)
    }

    /// Whether `new` is stricter than `old`, or as strict.
    pub fn keeps(self, old: u32, new: u32) -> bool {
        if self.is_most() { new <= old } else { new >= old }
    }

    /// The least and the most that make sense.
    pub fn range(self) -> (u32, u32) {
        match self {
            Self::NormalDailyMinutes | Self::MaxNightShiftMinutes => (60, 24 * 60),
            Self::NormalWeeklyMinutes | Self::MaxAverageWeeklyMinutes => (60, 7 * 24 * 60),
            Self::MaxDailyOvertimeMinutes => (0, 16 * 60),
            Self::MaxMonthlyOvertimeMinutes => (0, 31 * 24 * 60),
            Self::MaxConsecutiveDays => (1, 14),
            Self::MinWeeklyRestDays => (0, 6),
            Self::MinDailyRestMinutes => (0, 24 * 60),
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NormalDailyMinutes => "normal_daily_minutes",
            Self::NormalWeeklyMinutes => "normal_weekly_minutes",
            Self::MaxDailyOvertimeMinutes => "max_daily_overtime_minutes",
            Self::MaxMonthlyOvertimeMinutes => "max_monthly_overtime_minutes",
            Self::MaxConsecutiveDays => "max_consecutive_days",
            Self::MinWeeklyRestDays => "min_weekly_rest_days",
            Self::MinDailyRestMinutes => "min_daily_rest_minutes",
            Self::MaxAverageWeeklyMinutes => "max_average_weekly_minutes",
            Self::MaxNightShiftMinutes => "max_night_shift_minutes",
        }
    }
}

/// The hours system of a post that differs from the site's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostHours {
    /// The post.
    pub post: Post,
    /// Code of the pack that holds for it.
    pub pack: String,
    /// Its cycle, where the pack is a comprehensive one.
    pub cycle: Option<Cycle>,
}

/// The labour rules that a site keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabourRules {
    /// The site.
    pub site_id: SiteId,
    /// First date that they hold for, until the next ones do. Work before the first rules of a site is regular.
    pub effective_from: NaiveDate,
    /// Code of the pack that it adopted.
    pub pack: String,
    /// The cycle, where the pack is a comprehensive one.
    pub cycle: Option<Cycle>,
    /// Posts with another hours system.
    pub posts: Vec<PostHours>,
    /// Limits that differ from those of the packs.
    pub changes: BTreeMap<LimitCode, u32>,
    /// Which days are days of rest.
    pub rest_days: RestDays,
    /// What becomes of work on them.
    pub rest_day_work: RestDayWork,
}

/// Why an agent is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtectionKind {
    /// 未成年工: below eighteen.
    Minor,
    /// 孕期: with child.
    Pregnant,
    /// 哺乳期: with a child to be nursed.
    Nursing,
}

/// A stretch of dates on which an agent is kept from nights and overtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// Identity.
    pub id: ProtectionId,
    /// Whom.
    pub agent_id: AgentId,
    /// Why.
    pub kind: ProtectionKind,
    /// First date.
    pub from: NaiveDate,
    /// Last date; `None` for as yet unknown.
    pub until: Option<NaiveDate>,
}

impl Protection {
    /// Whether it holds on a date.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }
}

/// A correction of time worked. It is never changed: another one takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeCorrection {
    /// Identity; later ones have greater ones.
    pub id: TimeCorrectionId,
    /// Whose.
    pub agent_id: AgentId,
    /// When.
    pub span: Interval,
    /// Whether the agent worked then.
    pub is_worked: bool,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// Since when it counts.
    pub made_at: DateTime<Utc>,
}

/// The days of a site that are not ordinary ones, by date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpecialDates(BTreeMap<NaiveDate, HolidayKind>);

impl SpecialDates {
    /// Of a site's holidays.
    pub fn of<'a>(holidays: impl IntoIterator<Item = &'a Holiday>) -> Self {
        Self(holidays.into_iter().map(|holiday| (holiday.date, holiday.kind)).collect())
    }

    /// Whether work on the date is work on a statutory holiday.
    pub fn is_statutory(&self, date: NaiveDate) -> bool {
        self.0.get(&date) == Some(&HolidayKind::Statutory)
    }

    /// Whether it is a day of rest by the calendar; a statutory holiday is none, it is more than that.
    pub fn is_rest_day(&self, date: NaiveDate) -> bool {
        match self.0.get(&date) {
            Some(HolidayKind::ShiftedRest) => true,
            Some(HolidayKind::Statutory | HolidayKind::MakeUpWorkday) => false,
            Some(HolidayKind::Observance) | None => matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// How many dates from `first` to `last`, both included, are working days.
    pub fn working_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        let dates = first.iter_days().take_while(|date| *date <= last);
        dates.filter(|date| !self.is_statutory(*date) && !self.is_rest_day(*date)).count() as u32
    }
}

/// How an agent's hours are classed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HoursTerms {
    /// How they are counted.
    pub system: HoursSystem,
    /// Minutes of a day beyond which work is overtime; `None` where a day has no such limit.
    pub normal_daily_minutes: Option<u32>,
    /// Minutes of a working day that the week of [`RestDays::Rostered`] is counted by.
    pub working_day_minutes: u32,
    /// The cycle of a comprehensive post and its minutes.
    pub cycle: Option<(Cycle, u32)>,
    /// Which days are days of rest; `None` where rest days are not paid otherwise.
    pub rest_days: Option<RestDays>,
    /// What becomes of work on them.
    pub rest_day_work: RestDayWork,
    /// Whether work on a statutory holiday is a class of its own.
    pub pays_holidays: bool,
}

/// Overtime that is left for some dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OvertimeLeft {
    /// First date of the week that it is for.
    pub first: NaiveDate,
    /// Last one.
    pub last: NaiveDate,
    /// Minutes, what is worked or planned on other days of the month taken off.
    pub minutes: u32,
}

/// Normal minutes that are left for some dates: what is worked beyond is of another class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NormalLeft {
    /// First date of the week that it is for.
    pub first: NaiveDate,
    /// Last one.
    pub last: NaiveDate,
    /// Minutes.
    pub minutes: u32,
}

/// What of labour law concerns an agent's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentTerms {
    /// Whose.
    pub agent_id: AgentId,
    /// How the hours are classed.
    pub hours: HoursTerms,
    /// What an hour is paid, by class, as a multiple of a regular one.
    pub rates: [f64; 5],
    /// Normal minutes of the week, or what is left of the cycle; `None` where neither counts.
    pub normal_left: Option<NormalLeft>,
    /// Overtime left, by the months that the week is in; empty for no limit.
    pub overtime_left: Vec<OvertimeLeft>,
    /// Paid minutes of the week at most, where an average has to be kept.
    pub max_week_minutes: Option<u32>,
    /// Paid minutes of a day at most.
    pub max_daily_minutes: Option<u32>,
    /// Paid minutes of a night shift at most.
    pub max_night_shift_minutes: Option<u32>,
    /// Days of the week, of five, that are no working days by the calendar: the contract's minimum owes nothing for them.
    pub free_days: u32,
    /// Time off that is owed at the start of the week, in minutes.
    pub time_off_owed_minutes: u32,
    /// What the agent is kept from, and when.
    pub protected: Vec<Protected>,
}

/// Dates on which an agent is kept from something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protected {
    /// Why.
    pub kind: ProtectionKind,
    /// First date.
    pub from: NaiveDate,
    /// Last date; `None` for as yet unknown.
    pub until: Option<NaiveDate>,
    /// Whether nights are forbidden.
    pub from_nights: bool,
    /// Whether overtime is.
    pub from_overtime: bool,
}

/// When it is night, in minutes after midnight: from the evening on and until the morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// First minute of the evening.
    pub from_minute: u32,
    /// First minute after, in the morning.
    pub until_minute: u32,
}

/// What of labour law concerns a team's week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabourInput {
    /// The site's special dates.
    pub dates: SpecialDates,
    /// When it is night.
    pub night: Night,
    /// The terms of each agent; whom none are known of is bound by nothing.
    pub agents: Vec<AgentTerms>,
}

impl AgentTerms {
    /// What the contract's minimum of the week comes to: less for days that are no working days, and by a working day at most
    /// for time off that is owed: whoever has some is not kept busy for the hours' sake.
    pub fn owed(&self, minutes: f64) -> f64 {
        let time_off = self.time_off_owed_minutes.min(self.hours.working_day_minutes);
        (minutes * (1.0 - f64::from(self.free_days) / 5.0) - f64::from(time_off)).max(0.0).floor()
    }
}

impl LabourInput {
    /// The terms of an agent.
    pub fn of(&self, id: AgentId) -> Option<&AgentTerms> {
        self.agents.iter().find(|terms| terms.agent_id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_cycle_is_a_calendar_one() {
        let around = |cycle: Cycle, day: &str| {
            let (first, last) = cycle.around(date(day));
            (first.to_string(), last.to_string())
        };
        assert_eq!(around(Cycle::Week, "2026-11-29"), ("2026-11-23".into(), "2026-11-29".into()));
        assert_eq!(around(Cycle::Month, "2028-02-10"), ("2028-02-01".into(), "2028-02-29".into()));
        assert_eq!(around(Cycle::Quarter, "2026-12-31"), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!(around(Cycle::Year, "2026-01-01"), ("2026-01-01".into(), "2026-12-31".into()));
    }

    #[test]
    fn a_class_adds_up_in_its_place() {
        let mut sum = ClassMinutes::default();
        PayClass::ALL.iter().zip(1..).for_each(|(class, minutes)| sum.add(*class, minutes));
        assert_eq!((sum.0, sum.of(PayClass::StatutoryHoliday), sum.total()), ([1, 2, 3, 4, 5], 5, 15));
    }

    #[test]
    fn stricter_is_less_of_a_most_and_more_of_a_least() {
        assert!(LimitCode::MaxMonthlyOvertimeMinutes.keeps(2160, 1800));
        assert!(!LimitCode::MaxMonthlyOvertimeMinutes.keeps(2160, 2161));
        assert!(LimitCode::MinDailyRestMinutes.keeps(660, 720) && !LimitCode::MinDailyRestMinutes.keeps(660, 600));
    }

    #[test]
    fn a_protection_without_an_end_goes_on() {
        let (id, agent_id) = (ProtectionId::generate(), AgentId::generate());
        let open = Protection { id, agent_id, kind: ProtectionKind::Pregnant, from: date("2026-11-23"), until: None };
        assert_eq!(["2026-11-22", "2026-11-23", "2030-01-01"].map(|day| open.holds_on(date(day))), [false, true, true]);
        let closed = Protection { until: Some(date("2026-11-24")), ..open };
        assert_eq!(["2026-11-24", "2026-11-25"].map(|day| closed.holds_on(date(day))), [true, false]);
    }
}

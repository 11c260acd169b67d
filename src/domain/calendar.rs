//! Local time. The only file that knows time zones, daylight saving and midnight.
//!
//! A wall-clock time that a clock change skips is moved to the first moment after the change; one that occurs twice is
//! the earlier of the two. Lengths are elapsed time: an eight-hour shift lasts eight hours in every week.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Minutes of an ordinary day.
pub const DAY_MINUTES: u32 = 24 * 60;

/// A stretch of time `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First instant inside.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
}

impl Interval {
    /// Elapsed minutes; negative when the ends are swapped.
    pub fn minutes(&self) -> i64 {
        (self.end - self.start).num_minutes()
    }

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Elapsed minutes that both cover.
    pub fn shared_minutes(&self, other: &Interval) -> i64 {
        (self.end.min(other.end) - self.start.max(other.start)).num_minutes().max(0)
    }

    /// Whether the instant is inside.
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }
}

/// A calendar fault a user can mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Planning weeks start on Mondays.
    #[error("{0} is not a Monday; a planning week is named by its Monday")]
    NotMonday(NaiveDate),
    /// Only these steps divide the hour as planning needs it.
    #[error("interval_minutes must be 15, 30 or 60, got {0}")]
    IntervalMinutes(u32),
    /// So many weeks are not planned together.
    #[error("weeks must be between 1 and {most}, got {0}", most = Horizon::MOST_WEEKS)]
    Weeks(u32),
}

/// The planning step: 15, 30 or 60 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct IntervalMinutes(u32);

impl IntervalMinutes {
    /// Half an hour, the usual step.
    pub const HALF_HOUR: Self = Self(30);

    /// Checks the step.
    ///
    /// # Errors
    /// [`CalendarError::IntervalMinutes`] for any other than 15, 30 and 60.
    pub fn new(minutes: u32) -> Result<Self, CalendarError> {
        if matches!(minutes, 15 | 30 | 60) { Ok(Self(minutes)) } else { Err(CalendarError::IntervalMinutes(minutes)) }
    }

    /// Minutes.
    pub fn get(self) -> u32 {
        self.0
    }

    /// As elapsed time.
    pub fn duration(self) -> Duration {
        Duration::minutes(i64::from(self.0))
    }
}

impl TryFrom<u32> for IntervalMinutes {
    type Error = CalendarError;
    fn try_from(minutes: u32) -> Result<Self, CalendarError> {
        Self::new(minutes)
    }
}

impl From<IntervalMinutes> for u32 {
    fn from(step: IntervalMinutes) -> u32 {
        step.0
    }
}

/// The instant at which the wall clock of `zone` shows `local`.
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return at.with_timezone(&Utc);
    }
    // A skipped time. The offset of a day earlier is the one before the change, and reading the skipped time with it
    // lands as far after the change as the clock stood into the gap; walking back to the change gives its first moment.
    let before = zone.from_local_datetime(&(local - Duration::days(1))).earliest().expect("clocks change at most once a day");
    let mut at = before.with_timezone(&Utc) + Duration::days(1);
    while local_of(zone, at - Duration::minutes(1)) >= local {
        at -= Duration::minutes(1);
    }
    at
}

/// Whether a clock change of `zone` skips `local`.
pub fn is_skipped(zone: Tz, local: NaiveDateTime) -> bool {
    zone.from_local_datetime(&local).earliest().is_none()
}

/// Whether the wall clock of `zone` shows `local` twice.
pub fn is_doubled(zone: Tz, local: NaiveDateTime) -> bool {
    let shown = zone.from_local_datetime(&local);
    shown.earliest() != shown.latest()
}

/// What the wall clock of `zone` shows at `at`.
pub fn local_of(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The instant at which `date` begins in `zone`.
pub fn midnight(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    instant(zone, date.and_time(NaiveTime::MIN))
}

/// The instant `minute` minutes of wall-clock time after the midnight that begins `date`; minutes of 1440 and more
/// belong to the days after.
pub fn instant_at_minute(zone: Tz, date: NaiveDate, minute: u32) -> DateTime<Utc> {
    instant(zone, date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute)))
}

/// The Monday on or before `date`.
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().num_days_from_monday()))
}

/// One week of one site, Monday to Sunday in its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanningWeek {
    monday: NaiveDate,
    zone: Tz,
}

impl PlanningWeek {
    /// The week that `monday` begins.
    ///
    /// # Errors
    /// [`CalendarError::NotMonday`].
    pub fn new(monday: NaiveDate, zone: Tz) -> Result<Self, CalendarError> {
        if monday.weekday() == Weekday::Mon { Ok(Self { monday, zone }) } else { Err(CalendarError::NotMonday(monday)) }
    }

    /// The week after the one that `now` falls into.
    pub fn next_after(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { monday: monday_of(local_of(zone, now).date()) + Days::new(7), zone }
    }

    /// Its Monday, which names it.
    pub fn monday(&self) -> NaiveDate {
        self.monday
    }

    /// The zone its wall clocks show.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The seven dates.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let monday = self.monday;
        (0..7).map(move |day| monday + Days::new(day))
    }

    /// The day number 0-6 of `date`, if it is in the week.
    pub fn day_of(&self, date: NaiveDate) -> Option<usize> {
        usize::try_from((date - self.monday).num_days()).ok().filter(|day| *day < 7)
    }

    /// From Monday's midnight to the next Monday's: 167, 168 or 169 hours.
    pub fn span(&self) -> Interval {
        Interval { start: midnight(self.zone, self.monday), end: midnight(self.zone, self.monday + Days::new(7)) }
    }

    /// The week's planning steps, plus those of `tail` elapsed time after its end, where Sunday's late shifts still run.
    pub fn grid(&self, step: IntervalMinutes, tail: Duration) -> IntervalGrid {
        let span = self.span();
        IntervalGrid::covering(Interval { start: span.start, end: span.end + tail }, step)
    }
}

/// Weeks of one site that are planned together, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Horizon {
    first: PlanningWeek,
    weeks: u32,
}

impl Horizon {
    /// Two months: beyond, no forecast is worth planning by.
    pub const MOST_WEEKS: u32 = 8;

    /// So many weeks from `first` on.
    ///
    /// # Errors
    /// [`CalendarError::Weeks`] for none, or more than [`Horizon::MOST_WEEKS`].
    pub fn new(first: PlanningWeek, weeks: u32) -> Result<Self, CalendarError> {
        if (1..=Self::MOST_WEEKS).contains(&weeks) { Ok(Self { first, weeks }) } else { Err(CalendarError::Weeks(weeks)) }
    }

    /// Its first week.
    pub fn first(&self) -> PlanningWeek {
        self.first
    }

    /// How many weeks it has.
    pub fn count(&self) -> u32 {
        self.weeks
    }

    /// Whether it is a single week.
    pub fn is_one_week(&self) -> bool {
        self.weeks == 1
    }

    /// Its weeks, in order.
    pub fn weeks(&self) -> impl Iterator<Item = PlanningWeek> + use<> {
        let PlanningWeek { monday, zone } = self.first;
        (0..u64::from(self.weeks)).map(move |week| PlanningWeek { monday: monday + Days::new(7 * week), zone })
    }

    /// Its dates, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.weeks().flat_map(|week| week.dates())
    }

    /// The Monday after it.
    pub fn end(&self) -> NaiveDate {
        self.first.monday + Days::new(7 * u64::from(self.weeks))
    }

    /// Whether the date is in it.
    pub fn holds(&self, date: NaiveDate) -> bool {
        (self.first.monday..self.end()).contains(&date)
    }

    /// From its first Monday's midnight to that of the Monday after it.
    pub fn span(&self) -> Interval {
        let zone = self.first.zone;
        Interval { start: midnight(zone, self.first.monday), end: midnight(zone, self.end()) }
    }
}

impl From<PlanningWeek> for Horizon {
    /// The week by itself.
    fn from(first: PlanningWeek) -> Self {
        Self { first, weeks: 1 }
    }
}

/// Equal steps of elapsed time, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalGrid {
    start: DateTime<Utc>,
    step: IntervalMinutes,
    len: usize,
}

impl IntervalGrid {
    /// Steps from the start of `span` until its end is reached.
    pub fn covering(span: Interval, step: IntervalMinutes) -> Self {
        let minutes = usize::try_from(span.minutes()).unwrap_or(0);
        Self { start: span.start, step, len: minutes.div_ceil(step.get() as usize) }
    }

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no step.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The step's length.
    pub fn step(&self) -> IntervalMinutes {
        self.step
    }

    /// Step number `index`.
    pub fn interval(&self, index: usize) -> Interval {
        let start = self.start + self.step.duration() * i32::try_from(index).expect("a grid spans weeks, not millennia");
        Interval { start, end: start + self.step.duration() }
    }

    /// All steps in order.
    pub fn intervals(&self) -> impl ExactSizeIterator<Item = Interval> + '_ {
        (0..self.len).map(|index| self.interval(index))
    }

    /// The step that holds `at`.
    pub fn index_of(&self, at: DateTime<Utc>) -> Option<usize> {
        let minutes = (at - self.start).num_minutes();
        if at < self.start {
            return None;
        }
        usize::try_from(minutes / i64::from(self.step.get())).ok().filter(|index| *index < self.len)
    }

    /// The steps that share an instant with `span`.
    pub fn overlapping(&self, span: Interval) -> std::ops::Range<usize> {
        let step = i64::from(self.step.get());
        let from = (span.start - self.start).num_minutes().div_euclid(step).max(0);
        let to = ((span.end - self.start).num_minutes() + step - 1).div_euclid(step).max(from);
        let clamp = |at: i64| usize::try_from(at).unwrap_or(0).min(self.len);
        clamp(from)..clamp(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn week(monday: &str, zone: Tz) -> PlanningWeek {
        PlanningWeek::new(date(monday), zone).unwrap()
    }

    #[test]
    fn a_week_has_168_hours_and_one_less_or_more_when_clocks_change() {
        let hours = |monday, zone| week(monday, zone).span().minutes() / 60;
        assert_eq!(hours("2026-11-23", Tz::Asia__Shanghai), 168);
        assert_eq!(hours("2026-03-23", Tz::Europe__Berlin), 167);
        assert_eq!(hours("2026-10-19", Tz::Europe__Berlin), 169);
    }

    #[test]
    fn a_skipped_time_is_the_first_moment_after_the_change() {
        let at = instant(Tz::Europe__Berlin, date("2026-03-29").and_hms_opt(2, 30, 0).unwrap());
        assert_eq!(at.to_rfc3339(), "2026-03-29T01:00:00+00:00");
    }

    #[test]
    fn a_time_that_occurs_twice_is_the_earlier() {
        let at = instant(Tz::Europe__Berlin, date("2026-10-25").and_hms_opt(2, 30, 0).unwrap());
        assert_eq!(at.to_rfc3339(), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn skipped_and_doubled_times_are_told_from_ordinary_ones() {
        let at = |day: &str, hour| date(day).and_hms_opt(hour, 30, 0).unwrap();
        assert!(is_skipped(Tz::Europe__Berlin, at("2026-03-29", 2)) && !is_skipped(Tz::Europe__Berlin, at("2026-03-29", 3)));
        assert!(is_doubled(Tz::Europe__Berlin, at("2026-10-25", 2)) && !is_doubled(Tz::Europe__Berlin, at("2026-10-25", 3)));
    }

    #[test]
    fn a_week_is_named_by_its_monday_only() {
        assert!(PlanningWeek::new(date("2026-11-24"), Tz::UTC).is_err());
        let now = "2026-11-22T17:00:00Z".parse().unwrap();
        assert_eq!(PlanningWeek::next_after(now, Tz::UTC).monday(), date("2026-11-23"));
        // It is Monday in Shanghai already.
        assert_eq!(PlanningWeek::next_after(now, Tz::Asia__Shanghai).monday(), date("2026-11-30"));
    }

    #[test]
    fn a_horizon_has_up_to_eight_weeks_and_the_hours_of_their_clock_changes() {
        let first = week("2026-10-19", Tz::Europe__Berlin);
        let horizon = Horizon::new(first, 4).unwrap();
        let mondays: Vec<NaiveDate> = horizon.weeks().map(|week| week.monday()).collect();
        assert_eq!(mondays, ["2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09"].map(date));
        assert_eq!((horizon.dates().count(), horizon.span().minutes() / 60), (28, 673));
        assert!(horizon.holds(date("2026-11-15")) && !horizon.holds(date("2026-11-16")) && !horizon.holds(date("2026-10-18")));
        assert_eq!(Horizon::from(first).weeks().collect::<Vec<_>>(), [first]);
        assert_eq!([0, 8, 9].map(|weeks| Horizon::new(first, weeks).is_ok()), [false, true, false]);
    }

    #[test]
    fn a_grid_finds_the_step_of_an_instant_and_the_steps_of_a_span() {
        let week = week("2026-11-23", Tz::Asia__Shanghai);
        let grid = week.grid(IntervalMinutes::HALF_HOUR, Duration::hours(2));
        assert_eq!(grid.len(), 340);
        let start = instant_at_minute(week.zone(), week.monday(), 9 * 60);
        assert_eq!(grid.index_of(start), Some(18));
        assert_eq!(grid.index_of(start - Duration::days(1)), None);
        assert_eq!(grid.overlapping(Interval { start, end: start + Duration::minutes(45) }), 18..20);
        assert_eq!(grid.overlapping(Interval { start: start - Duration::days(3), end: start - Duration::days(2) }), 0..0);
    }

    #[test]
    fn minutes_past_midnight_belong_to_the_next_day() {
        let at = instant_at_minute(Tz::Asia__Shanghai, date("2026-11-23"), 25 * 60);
        assert_eq!(local_of(Tz::Asia__Shanghai, at), date("2026-11-24").and_hms_opt(1, 0, 0).unwrap());
    }
}

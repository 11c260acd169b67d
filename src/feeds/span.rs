//! The stretch of time that a dashboard asks for.

use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::calendar::{Interval, instant, local_of, monday_of};

/// The longest span of one answer. A year and a month: a year beside the one before is two requests.
pub const MAX_DAYS: i64 = 400;

/// A moment as dashboards write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// With an offset: the same instant everywhere.
    Instant(DateTime<Utc>),
    /// Without: what the clocks of each site show.
    Wall(NaiveDateTime),
    /// When the week of this instant begins by the clocks of each site: east of UTC it is Monday earlier.
    WeekOf(DateTime<Utc>),
}

/// What is wrong with a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// Not a moment.
    #[error("`{0}` is neither a date such as 2026-11-23 nor a time such as 2026-11-23T08:00:00+08:00; a + in an address is %2B")]
    Moment(String),
    /// Nothing is in it.
    #[error("must be after `from`")]
    Order,
    /// Too much would be.
    #[error("must be at most {MAX_DAYS} days after `from`, and is {0} days after it; ask for less at once")]
    Length(i64),
}

impl FromStr for Moment {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        // An address writes + as a space unless it is escaped, which is easily forgotten.
        let text = text.replace(' ', "+");
        let date = text.parse::<NaiveDate>().map(|date| date.and_time(NaiveTime::MIN));
        let wall = date.or_else(|_| text.parse::<NaiveDateTime>()).map(Self::Wall);
        let fits = wall.or_else(|_| DateTime::parse_from_rfc3339(&text).map(|at| Self::Instant(at.to_utc())));
        fits.ok().filter(Moment::is_in_reach).ok_or(SpanError::Moment(text))
    }
}

impl Moment {
    /// Within years that databases and calendars know.
    fn is_in_reach(&self) -> bool {
        (1970..=9000).contains(&chrono::Datelike::year(&self.plain()))
    }

    /// The moment so much later; of a week, so much later in it.
    pub fn plus(self, length: Duration) -> Self {
        match self {
            Self::Instant(at) => Self::Instant(at + length),
            Self::Wall(at) => Self::Wall(at + length),
            Self::WeekOf(at) => Self::WeekOf(at + length),
        }
    }

    /// The instant it is at a site.
    fn at(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Instant(at) => at,
            Self::Wall(local) => instant(zone, local),
            Self::WeekOf(at) => instant(zone, monday_of(local_of(zone, at).date()).and_time(NaiveTime::MIN)),
        }
    }

    /// Its figures by UTC: a site's clocks show them at most 14 hours earlier or 12 later, but for a week's beginning.
    fn plain(self) -> NaiveDateTime {
        match self {
            Self::Instant(at) => at.naive_utc(),
            Self::Wall(local) => local,
            Self::WeekOf(at) => monday_of(at.date_naive()).and_time(NaiveTime::MIN),
        }
    }

    /// From when to when it is, over all zones on earth: clocks run from 12 hours behind to 14 ahead of UTC.
    fn reach(self) -> (DateTime<Utc>, DateTime<Utc>) {
        let (behind, ahead) = (Duration::hours(12), Duration::hours(14));
        let (first, last) = match self {
            Self::Instant(_) | Self::Wall(_) => (self, self),
            Self::WeekOf(_) => (self.plus(-behind), self.plus(ahead)),
        };
        (first.plain().and_utc() - ahead, last.plain().and_utc() + behind)
    }
}

/// Half-open: `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: Moment,
    to: Moment,
}

impl Span {
    /// Checks order and length.
    ///
    /// # Errors
    /// [`SpanError::Order`], [`SpanError::Length`].
    pub fn new(from: Moment, to: Moment) -> Result<Self, SpanError> {
        let length = to.plain() - from.plain();
        if length <= Duration::zero() {
            return Err(SpanError::Order);
        }
        if length > Duration::days(MAX_DAYS) { Err(SpanError::Length(length.num_days())) } else { Ok(Self { from, to }) }
    }

    /// Whether the instant is inside, by the clocks of a site in `zone`.
    pub fn contains(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        self.from.at(zone) <= at && at < self.to.at(zone)
    }

    /// Everything that is inside for some zone on earth.
    pub fn reach(&self) -> Interval {
        Interval { start: self.from.reach().0, end: self.to.reach().1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn span(from: &str, to: &str) -> Result<Span, SpanError> {
        Span::new(moment(from), moment(to))
    }

    #[test]
    fn a_date_begins_when_it_begins_at_the_site() {
        let span = span("2026-11-23", "2026-11-24").unwrap();
        let holds = |zone, at: &str| span.contains(zone, at.parse().unwrap());
        assert!(holds(Tz::Asia__Shanghai, "2026-11-22T16:00:00Z") && !holds(Tz::Asia__Shanghai, "2026-11-23T16:00:00Z"));
        assert!(!holds(Tz::Europe__Berlin, "2026-11-22T16:00:00Z") && holds(Tz::Europe__Berlin, "2026-11-23T16:00:00Z"));
    }

    #[test]
    fn offsets_are_read_also_where_the_plus_was_not_escaped() {
        let expected = Moment::Instant("2026-11-23T00:30:00Z".parse().unwrap());
        for text in ["2026-11-23T08:30:00+08:00", "2026-11-23T08:30:00 08:00", "2026-11-23T00:30:00.000Z"] {
            assert_eq!(moment(text), expected);
        }
        assert_eq!(moment("2026-11-23T08:30:00"), Moment::Wall("2026-11-23T08:30:00".parse().unwrap()));
        for text in ["tomorrow", "2026-13-01", "", "1795336200000", "+262000-01-01"] {
            assert!(matches!(text.parse::<Moment>(), Err(SpanError::Moment(_))), "{text}");
        }
    }

    #[test]
    fn a_span_has_a_direction_and_a_limit() {
        assert_eq!(span("2026-11-23", "2026-11-23"), Err(SpanError::Order));
        assert_eq!(span("2026-01-01", "2027-02-06"), Err(SpanError::Length(401)));
        assert!(span("2026-01-01", "2027-02-05").is_ok());
    }

    #[test]
    fn a_week_begins_when_it_begins_at_the_site() {
        // Sunday evening in Berlin is Monday morning in Shanghai.
        let now = "2026-11-22T17:00:00Z".parse().unwrap();
        let begins = |zone| Moment::WeekOf(now).at(zone);
        assert_eq!(begins(Tz::Asia__Shanghai), "2026-11-22T16:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(begins(Tz::Europe__Berlin), "2026-11-15T23:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn its_reach_holds_it_for_every_zone() {
        let week = |now: &str| Moment::WeekOf(now.parse().unwrap());
        let weeks = |now| Span::new(week(now), week(now).plus(Duration::weeks(1))).unwrap();
        for span in [
            span("2026-11-23", "2026-11-24").unwrap(),
            weeks("2026-11-22T10:30:00Z"),
            weeks("2026-11-22T23:30:00Z"),
            weeks("2026-11-23T11:30:00Z"),
        ] {
            let reach = span.reach();
            for zone in [Tz::Pacific__Kiritimati, Tz::Asia__Shanghai, Tz::UTC, Tz::Etc__GMTPlus12] {
                let (first, end) = (Moment::at(span.from, zone), Moment::at(span.to, zone));
                assert!(reach.start <= first && end <= reach.end, "{span:?} in {zone}");
            }
        }
    }
}

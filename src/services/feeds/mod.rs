//! Flat rows for dashboards: what is published, what is expected and what arrived, within a span of time.

mod comparison;
mod demand;
mod directory;
mod figures;
mod plans;

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::monday_of;
use crate::domain::ids::{QueueId, TeamId};
use crate::feeds::span::{Moment, Span, SpanError};
use crate::store::{Db, StoreError, teams};

pub use comparison::comparison_rows;
pub use demand::{forecast_rows, volume_rows};
pub(in crate::services) use directory::Directory;
pub use figures::figure_rows;
pub use plans::{coverage_rows, hours_rows, roster_rows};

/// What a dashboard asks for. A row is in the span when it starts in it.
#[derive(Debug, Clone, Copy)]
pub struct FeedFilter {
    /// When.
    pub span: Span,
    /// Only this team and those below it.
    pub team_id: Option<TeamId>,
    /// Only this queue.
    pub queue_id: Option<QueueId>,
}

impl FeedFilter {
    fn wants(&self, queue_id: QueueId) -> bool {
        self.queue_id.is_none_or(|wanted| wanted == queue_id)
    }
}

/// The span where it is not given in full: this week and the two after it.
///
/// # Errors
/// [`SpanError`].
pub fn coming(from: Option<Moment>, to: Option<Moment>, now: DateTime<Utc>) -> Result<Span, SpanError> {
    let length = Duration::weeks(3);
    let from = from.unwrap_or_else(|| to.map_or(Moment::WeekOf(now), |to| to.plus(-length)));
    Span::new(from, to.unwrap_or_else(|| from.plus(length)))
}

/// The span where it is not given in full: up to now, from four weeks before.
///
/// # Errors
/// [`SpanError`].
pub fn past(from: Option<Moment>, to: Option<Moment>, now: DateTime<Utc>) -> Result<Span, SpanError> {
    let to = to.unwrap_or(Moment::Instant(now));
    Span::new(from.unwrap_or_else(|| to.plus(-Duration::weeks(4))), to)
}

/// The weeks that may have rows in the span. Rows of a week begin on its Monday and run on into the next one.
fn weeks(span: &Span) -> (NaiveDate, NaiveDate) {
    let reach = span.reach();
    (monday_of(reach.start.date_naive()) - Days::new(7), reach.end.date_naive() + Days::new(1))
}

/// What of the caller's scope is wanted.
pub(super) async fn scope_of(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Scope, StoreError> {
    let Some(team_id) = filter.team_id else { return Ok(actor.scope.clone()) };
    let below = teams::subtree(db, team_id).await?;
    let reached: BTreeSet<TeamId> = below.into_iter().filter(|team| actor.scope.reaches(*team)).collect();
    Ok(Scope::Teams(reached))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    #[test]
    fn without_a_span_it_is_this_week_and_two_more_or_the_four_weeks_past() {
        let now: DateTime<Utc> = "2026-11-25T08:30:00Z".parse().unwrap();
        let holds = |span: Span, at: &str| span.contains(Tz::Asia__Shanghai, at.parse().unwrap());
        let ahead = coming(None, None, now).unwrap();
        assert!(holds(ahead, "2026-11-22T16:00:00Z") && !holds(ahead, "2026-11-22T15:59:59Z"));
        assert!(holds(ahead, "2026-12-13T15:59:59Z") && !holds(ahead, "2026-12-13T16:00:00Z"));
        let back = past(None, None, now).unwrap();
        assert!(
            holds(back, "2026-10-28T08:30:00Z") && !holds(back, "2026-10-28T08:29:59Z") && !holds(back, "2026-11-25T08:30:00Z")
        );
        let until = coming(None, Some("2026-11-30".parse().unwrap()), now).unwrap();
        assert!(holds(until, "2026-11-08T16:00:00Z") && !holds(until, "2026-11-29T16:00:00Z"));
    }

    #[test]
    fn the_week_before_a_span_may_reach_into_it() {
        let span = coming(Some("2026-11-23".parse().unwrap()), Some("2026-11-24".parse().unwrap()), Utc::now()).unwrap();
        let (from, until) = weeks(&span);
        assert!(from <= "2026-11-16".parse().unwrap() && until >= "2026-11-23".parse().unwrap());
    }
}

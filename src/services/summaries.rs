//! Daily and weekly summaries.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::figures::catalogue;
use super::local_teams::{LocalTeam, by_due, local_teams};
use super::sites::{site_of, today};
use super::{ServiceError, editing};
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::{midnight, monday_of};
use crate::domain::figure::{Figure, Tally};
use crate::domain::figure_day::FigureDay;
use crate::domain::ids::TeamId;
use crate::domain::measure::Measure;
use crate::domain::organisation::Team;
use crate::feeds::span::{Moment, Span};
use crate::services::feeds::{FeedFilter, coverage_rows};
use crate::store::agents::{self, AgentFilter};
use crate::store::figure_days::{self, FigureFilter};
use crate::store::queues::{self, QueueFilter};
use crate::store::teams;
use crate::store::{Page, Store, StoreError, summaries, volumes};
use crate::team::alerts::WITHIN_THE_DAY;
use crate::team::figures::tally_days;
use crate::team::summary::{Arrival, Named, Summary, SummaryPeriod, busiest, by_hour, hard_queues, quietest, tail};

/// The figures that a summary tells, in the order they are read.
const FIGURES: [&str; 8] = [
    "chats_received",
    "presale_share",
    "aftersale_share",
    "order_conversion",
    "average_reply_secs",
    "within_3min_rate",
    "satisfaction_rate",
    "average_session_secs",
];
const CONVERSION: usize = 3;
const SESSION_SECS: usize = 7;

/// The summary of the period that holds `date`, or, without one, yesterday: as the clock built it, or, where it did not or
/// `is_fresh`, as it is now; and when it was built.
///
/// # Errors
/// [`ServiceError::NotFound`] for a team out of reach.
pub async fn read(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    (period, date): (SummaryPeriod, Option<NaiveDate>),
    is_fresh: bool,
    now: DateTime<Utc>,
) -> Result<(Summary, DateTime<Utc>), ServiceError> {
    let team = editing::get::<Team>(store, actor, team_id).await?.value;
    let date = match date {
        Some(date) => date,
        None => today(store, &Scope::Teams([team_id].into()), now).await? - Days::new(1),
    };
    let (from, _) = period.around(date);
    if !is_fresh && let Some(built) = summaries::get(store, team_id, period, from).await? {
        return Ok(built);
    }
    let zone = site_of(store, &team).await?.zone;
    Ok((sum_up(store, &team, zone, period, date).await?, now))
}

/// Builds what is due at `now` and was not built: from the given minute of each site's day on, the day before, and on Mondays
/// the week before. Returns how many it built. Each is a row of its own: a process that dies goes on where it stopped.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn build_due(store: &Store, at_minute: u32, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let teams = local_teams(store, now).await?;
    let mut count = 0;
    for ((period, from), teams) in by_due(&teams, |team| due(team.at, at_minute)) {
        let built = summaries::built(store, period, from).await?;
        for LocalTeam { team, zone, .. } in teams.into_iter().filter(|local| !built.contains(&local.team.id)) {
            let summary = sum_up(store, team, *zone, period, from).await?;
            count += usize::from(summaries::insert(store, &summary, now).await?);
        }
    }
    Ok(count)
}

/// What is due at a site: the day before from that minute on; the week before on the same terms, all Monday.
fn due(local: NaiveDateTime, at_minute: u32) -> Vec<(SummaryPeriod, NaiveDate)> {
    let today = local.date();
    if local.num_seconds_from_midnight() / 60 < at_minute {
        return Vec::new();
    }
    let mut due = vec![(SummaryPeriod::Day, today - Days::new(1))];
    if monday_of(today) == today {
        due.push((SummaryPeriod::Week, today - Days::new(7)));
    }
    due
}

/// Sums up the period that holds `date`, of a team and those below it.
async fn sum_up(store: &Store, team: &Team, zone: Tz, period: SummaryPeriod, date: NaiveDate) -> Result<Summary, ServiceError> {
    let (from, until) = period.around(date);
    let members = teams::subtree(store, team.id).await?;
    let scope = Scope::Teams(members);
    let end = until + Days::new(1);
    let filter = FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from, until: end };
    let days = figure_days::list(store, &filter).await?;
    let known = catalogue(store).await?;
    let figure = |code: &&str| known.iter().find(|figure| figure.code() == *code).expect("a test finds every figure").clone();
    let figures: Vec<Figure> = FIGURES.iter().map(figure).collect();
    let total = tally_days(&figures, &days, |_, _| Some(())).remove(&()).unwrap_or_else(|| vec![Tally::default(); FIGURES.len()]);
    let value = |place: usize| total[place].value(&figures[place]);
    let hours = by_hour(zone, &arrivals(store, &scope, &days, zone, (from, end)).await?);
    let (tail, hard_queues) = named(store, &figures, &days).await?;
    Ok(Summary {
        team_id: team.id,
        team: team.name.clone(),
        period,
        from,
        until,
        received: value(0),
        presale_share: value(1),
        aftersale_share: value(2),
        conversion: value(CONVERSION),
        average_reply_secs: value(4),
        within_3min_rate: value(5),
        satisfaction_rate: value(6),
        busy_hours: busiest(&hours),
        quiet_hours: quietest(&hours),
        by_hour: hours,
        tail,
        hard_queues,
        coverage_kept: coverage_kept(store, team.id, zone, (from, end)).await?,
    })
}

/// When chats came: by registers of part of a day, or else by the recorded volumes of the team's queues.
async fn arrivals(
    store: &Store,
    scope: &Scope,
    days: &[FigureDay],
    zone: Tz,
    (from, end): (NaiveDate, NaiveDate),
) -> Result<Vec<Arrival>, StoreError> {
    let mut arrivals = Vec::new();
    for registers in days.iter().map(|day| &day.registers) {
        for (place, (starts_at, minutes)) in registers.spans.iter().enumerate().filter(|(_, span)| span.1 <= WITHIN_THE_DAY) {
            if let Some(chats) = registers.count(place, Measure::Sessions) {
                arrivals.push(Arrival { starts_at: *starts_at, minutes: *minutes, chats: chats as f64 });
            }
        }
    }
    if !arrivals.is_empty() {
        return Ok(arrivals);
    }
    let filter = QueueFilter { scope, team_id: None, shop_id: None, include_archived: true };
    let queues: Vec<_> = queues::list(store, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value.id).collect();
    let records = volumes::history(store, &queues, midnight(zone, from), midnight(zone, end)).await?;
    let records = records.into_iter().filter(|record| record.minutes <= WITHIN_THE_DAY);
    Ok(records.map(|record| Arrival { starts_at: record.starts_at, minutes: record.minutes, chats: record.inquiries }).collect())
}

type Tail = Vec<Named<crate::domain::ids::AgentId>>;
type Hard = Vec<Named<crate::domain::ids::QueueId>>;

/// Who is behind in conversion, and which queues' chats take long.
async fn named(store: &Store, figures: &[Figure], days: &[FigureDay]) -> Result<(Tail, Hard), StoreError> {
    let of_agents = tally_days(figures, days, |day, _| Some(day.key.agent_id));
    let of_queues = tally_days(figures, days, |day, _| day.key.place.queue_id);
    let everything = &Scope::Everything;
    let filter = AgentFilter { scope: everything, team_id: None, staff_number: None, include_archived: true };
    let agents = agents::list(store, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value.name));
    let filter = QueueFilter { scope: everything, team_id: None, shop_id: None, include_archived: true };
    let queues = queues::list(store, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value.name));
    let agents: Vec<_> = agents.filter_map(|(id, name)| Some((id, name, of_agents.get(&id)?[CONVERSION]))).collect();
    let queues: Vec<_> = queues.filter_map(|(id, name)| Some((id, name, of_queues.get(&id)?[SESSION_SECS]))).collect();
    Ok((tail(&agents), hard_queues(&queues)))
}

/// The share of required head-hours that published rosters covered; `None` without one.
async fn coverage_kept(
    store: &Store,
    team_id: TeamId,
    zone: Tz,
    (from, end): (NaiveDate, NaiveDate),
) -> Result<Option<f64>, ServiceError> {
    let (start, end) = (Moment::Instant(midnight(zone, from)), Moment::Instant(midnight(zone, end)));
    let span = Span::new(start, end).expect("a day or a week is a span");
    let filter = FeedFilter { span, team_id: Some(team_id), queue_id: None };
    let rows = coverage_rows(store, &Actor::service("clock"), &filter).await?;
    let (mut required, mut kept) = (0.0, 0.0);
    for row in rows {
        let hours = (row.ends_at - row.starts_at).num_seconds() as f64 / Duration::hours(1).num_seconds() as f64;
        required += row.required * hours;
        kept += row.required.min(row.covered) * hours;
    }
    Ok((required > 0.0).then(|| kept / required))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::local_of;
    use crate::domain::demand::VolumeRecord;
    use crate::domain::figure_day::{FigureKey, Place, Register};
    use crate::store::figure_days::Correction;
    use crate::store::testing::{self, Desk, on_both};
    use crate::team::figures::shipped;

    #[test]
    fn every_figure_of_a_summary_is_shipped() {
        for code in FIGURES {
            assert!(shipped().iter().any(|figure| figure.code() == code), "{code}");
        }
    }

    #[test]
    fn the_day_before_is_due_from_the_local_minute_on_and_the_week_before_on_mondays() {
        let due = |now: &str| due(local_of(Tz::Asia__Shanghai, now.parse().unwrap()), 480);
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due("2026-11-21T23:59:00Z"), []);
        assert_eq!(due("2026-11-22T00:00:00Z"), [(SummaryPeriod::Day, date("2026-11-21"))]);
        let monday = [(SummaryPeriod::Day, date("2026-11-22")), (SummaryPeriod::Week, date("2026-11-16"))];
        assert_eq!(due("2026-11-23T00:00:00Z"), monday);
        assert_eq!(due("2026-11-23T15:59:00Z"), monday);
    }

    async fn record(store: &Store, desk: &Desk, hour: u32, minutes: u32, counts: &[(Measure, i64)]) {
        let place = Place { shop_id: desk.shop.id, queue_id: Some(desk.queue.id) };
        let key = FigureKey { agent_id: desk.agent.id, date: "2026-11-22".parse().unwrap(), place };
        let starts_at = format!("2026-11-22T{hour:02}:00:00Z").parse().unwrap();
        let register = Register { starts_at, minutes, counts: counts.iter().copied().collect() };
        let day = FigureDay { key, team_id: desk.team.id, registers: [register].into_iter().collect() };
        let tx = store.begin().await.unwrap();
        let correction = Correction { import_id: None, actor_name: "张", at: starts_at };
        figure_days::merge(&tx, &[day], correction).await.unwrap();
        tx.commit().await.unwrap();
    }

    on_both! {
        a_day_is_summed_up_once_by_the_clock_and_anew_for_whoever_asks(store) {
            let desk = testing::desk(&store).await;
            record(&store, &desk, 1, 120, &[(Measure::Sessions, 30), (Measure::Inquirers, 20), (Measure::OrderedPeople, 5)]).await;
            record(&store, &desk, 12, 120, &[(Measure::Sessions, 70), (Measure::Inquirers, 60), (Measure::OrderedPeople, 27)]).await;
            let morning: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().unwrap();
            assert_eq!(build_due(&store, 480, morning - Duration::minutes(1)).await.unwrap(), 0);
            // The Sunday, and the week that ended with it.
            assert_eq!(build_due(&store, 480, morning).await.unwrap(), 2);
            assert_eq!(build_due(&store, 480, morning + Duration::minutes(1)).await.unwrap(), 0);
            record(&store, &desk, 12, 120, &[(Measure::Sessions, 80)]).await;
            let actor = Actor::service("test");
            let sunday = (SummaryPeriod::Day, Some("2026-11-22".parse().unwrap()));
            let (built, at) = read(&store, &actor, desk.team.id, sunday, false, morning + Duration::hours(1)).await.unwrap();
            assert_eq!((built.received, built.conversion, at), (Some(100.0), Some(0.4), morning));
            // 09:00 to 11:00 and 20:00 to 22:00 in Shanghai.
            assert_eq!((&built.busy_hours, &built.quiet_hours, built.by_hour[20]), (&vec![20, 21, 9], &vec![9, 10, 20], 35.0));
            let (fresh, _) = read(&store, &actor, desk.team.id, sunday, true, morning).await.unwrap();
            assert_eq!((fresh.received, fresh.coverage_kept), (Some(110.0), None));
        }

        without_registers_of_the_day_the_hours_are_those_of_the_volumes(store) {
            let desk = testing::desk(&store).await;
            record(&store, &desk, 0, 900, &[(Measure::Sessions, 30)]).await;
            let starts_at = "2026-11-22T06:00:00Z".parse().unwrap();
            let record = VolumeRecord { queue_id: desk.queue.id, starts_at, minutes: 60, inquiries: 33.0, aht_secs: None };
            let tx = store.begin().await.unwrap();
            volumes::upsert(&tx, &[record]).await.unwrap();
            tx.commit().await.unwrap();
            let week = (SummaryPeriod::Week, Some("2026-11-20".parse().unwrap()));
            let (summary, _) = read(&store, &Actor::service("test"), desk.team.id, week, false, Utc::now()).await.unwrap();
            assert_eq!((summary.received, summary.by_hour[14], &summary.busy_hours), (Some(30.0), 33.0, &vec![14]));
            assert_eq!((summary.from.to_string(), summary.until.to_string()), ("2026-11-16".to_owned(), "2026-11-22".to_owned()));
        }
    }
}

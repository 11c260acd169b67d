//! The tail opens follow-ups by itself: once a day, for each team.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::audit::{Subject, entry};
use super::feeds::Directory;
use super::figures::{TailCase, TailReport, TailRequest, chosen, find_tail};
use super::local_teams::{LocalTeam, by_due, local_teams};
use super::{ServiceError, editing};
use crate::domain::access::{Actor, Scope};
use crate::domain::calendar::local_of;
use crate::domain::fault::Faults;
use crate::domain::figure::{Direction, FigureScale};
use crate::domain::follow_up::{FollowUp, FollowUpState};
use crate::domain::ids::{FollowUpId, TeamId};
use crate::domain::organisation::Team;
use crate::domain::tail_watch::TailWatch;
use crate::store::{Db, Store, StoreError, Tx, audit, follow_ups, tail_watches, teams};
use crate::team::figures::TailSize;

/// How a team's tail is watched, and the team that says so; `None` where nobody does and the default holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchInForce {
    /// How.
    pub watch: TailWatch,
    /// The team itself, or the nearest above that has its own.
    pub set_by: Option<TeamId>,
}

/// How the tail of a team within reach is watched.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get(db: &impl Db, actor: &Actor, team_id: TeamId) -> Result<WatchInForce, ServiceError> {
    editing::get::<Team>(db, actor, team_id).await?;
    Ok(in_force(&tail_watches::all(db).await?, db, team_id).await?)
}

async fn in_force(own: &BTreeMap<TeamId, TailWatch>, db: &impl Db, team_id: TeamId) -> Result<WatchInForce, StoreError> {
    let mut line = teams::ancestry(db, team_id).await?.into_iter().map(|team| team.value.id);
    let nearest = line.find_map(|id| Some((own.get(&id)?.clone(), id)));
    Ok(match nearest {
        Some((watch, id)) => WatchInForce { watch, set_by: Some(id) },
        None => WatchInForce { watch: TailWatch::default(), set_by: None },
    })
}

/// Says how the tail of a team and those below it is watched.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`] with every fault.
pub async fn put(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    watch: TailWatch,
    now: DateTime<Utc>,
) -> Result<WatchInForce, ServiceError> {
    let tx = store.begin().await?;
    let before = get(&tx, actor, team_id).await?;
    let mut faults = Faults::default();
    watch.check(&mut faults);
    let figure = chosen(&tx, std::slice::from_ref(&watch.figure)).await.ok();
    let is_share = figure.is_some_and(|figures| {
        figures.iter().any(|figure| figure.spec.scale == FigureScale::Share && figure.spec.direction != Direction::Neither)
    });
    let detail = "must be the code of a share of which more, or less, is better; GET /api/v1/figure-definitions lists them";
    faults.expect(is_share, "/figure", detail);
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    tail_watches::put(&tx, team_id, &watch, &actor.name, now).await?;
    let subject = Subject { what: "tail watch", id: team_id.0, team_id: Some(team_id) };
    audit::insert(&tx, &entry(actor, "change", subject, Some(&before.watch), Some(&watch), now)).await?;
    tx.commit().await?;
    Ok(WatchInForce { watch, set_by: Some(team_id) })
}

/// Opens follow-ups for the tails of every team that was not checked today, from the given minute of its site's day on; returns
/// how many it opened. The check and what came of it are one transaction.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn open_due(store: &Store, at_minute: u32, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let directory = Directory::read(store).await?;
    let own = tail_watches::all(store).await?;
    let teams = local_teams(store, now).await?;
    let mut count = 0;
    for (today, teams) in by_due(&teams, |team| (team.minute() >= at_minute).then_some(team.date())) {
        let done = tail_watches::checked(store, today).await?;
        for local in teams.into_iter().filter(|local| !done.contains(&local.team.id)) {
            let watch = in_force(&own, store, local.team.id).await?.watch;
            if !watch.is_enabled {
                continue;
            }
            let Some(report) = tail_of(store, &local.team, &watch, today).await? else { continue };
            let tx = store.begin().await?;
            if tail_watches::take_check(&tx, local.team.id, today, now).await? {
                count += open(&tx, &directory, local, (&watch, &report), now).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(count)
}

/// The tail among a team's own people; `None` where the figure is no longer one that has a tail.
async fn tail_of(store: &Store, team: &Team, watch: &TailWatch, today: NaiveDate) -> Result<Option<TailReport>, ServiceError> {
    let actor = Actor { scope: Scope::Teams([team.id].into()), ..Actor::service("clock") };
    let request = TailRequest {
        team_id: None,
        figure: watch.figure.clone(),
        from: today - Days::new(watch.days.into()),
        until: today,
        size: TailSize::Count(watch.most as usize),
        fewest: watch.fewest,
    };
    match find_tail(store, &actor, &request).await {
        Ok(report) => Ok(Some(report)),
        Err(ServiceError::Invalid(_)) => {
            tracing::warn!(team.id = %team.id, "the figure {} of the tail watch has no tail", watch.figure);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Opens what is new of a tail. Whoever has a follow-up of the figure with a day of the same period has had it, however it ended.
async fn open(
    tx: &Tx,
    directory: &Directory,
    local: &LocalTeam,
    (watch, report): (&TailWatch, &TailReport),
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let (team, today) = (&local.team, local.date());
    let (from, to) = (today - Days::new(watch.days.into()), today);
    let followed = follow_ups::followed(tx, &watch.figure, from, to).await?;
    let mut count = 0;
    for entry_of in report.entries.iter().filter(|entry| !followed.contains(&entry.agent_id)) {
        let follow_up = FollowUp {
            id: FollowUpId::generate(),
            agent_id: entry_of.agent_id,
            team_id: team.id,
            owner_id: team.leader_id,
            figure_code: watch.figure.clone(),
            from,
            to,
            cases: entry_of.cases.iter().map(|case| words(directory, local.zone, case)).collect(),
            remedy: String::new(),
            result: String::new(),
            due_on: Some(today + Days::new(watch.due_days.into())),
            state: FollowUpState::Open,
        };
        follow_ups::insert(tx, &follow_up, now).await?;
        let subject = Subject { what: "follow-up", id: follow_up.id.0, team_id: Some(team.id) };
        audit::insert(tx, &entry(&Actor::service("clock"), "create", subject, None, Some(&follow_up), now)).await?;
        count += 1;
    }
    Ok(count)
}

/// A register to look at: when, where, and its sums.
fn words(directory: &Directory, zone: Tz, case: &TailCase) -> String {
    let at = local_of(zone, case.starts_at).format("%m-%d %H:%M");
    let queue = case.place.queue_id.map(|queue| directory.queue_name(queue)).unwrap_or_default();
    format!("{at} {queue} {}/{}", case.tally.above, case.tally.below).replace("  ", " ")
}

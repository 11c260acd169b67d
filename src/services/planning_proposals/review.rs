//! Looking for figures that were measured to be other than those in force: weekly by the clock, and on request.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use super::evidence::Record;
use super::measure::measure;
use super::note;
use crate::domain::access::{Actor, Scope};
use crate::domain::alert::Mark;
use crate::domain::calendar::{local_of, monday_of};
use crate::domain::ids::TeamId;
use crate::domain::organisation::Team;
use crate::domain::planning_proposal::{PlanningProposal, ProposalState};
use crate::services::feeds::Directory;
use crate::services::figures::catalogue;
use crate::services::local_teams::{LocalTeam, by_due, local_teams};
use crate::services::{ServiceError, editing};
use crate::store::agents::{self, AgentFilter};
use crate::store::figure_days::{self, FigureFilter};
use crate::store::planning_proposals::{self, ProposalFilter, StoredProposal};
use crate::store::queues::{self, QueueFilter};
use crate::store::teams;
use crate::store::{Page, Store, StoreError, Tx};
use crate::team::proficiency::quality;

/// How far back figures are read: eight weeks, up to yesterday.
const LOOK_BACK: Days = Days::new(56);

/// Looks at a team and those below it now. Gives the proposals that are open then, new ones and earlier ones brought up to date.
///
/// # Errors
/// [`ServiceError::NotFound`] for a team out of reach.
pub async fn review(
    store: &Store,
    actor: &Actor,
    team_id: TeamId,
    now: DateTime<Utc>,
) -> Result<Vec<PlanningProposal>, ServiceError> {
    editing::get::<Team>(store, actor, team_id).await?;
    let directory = Directory::read(store).await?;
    let mut open = Vec::new();
    for team_id in teams::subtree(store, team_id).await? {
        let zone = directory.place(team_id).map_or(Tz::UTC, |place| place.zone);
        let measured = measured(store, team_id, zone, now).await?;
        let tx = store.begin().await?;
        reconcile(&tx, actor, team_id, measured, now).await?;
        open.extend(of_team(&tx, team_id, ProposalState::Open).await?.into_iter().map(|known| known.proposal));
        tx.commit().await?;
    }
    Ok(open)
}

/// Looks at every team once a week, from the given minute of Monday on by its clocks; returns how many it looked at. What came of
/// it and that it was done are one transaction: a process that dies in between has changed nothing.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn review_due(store: &Store, at_minute: u32, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let clock = Actor::service("clock");
    let teams = local_teams(store, now).await?;
    let begun = |team: &LocalTeam| {
        let monday = monday_of(team.date());
        (monday != team.date() || team.minute() >= at_minute).then_some(monday)
    };
    let mut count = 0;
    for (monday, teams) in by_due(&teams, begun) {
        let done = planning_proposals::reviewed(store, monday).await?;
        for LocalTeam { team, zone, .. } in teams.into_iter().filter(|local| !done.contains(&local.team.id)) {
            let measured = measured(store, team.id, *zone, now).await?;
            let tx = store.begin().await?;
            if planning_proposals::take_review(&tx, team.id, monday, now).await? {
                reconcile(&tx, &clock, team.id, measured, now).await?;
                tx.commit().await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

/// What is measured of a team's own agents and queues.
async fn measured(store: &Store, team_id: TeamId, zone: Tz, now: DateTime<Utc>) -> Result<Vec<PlanningProposal>, ServiceError> {
    let today = local_of(zone, now).date();
    let (from, until) = (today - LOOK_BACK, today);
    let everything = Scope::Everything;
    let filter = QueueFilter { scope: &everything, team_id: None, shop_id: None, include_archived: false };
    let queues: BTreeMap<_, _> =
        queues::list(store, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value)).collect();
    // Those below serve the team's own queues too; without any they are looked at on their own only.
    let members = match queues.values().any(|queue| queue.team_id == team_id) {
        true => teams::subtree(store, team_id).await?,
        false => [team_id].into(),
    };
    let team_ids = Some(&members);
    let filter = FigureFilter { scope: &everything, agent_id: None, team_ids, shop_id: None, queue_id: None, from, until };
    let days = figure_days::list(store, &filter).await?;
    if days.is_empty() {
        return Ok(Vec::new());
    }
    let filter = AgentFilter { scope: &everything, team_id: None, staff_number: None, include_archived: false };
    let agents = agents::list(store, &filter, Page::ALL).await?.items.into_iter().map(|row| (row.value.id, row.value)).collect();
    let quality = catalogue(store).await?.into_iter().filter(|figure| quality::FIGURES.contains(&figure.code())).collect();
    let record = Record { from, until: until - Days::new(1), zone, days, agents, queues, quality };
    let measuring = tokio::task::spawn_blocking(move || measure(&record, team_id));
    Ok(measuring.await.expect("measuring does not panic"))
}

async fn of_team(tx: &Tx, team_id: TeamId, state: ProposalState) -> Result<Vec<StoredProposal>, StoreError> {
    let (scope, team_id, state) = (&Scope::Everything, Some(team_id), Some(state));
    let filter = ProposalFilter { scope, team_id, agent_id: None, queue_id: None, kind: None, state };
    Ok(planning_proposals::list(tx, &filter, Page::ALL).await?.items)
}

/// Lays what is measured now over what is open.
async fn reconcile(
    tx: &Tx,
    actor: &Actor,
    team_id: TeamId,
    measured: Vec<PlanningProposal>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = of_team(tx, team_id, ProposalState::Open).await?;
    let refused = of_team(tx, team_id, ProposalState::Refused).await?;
    for known in &open {
        let before = &known.proposal;
        match measured.iter().find(|new| new.subject() == before.subject()) {
            Some(new) => {
                let after = PlanningProposal { id: before.id, ..new.clone() };
                if after != *before {
                    planning_proposals::update(tx, &after, known.version).await?;
                }
            }
            None => {
                let mark = Mark { by: actor.name.clone(), at: now, note: String::new() };
                let after = PlanningProposal { state: ProposalState::Withdrawn, decided: Some(mark), ..before.clone() };
                planning_proposals::update(tx, &after, known.version).await?;
                note(tx, actor, "withdraw", Some(before), &after, now).await?;
            }
        }
    }
    for new in measured {
        let is_known = open.iter().any(|known| known.proposal.subject() == new.subject());
        let is_unwanted = refused.iter().any(|known| new.repeats(&known.proposal));
        if !is_known && !is_unwanted && planning_proposals::insert(tx, &new).await? {
            note(tx, actor, "propose", None, &new, now).await?;
        }
    }
    Ok(())
}

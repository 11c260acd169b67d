//! Runs whose teams are planned apart: a run of its own for each team directly below, on the queue that every worker serves, and
//! one that waits for them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::ServiceError;
use super::execution::next_run;
use super::plan::TeamPlan;
use super::runs::RunRequest;
use crate::domain::access::Scope;
use crate::domain::calendar::Horizon;
use crate::domain::fault::Faults;
use crate::domain::ids::{RunId, TeamId};
use crate::domain::organisation::Team;
use crate::domain::run::{RunParams, RunState};
use crate::domain::run_part::RunParts;
use crate::store::agents::{self, AgentFilter};
use crate::store::runs::{self, NewRun, Run};
use crate::store::teams::{self, TeamFilter};
use crate::store::{Page, StoreError, Tx};

/// A team whose part cannot start, and the run that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyTeam {
    /// The team's name.
    pub team_name: String,
    /// A run of the same kind that plans one of the weeks.
    pub run_id: RunId,
}

/// What a team has to plan.
#[derive(Debug, Default)]
struct Load {
    queues: usize,
    agents: usize,
}

impl Load {
    fn is_none(&self) -> bool {
        self.queues == 0 && self.agents == 0
    }
}

/// The teams that a request plans apart, by name; none where it plans all in one. Every reason why it cannot is a fault.
pub(super) async fn teams_apart(
    tx: &Tx,
    request: &RunRequest,
    plan: &TeamPlan,
    faults: &mut Faults,
) -> Result<Vec<Team>, ServiceError> {
    let params = &request.params;
    if !params.teams_apart {
        return Ok(Vec::new());
    }
    let of_one = "is of one team; a run whose teams are planned apart takes the latest of each: leave this out";
    faults.expect(params.forecast_id.is_none(), "/forecast_id", of_one);
    faults.expect(params.requirement_id.is_none(), "/requirement_id", of_one);
    faults.expect(params.keep_pins_of.is_none(), "/keep_pins_of", of_one);
    faults.expect(params.least_change_from.is_none(), "/least_change_from", of_one);
    let scope = Scope::Teams(plan.teams.clone());
    let filter = TeamFilter { scope: &scope, site_id: None, parent_id: None, include_archived: true };
    let below: Vec<Team> = teams::list(tx, &filter, Page::ALL).await?.items.into_iter().map(|row| row.value).collect();
    let loads = loads(tx, plan, &below, request).await?;
    if let Some(own) = loads.get(&plan.team.id).filter(|own| !own.is_none()) {
        let Load { queues, agents } = own;
        let detail = format!(
            "team {} has {queues} queue(s) and {agents} agent(s) of its own, which no part would plan: move them to a team below, or \
             leave this out and plan all in one",
            plan.team.name
        );
        faults.add("/teams_apart", detail);
    }
    let is_part = |team: &Team| team.parent_id == Some(plan.team.id) && loads.get(&team.id).is_some_and(|load| !load.is_none());
    let mut parts: Vec<Team> = below.into_iter().filter(is_part).collect();
    parts.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    let detail = format!(
        "at least two teams directly below team {} must have queues or agents, and {} has: leave this out and plan all in one",
        plan.team.name,
        parts.len()
    );
    faults.expect(parts.len() >= 2, "/teams_apart", detail);
    Ok(parts)
}

/// What the team itself has, and each team directly below it together with those further down.
async fn loads(tx: &Tx, plan: &TeamPlan, below: &[Team], request: &RunRequest) -> Result<BTreeMap<TeamId, Load>, ServiceError> {
    let parents: BTreeMap<TeamId, TeamId> = below.iter().filter_map(|team| Some((team.id, team.parent_id?))).collect();
    let part_of = |mut team: TeamId| loop {
        match parents.get(&team) {
            Some(parent) if team != plan.team.id && *parent != plan.team.id => team = *parent,
            _ => return team,
        }
    };
    let mut loads: BTreeMap<TeamId, Load> = BTreeMap::new();
    for served in &plan.queues {
        loads.entry(part_of(served.queue.team_id)).or_default().queues += 1;
    }
    let scope = Scope::Teams(plan.teams.clone());
    let filter = AgentFilter { scope: &scope, team_id: None, staff_number: None, include_archived: false };
    let dates = dates(request);
    for row in agents::list(tx, &filter, Page::ALL).await?.items {
        if dates.iter().any(|date| row.value.is_employed_on(*date)) {
            loads.entry(part_of(row.value.team_id)).or_default().agents += 1;
        }
    }
    Ok(loads)
}

/// The dates to plan, also where the weeks are not what they must be: that is told by another fault.
fn dates(request: &RunRequest) -> Vec<NaiveDate> {
    let weeks = request.params.weeks.clamp(1, Horizon::MOST_WEEKS);
    request.week_start.iter_days().take(7 * weeks as usize).collect()
}

/// Stores the run that waits, and a queued run for each team.
pub(super) async fn start(
    tx: &Tx,
    new: &NewRun,
    params: &RunParams,
    teams: &[Team],
    now: DateTime<Utc>,
) -> Result<Run, ServiceError> {
    let run = runs::await_parts(tx, new, now).await?;
    let params = RunParams { teams_apart: false, ..params.clone() };
    let mut busy = Vec::new();
    for team in teams {
        let part = NewRun {
            id: RunId::generate(),
            team_id: team.id,
            params: serde_json::to_value(&params).expect("run parameters are plain data"),
            part_of_run_id: Some(run.id),
            ..new.clone()
        };
        note(&mut busy, &team.name, runs::enqueue(tx, &part, now).await.map(|_| ()))?;
    }
    if busy.is_empty() { Ok(run) } else { Err(ServiceError::TeamsBusy(busy)) }
}

/// Cancels a run: all parts of one that waits for some. What waits for the run ends where it was the last part.
pub(super) async fn cancel(tx: &Tx, run: &Run, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let whole = run.part_of_run_id.unwrap_or(run.id);
    runs::hold(tx, whole).await?;
    runs::request_cancel(tx, run.id, now).await?;
    for part in parts(tx, run).await?.parts {
        runs::request_cancel(tx, part.run_id, now).await?;
    }
    runs::settle(tx, whole, now).await?;
    runs::hold(tx, run.id).await
}

/// Queues a failed or cancelled run again: of one that waited for parts, those that did not succeed. What waited for the run waits
/// again.
pub(super) async fn retry(tx: &Tx, run: &Run, now: DateTime<Utc>) -> Result<Run, ServiceError> {
    runs::hold(tx, run.part_of_run_id.unwrap_or(run.id)).await?;
    let again = runs::retry(tx, run.id, now).await?;
    if let Some(whole) = run.part_of_run_id {
        runs::await_again(tx, whole, now).await?;
    }
    let RunParts { last, parts } = parts(tx, run).await?;
    let mut busy = Vec::new();
    for part in parts.iter().filter(|part| part.failure(last).is_some()) {
        let started = match part.state {
            RunState::Succeeded => go_on(tx, part.run_id, now).await,
            _ => runs::retry(tx, part.run_id, now).await.map(|_| ()),
        };
        note(&mut busy, &part.team_name, started)?;
    }
    if busy.is_empty() { Ok(again) } else { Err(ServiceError::TeamsBusy(busy)) }
}

/// Starts the step after a run whose chain broke off there.
async fn go_on(tx: &Tx, id: RunId, now: DateTime<Utc>) -> Result<(), StoreError> {
    let run = runs::hold(tx, id).await?;
    if let Some(next) = next_run(&run, &run.asked()?, &run.result_ids) {
        runs::enqueue(tx, &next, now).await?;
    }
    Ok(())
}

async fn parts(tx: &Tx, run: &Run) -> Result<RunParts, StoreError> {
    let found = runs::parts_of(tx, std::slice::from_ref(run)).await?.remove(&run.id);
    Ok(found.unwrap_or(RunParts { last: run.kind, parts: Vec::new() }))
}

/// Keeps the run that is in a team's way, to tell all of them at once.
fn note(busy: &mut Vec<BusyTeam>, team_name: &str, started: Result<(), StoreError>) -> Result<(), StoreError> {
    match started {
        Err(StoreError::RunAlreadyActive { run_id }) => {
            busy.push(BusyTeam { team_name: team_name.to_owned(), run_id });
            Ok(())
        }
        other => other,
    }
}

//! Asking for runs, stopping them, trying them again.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::ServiceError;
use super::audit::{Subject, entry};
use super::plan::TeamPlan;
use super::run_parts::{self, teams_apart};
use crate::domain::access::Actor;
use crate::domain::calendar::Horizon;
use crate::domain::fault::Faults;
use crate::domain::ids::{RunId, TeamId};
use crate::domain::organisation::Team;
use crate::domain::run::{RunKind, RunParams};
use crate::store::idempotency_keys::{self, Attempt, Once, StoredResponse};
use crate::store::rosters::Roster;
use crate::store::runs::{self, NewRun, Run};
use crate::store::{Store, Tx, audit, forecasts, requirements, rosters};

/// A run to start.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// What it does.
    pub kind: RunKind,
    /// For which team.
    pub team_id: TeamId,
    /// The Monday that names the first week.
    pub week_start: NaiveDate,
    /// What else it is asked to do.
    pub params: RunParams,
}

/// The caller's promise that the same key means the same request.
#[derive(Debug, Clone, Copy)]
pub struct Idempotency<'a> {
    /// The key as sent.
    pub key: &'a str,
    /// A hash of what was sent with it.
    pub request_hash: &'a str,
}

/// How long a request may be under way before its key counts as unused.
const STALE: Duration = Duration::minutes(1);

/// Queues a run, or a run for each team where they are planned apart. The same idempotency key again answers with the run it started.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`], [`ServiceError::IdempotencyKeyReused`],
/// [`ServiceError::TeamsBusy`], and [`StoreError::RunAlreadyActive`](crate::store::StoreError::RunAlreadyActive).
pub async fn request_run(
    store: &Store,
    actor: &Actor,
    request: RunRequest,
    idempotency: Option<Idempotency<'_>>,
    now: DateTime<Utc>,
) -> Result<Run, ServiceError> {
    let tx = store.begin().await?;
    let once = match (actor.key_id, idempotency) {
        (Some(actor_key_id), Some(Idempotency { key, request_hash })) => Some(Once { actor_key_id, key, request_hash }),
        _ => None,
    };
    if let Some(once) = once
        && let Some(run) = started_before(&tx, once, now).await?
    {
        return Ok(run);
    }
    let teams = check(&tx, actor, &request).await?;
    let new = NewRun {
        id: RunId::generate(),
        kind: request.kind,
        team_id: request.team_id,
        week_start: request.week_start,
        weeks: request.params.weeks,
        params: serde_json::to_value(&request.params).expect("run parameters are plain data"),
        parent_run_id: None,
        part_of_run_id: None,
        created_by: actor.name.clone(),
    };
    let run = match teams.as_slice() {
        [] => runs::enqueue(&tx, &new, now).await?,
        teams => run_parts::start(&tx, &new, &request.params, teams, now).await?,
    };
    audit::insert(&tx, &entry(actor, "start", subject(&run), None, Some(&new.params), now)).await?;
    if let Some(once) = once {
        let body = run.id.0.as_bytes().to_vec();
        idempotency_keys::finish(&tx, once, &StoredResponse { status: 202, headers: Vec::new(), body }).await?;
    }
    tx.commit().await?;
    Ok(run)
}

/// The run that the key started before, if it did. Key and run are stored in one transaction, so there is no half-way.
async fn started_before(tx: &Tx, once: Once<'_>, now: DateTime<Utc>) -> Result<Option<Run>, ServiceError> {
    match idempotency_keys::begin(tx, once, now, now - STALE).await? {
        Attempt::New | Attempt::InProgress => Ok(None),
        Attempt::OtherRequest => Err(ServiceError::IdempotencyKeyReused),
        Attempt::Done(response) => {
            let id = uuid::Uuid::from_slice(&response.body).expect("stored as the bytes of an id");
            Ok(runs::get(tx, RunId(id)).await?)
        }
    }
}

/// Refuses what cannot be run; gives the teams that are to be planned apart.
async fn check(tx: &Tx, actor: &Actor, request: &RunRequest) -> Result<Vec<Team>, ServiceError> {
    let not_found = || ServiceError::NotFound { what: "team", id: request.team_id.to_string() };
    let plan = TeamPlan::load(tx, request.team_id).await?.filter(|_| actor.scope.reaches(request.team_id));
    let plan = plan.ok_or_else(not_found)?;
    let mut faults = Faults::default();
    let params = &request.params;
    let first = faults.take("/week_start", plan.week(request.week_start));
    let fits = (1..=Horizon::MOST_WEEKS).contains(&params.weeks);
    faults.expect(fits, "/weeks", format!("must be 1 to {}, got {}", Horizon::MOST_WEEKS, params.weeks));
    let horizon = first.and_then(|first| Horizon::new(first, params.weeks).ok());
    let teams = teams_apart(tx, request, &plan, &mut faults).await?;
    if !params.teams_apart {
        check_ids(tx, request, horizon, &mut faults).await?;
    }
    faults.expect(params.time_limit_secs.is_none_or(|secs| (1..=3600).contains(&secs)), "/time_limit_secs", "must be 1 to 3600");
    faults.expect(params.gap.is_none_or(|gap| (0.0..1.0).contains(&gap)), "/gap", "must be 0 or more and below 1");
    Ok(faults.into_result(Some(teams))?)
}

/// What a run of one team names must be of that team and its weeks.
async fn check_ids(tx: &Tx, request: &RunRequest, horizon: Option<Horizon>, faults: &mut Faults) -> Result<(), ServiceError> {
    let params = &request.params;
    let of_week = |team_id: TeamId, week_start: NaiveDate| (team_id, week_start) == (request.team_id, request.week_start);
    let is_one = params.weeks == 1;
    let of_several = "a run of several weeks takes the latest of each week; leave this out, or plan one week";
    faults.expect(params.forecast_id.is_none() || is_one, "/forecast_id", of_several);
    faults.expect(params.requirement_id.is_none() || is_one, "/requirement_id", of_several);
    if let Some(id) = params.forecast_id.filter(|_| is_one) {
        let found = forecasts::head(tx, id).await?.is_some_and(|head| of_week(head.team_id, head.week_start));
        faults.expect(found, "/forecast_id", "there is no such forecast of this team and week");
    }
    if let Some(id) = params.requirement_id.filter(|_| is_one) {
        let found = requirements::head(tx, id).await?.is_some_and(|head| of_week(head.team_id, head.week_start));
        faults.expect(found, "/requirement_id", "there is no such requirement of this team and week");
    }
    for (place, id) in [("/keep_pins_of", params.keep_pins_of), ("/least_change_from", params.least_change_from)] {
        let Some(id) = id else { continue };
        let is_of_weeks = |monday: NaiveDate| horizon.map_or(monday == request.week_start, |horizon| horizon.holds(monday));
        let is_known = |row: &Roster| row.team_id == request.team_id && is_of_weeks(row.week.monday());
        let found = rosters::get(tx, id).await?.is_some_and(|row| is_known(&row.value));
        faults.expect(found, place, "there is no such roster of this team and week");
    }
    Ok(())
}

/// Reads a run within the caller's scope.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_run(store: &Store, actor: &Actor, id: RunId) -> Result<Run, ServiceError> {
    let run = runs::get(store, id).await?.filter(|run| actor.scope.reaches(run.team_id));
    run.ok_or_else(|| ServiceError::NotFound { what: "run", id: id.to_string() })
}

/// Asks a run to stop, with all of its parts. One that is over stays as it is.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn cancel_run(store: &Store, actor: &Actor, id: RunId, now: DateTime<Utc>) -> Result<Run, ServiceError> {
    let asked = get_run(store, actor, id).await?;
    let tx = store.begin().await?;
    let run = run_parts::cancel(&tx, &asked, now).await?;
    audit::insert(&tx, &entry::<()>(actor, "cancel", subject(&run), None, None, now)).await?;
    tx.commit().await?;
    Ok(run)
}

/// Queues a failed or cancelled run again; of one with parts those that did not succeed.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::TeamsBusy`], and [`StoreError::RunNotRetryable`](crate::store::StoreError::RunNotRetryable) for a run that
/// did not fail and was not cancelled.
pub async fn retry_run(store: &Store, actor: &Actor, id: RunId, now: DateTime<Utc>) -> Result<Run, ServiceError> {
    let asked = get_run(store, actor, id).await?;
    let tx = store.begin().await?;
    let run = run_parts::retry(&tx, &asked, now).await?;
    audit::insert(&tx, &entry::<()>(actor, "retry", subject(&run), None, None, now)).await?;
    tx.commit().await?;
    Ok(run)
}

fn subject(run: &Run) -> Subject {
    Subject { what: "run", id: run.id.0, team_id: Some(run.team_id) }
}

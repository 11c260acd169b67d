//! Runs that wait for parts of their own: the end of the last part and the end of what waits for it are one transaction.
//!
//! Whoever changes a part [holds](hold()) the run that waits for it first. Two parts that end at once would otherwise each see the
//! other still at work, and neither would end the run that waits.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::super::connection::Executor;
use super::super::editable::stored;
use super::super::entities::runs::{self, Column};
use super::super::entities::teams;
use super::super::row::{Reader, json};
use super::super::{Db, StoreError, Tx};
use super::{NewRun, Run, finished, get, insert, is_in, parse, retry};
use crate::domain::ids::{RunId, TeamId};
use crate::domain::run::{RunParams, RunState};
use crate::domain::run_part::{Ending, RunPart, RunParts};

impl Run {
    /// Whether it waits for runs of its teams instead of being worked on.
    pub fn has_parts(&self) -> bool {
        self.params["teams_apart"] == true
    }

    /// What it was asked to do.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn asked(&self) -> Result<RunParams, StoreError> {
        Reader::new("runs", self.id).json("params", self.params.clone())
    }
}

/// Stores a run that waits for its parts, which are enqueued in the same transaction.
///
/// # Errors
/// Those of [`enqueue`](super::enqueue()).
pub async fn await_parts(tx: &Tx, run: &NewRun, now: DateTime<Utc>) -> Result<Run, StoreError> {
    insert(tx, run, RunState::Waiting, now).await
}

/// The parts of those of the runs that have some.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn parts_of(db: &impl Db, of: &[Run]) -> Result<BTreeMap<RunId, RunParts>, StoreError> {
    let mut found = BTreeMap::new();
    for run in of.iter().filter(|run| run.has_parts()) {
        found.insert(run.id, RunParts { last: run.kind.last_of_chain(run.asked()?.through), parts: Vec::new() });
    }
    if found.is_empty() {
        return Ok(found);
    }
    let query = runs::Entity::find().filter(Expr::col("part_of_run_id").is_in(found.keys().map(|id| id.0)));
    let mut latest: BTreeMap<(RunId, TeamId), Run> = BTreeMap::new();
    for row in query.all(&db.executor()).await? {
        let run = parse(row)?;
        let Some(whole) = run.part_of_run_id else { continue };
        let of_team = (whole, run.team_id);
        if latest.get(&of_team).is_none_or(|known| known.kind < run.kind) {
            latest.insert(of_team, run);
        }
    }
    let names = names_of(db, latest.keys().map(|(_, team_id)| *team_id)).await?;
    for ((whole, team_id), run) in latest {
        let team_name = names.get(&team_id).cloned().unwrap_or_default();
        found.entry(whole).and_modify(|parts| parts.parts.push(part(run, team_name)));
    }
    for parts in found.values_mut() {
        parts.parts.sort_by(|one, other| (&one.team_name, one.team_id).cmp(&(&other.team_name, other.team_id)));
    }
    Ok(found)
}

/// Keeps every other transaction from changing the run and its parts, and reads it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn hold(tx: &Tx, id: RunId) -> Result<Run, StoreError> {
    tx.lock(&format!("run:{id}")).await?;
    get(tx, id).await?.ok_or(StoreError::NotFound { kind: "run", id: id.0 })
}

/// Ends the run that waits, if all of its parts are over; hold it before.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn settle(tx: &Tx, id: RunId, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let run = hold(tx, id).await?;
    let parts = parts_of(tx, std::slice::from_ref(&run)).await?.remove(&id);
    let Some(ending) = parts.and_then(|parts| parts.ending(run.is_cancel_requested)) else { return Ok(run) };
    let now = stored(now);
    let query = match ending {
        Ending::Succeeded(results) => finished(RunState::Succeeded, now)
            .col_expr(Column::ResultId, Expr::value(results.first().copied()))
            .col_expr(Column::ResultIds, Expr::value(json(&results))),
        Ending::Failed(problem) => finished(RunState::Failed, now).col_expr(Column::Problem, Expr::value(json(&problem))),
        Ending::Cancelled => finished(RunState::Cancelled, now),
    };
    query.filter(Expr::col("id").eq(id.0)).filter(is_in(RunState::Waiting)).exec(&tx.executor()).await?;
    hold(tx, id).await
}

/// Lets a failed or cancelled run wait for its parts again, of which some are tried again in the same transaction. One that
/// waits goes on waiting.
///
/// # Errors
/// [`StoreError::RunNotRetryable`], [`StoreError::RunAlreadyActive`], [`StoreError::NotFound`].
pub async fn await_again(tx: &Tx, id: RunId, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let run = hold(tx, id).await?;
    if run.state == RunState::Waiting { Ok(run) } else { retry(tx, id, now).await }
}

/// Runs that still wait though all of their parts are over, oldest first. There are none but by a fault.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list_unsettled(db: &impl Db, limit: u64) -> Result<Vec<Run>, StoreError> {
    let part_of = Expr::col("part_of_run_id");
    let open = runs::Entity::find().select_only().column(Column::PartOfRunId).filter(part_of.is_not_null());
    let open = open.filter(is_in(RunState::Queued).or(is_in(RunState::Running)));
    let query = runs::Entity::find().filter(is_in(RunState::Waiting)).filter(Expr::col("id").not_in_subquery(open.into_query()));
    let rows = query.order_by_asc(Column::Id).limit(limit).all(&db.executor()).await?;
    rows.into_iter().map(parse).collect()
}

/// Holds the run that waits for this one, if one does.
pub(super) async fn hold_for(tx: &Tx, id: RunId) -> Result<Option<RunId>, StoreError> {
    let Some(whole) = get(tx, id).await?.and_then(|run| run.part_of_run_id) else { return Ok(None) };
    Ok(Some(hold(tx, whole).await?.id))
}

async fn names_of(db: &impl Db, ids: impl Iterator<Item = TeamId>) -> Result<BTreeMap<TeamId, String>, StoreError> {
    let query = teams::Entity::find().select_only().columns([teams::Column::Id, teams::Column::Name]);
    let query = query.filter(Expr::col("id").is_in(ids.map(|id| id.0)));
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(&db.executor()).await?;
    Ok(rows.into_iter().map(|(id, name)| (TeamId(id), name)).collect())
}

fn part(run: Run, team_name: String) -> RunPart {
    RunPart {
        run_id: run.id,
        team_id: run.team_id,
        team_name,
        kind: run.kind,
        state: run.state,
        result_ids: run.result_ids,
        progress: run.progress,
        problem: run.problem.and_then(|problem| serde_json::from_value(problem).ok()),
        finished_at: run.finished_at,
    }
}

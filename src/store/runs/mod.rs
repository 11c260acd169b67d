//! Runs: stored attempts to forecast, size or build.
//!
//! A worker holds a run by its attempt number: every claim raises it, and whatever a worker writes is guarded by the
//! attempt it claimed. So a worker that was taken for dead writes nothing, and a result is stored once.

mod attempt;
mod parts;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult, UpdateMany, Value};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::runs::{self, Column};
use super::row::{Reader, word};
use super::{Db, StoreError, Tx, WeekFilter};
use crate::domain::ids::{RunId, TeamId};
use crate::domain::run::{Progress, RunKind, RunState};

pub use attempt::{
    claim, finish_cancelled, finish_failed, finish_succeeded, hand_back, heartbeat, list_queued, list_stale, set_problem,
    set_progress,
};
pub use parts::{await_again, await_parts, hold, list_unsettled, parts_of, settle};

/// A run as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Identity.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// For which team.
    pub team_id: TeamId,
    /// The Monday that names its first week.
    pub week_start: NaiveDate,
    /// How many weeks it plans.
    pub weeks: u32,
    /// How far it is.
    pub state: RunState,
    /// What it was asked to do, as the services put it.
    pub params: serde_json::Value,
    /// The forecast, requirement or roster it made, for its first week.
    pub result_id: Option<Uuid>,
    /// The same for each of its weeks, in order; empty until it succeeds.
    pub result_ids: Vec<Uuid>,
    /// The run that asked for it.
    pub parent_run_id: Option<RunId>,
    /// The run that waits for it as a part of its own.
    pub part_of_run_id: Option<RunId>,
    /// How often a worker has taken it, from 0.
    pub attempt: u32,
    /// The worker that has it.
    pub owner: Option<String>,
    /// The last sign of life of that worker.
    pub heartbeat_at: Option<DateTime<Utc>>,
    /// Whether it is to stop.
    pub is_cancel_requested: bool,
    /// What it is busy with.
    pub progress: Option<Progress>,
    /// Why it failed.
    pub problem: Option<serde_json::Value>,
    /// Display name of who asked for it.
    pub created_by: String,
    /// When it was asked for, or tried again.
    pub queued_at: DateTime<Utc>,
    /// When a worker took it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it came to its final state.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A run to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// Identity.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// For which team.
    pub team_id: TeamId,
    /// The Monday that names its first week.
    pub week_start: NaiveDate,
    /// How many weeks it plans.
    pub weeks: u32,
    /// What it is asked to do.
    pub params: serde_json::Value,
    /// The run that asks for it.
    pub parent_run_id: Option<RunId>,
    /// The run that waits for it as a part of its own.
    pub part_of_run_id: Option<RunId>,
    /// Display name of who asks for it.
    pub created_by: String,
}

/// Which runs to list.
#[derive(Debug, Clone, Copy)]
pub struct RunFilter<'a> {
    /// For which team and week.
    pub of: WeekFilter<'a>,
    /// Only those that do this.
    pub kind: Option<RunKind>,
    /// Only those in this state.
    pub state: Option<RunState>,
    /// Only those that are parts of this run.
    pub part_of_run_id: Option<RunId>,
}

/// Stores a queued run.
///
/// # Errors
/// [`StoreError::RunAlreadyActive`] while another one of its kind and team is queued or running for one of its weeks;
/// [`StoreError::UnknownReference`].
pub async fn enqueue(tx: &Tx, run: &NewRun, now: DateTime<Utc>) -> Result<Run, StoreError> {
    insert(tx, run, RunState::Queued, now).await
}

async fn insert(tx: &Tx, run: &NewRun, state: RunState, now: DateTime<Utc>) -> Result<Run, StoreError> {
    refuse_overlap(tx, run.kind, run.team_id, run.week_start, run.weeks).await?;
    let key = active_key(run.kind, run.team_id, run.week_start);
    let row = runs::Model {
        id: run.id.0,
        kind: word(&run.kind),
        team_id: run.team_id.0,
        week_start: run.week_start,
        state: word(&state),
        params: run.params.clone(),
        result_id: None,
        parent_run_id: run.parent_run_id.map(|parent| parent.0),
        part_of_run_id: run.part_of_run_id.map(|whole| whole.0),
        attempt: 0,
        owner: None,
        heartbeat_at: None,
        is_cancel_requested: false,
        progress: None,
        problem: None,
        created_by: run.created_by.clone(),
        queued_at: stored(now),
        started_at: begins(state, now),
        finished_at: None,
        active_key: Some(key.clone()),
        weeks: Some(run.weeks.into()),
        result_ids: None,
    };
    // Not an error to the database: on PostgreSQL one would end the transaction.
    let insert = runs::Entity::insert(row.clone().into_active_model().reset_all()).on_conflict_do_nothing_on([Column::ActiveKey]);
    match insert.exec_without_returning(&tx.executor()).await? {
        TryInsertResult::Inserted(1..) => parse(row),
        _ => Err(active(tx, key).await?),
    }
}

/// Reads a run.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: RunId) -> Result<Option<Run>, StoreError> {
    runs::Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Lists runs, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &RunFilter<'_>, page: Page) -> Result<Listed<Run>, StoreError> {
    let mut query = filter.of.rows::<runs::Entity>();
    if let Some(kind) = filter.kind {
        query = query.filter(Expr::col("kind").eq(word(&kind)));
    }
    if let Some(state) = filter.state {
        query = query.filter(is_in(state));
    }
    if let Some(whole) = filter.part_of_run_id {
        query = query.filter(Expr::col("part_of_run_id").eq(whole.0));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// The runs that followed from these, by the run they followed from.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn next_of(db: &impl Db, ids: &[RunId]) -> Result<BTreeMap<RunId, RunId>, StoreError> {
    let query = runs::Entity::find().filter(Expr::col("parent_run_id").is_in(ids.iter().map(|id| id.0)));
    let rows = query.all(&db.executor()).await?;
    Ok(rows.into_iter().filter_map(|row| Some((RunId(row.parent_run_id?), RunId(row.id)))).collect())
}

/// Asks a run to stop: a queued one is cancelled at once, a running one when its worker sees it, one that waits for parts when they
/// are over, a final one stays.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn request_cancel(db: &impl Db, id: RunId, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let queued = finished(RunState::Cancelled, stored(now)).filter(is_in(RunState::Queued));
    queued.filter(Expr::col("id").eq(id.0)).exec(&db.executor()).await?;
    let running = runs::Entity::update_many().col_expr(Column::IsCancelRequested, Expr::value(true));
    running
        .filter(is_in(RunState::Running).or(is_in(RunState::Waiting)))
        .filter(Expr::col("id").eq(id.0))
        .exec(&db.executor())
        .await?;
    get(db, id).await?.ok_or(StoreError::NotFound { kind: "run", id: id.0 })
}

/// Queues a failed or cancelled run again; one that waited for parts waits again.
///
/// # Errors
/// [`StoreError::RunNotRetryable`], [`StoreError::RunAlreadyActive`], [`StoreError::NotFound`].
pub async fn retry(tx: &Tx, id: RunId, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let run = get(tx, id).await?.ok_or(StoreError::NotFound { kind: "run", id: id.0 })?;
    let key = active_key(run.kind, run.team_id, run.week_start);
    let state = if run.has_parts() { RunState::Waiting } else { RunState::Queued };
    if run.state.is_final() {
        refuse_overlap(tx, run.kind, run.team_id, run.week_start, run.weeks).await?;
    }
    let again = runs::Entity::update_many()
        .col_expr(Column::State, Expr::value(word(&state)))
        .col_expr(Column::ActiveKey, Expr::value(key))
        .col_expr(Column::QueuedAt, Expr::value(stored(now)))
        .col_expr(Column::IsCancelRequested, Expr::value(false))
        .col_expr(Column::Problem, Expr::value(Value::Json(None)))
        .col_expr(Column::Progress, Expr::value(Value::Json(None)))
        .col_expr(Column::StartedAt, Expr::value(begins(state, now)))
        .col_expr(Column::FinishedAt, Expr::value(Value::ChronoDateTimeUtc(None)))
        .filter(Expr::col("id").eq(id.0))
        .filter(is_in(RunState::Failed).or(is_in(RunState::Cancelled)));
    let hits = again.exec(&tx.executor()).await?.rows_affected;
    let run = get(tx, id).await?.ok_or(StoreError::NotFound { kind: "run", id: id.0 })?;
    if hits == 0 { Err(StoreError::RunNotRetryable { run_id: id, state: word(&run.state) }) } else { Ok(run) }
}

/// When a run begins that is stored in that state: at once, unless a worker has to take it first.
fn begins(state: RunState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (state == RunState::Waiting).then(|| stored(now))
}

fn is_in(state: RunState) -> SimpleExpr {
    Expr::col("state").eq(word(&state))
}

/// The change to a final state; frees kind, team and week for the next run.
fn finished(state: RunState, now: DateTime<Utc>) -> UpdateMany<runs::Entity> {
    runs::Entity::update_many()
        .col_expr(Column::State, Expr::value(word(&state)))
        .col_expr(Column::FinishedAt, Expr::value(now))
        .col_expr(Column::ActiveKey, Expr::value(Value::String(None)))
}

fn active_key(kind: RunKind, team_id: TeamId, week_start: NaiveDate) -> String {
    format!("{}:{team_id}:{week_start}", word(&kind))
}

/// Refuses a run for a week that another active one of its kind and team plans. The key keeps out only one that begins with
/// the same week, so two that begin at once wait for each other.
async fn refuse_overlap(tx: &Tx, kind: RunKind, team_id: TeamId, start: NaiveDate, weeks: u32) -> Result<(), StoreError> {
    tx.lock(&format!("runs:{}:{team_id}", word(&kind))).await?;
    let query = runs::Entity::find()
        .filter(Expr::col("active_key").is_not_null())
        .filter(Expr::col("kind").eq(word(&kind)).and(Expr::col("team_id").eq(team_id.0)))
        .filter(Expr::col("week_start").lt(start + Days::new(7 * u64::from(weeks))));
    for row in query.all(&tx.executor()).await? {
        let run = parse(row)?;
        if start < run.week_start + Days::new(7 * u64::from(run.weeks)) {
            return Err(StoreError::RunAlreadyActive { run_id: run.id });
        }
    }
    Ok(())
}

async fn find_active(db: &impl Db, key: &str) -> Result<Option<RunId>, StoreError> {
    let row = runs::Entity::find().filter(Expr::col("active_key").eq(key)).one(&db.executor()).await?;
    Ok(row.map(|row| RunId(row.id)))
}

/// The refusal that names the run in the way.
async fn active(db: &impl Db, key: String) -> Result<StoreError, StoreError> {
    Ok(match find_active(db, &key).await? {
        Some(run_id) => StoreError::RunAlreadyActive { run_id },
        // It ended between the two statements.
        None => StoreError::Conflict { table: "runs", field: "kind, team_id and week_start" },
    })
}

fn parse(row: runs::Model) -> Result<Run, StoreError> {
    let reader = Reader::new("runs", row.id);
    Ok(Run {
        id: RunId(row.id),
        kind: reader.word("kind", row.kind)?,
        team_id: TeamId(row.team_id),
        week_start: row.week_start,
        state: reader.word("state", row.state)?,
        weeks: row.weeks.map_or(Ok(1), |weeks| reader.whole("weeks", weeks))?,
        params: row.params,
        result_ids: match row.result_ids {
            Some(ids) => reader.json("result_ids", ids)?,
            None => row.result_id.into_iter().collect(),
        },
        result_id: row.result_id,
        parent_run_id: row.parent_run_id.map(RunId),
        part_of_run_id: row.part_of_run_id.map(RunId),
        attempt: reader.whole("attempt", row.attempt.into())?,
        owner: row.owner,
        heartbeat_at: row.heartbeat_at,
        is_cancel_requested: row.is_cancel_requested,
        progress: reader.optional_json("progress", row.progress)?,
        problem: row.problem,
        created_by: row.created_by,
        queued_at: row.queued_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use serde_json::json;

    use super::super::Store;
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::access::Scope;
    use crate::domain::run::Phase;

    pub const LEASE: Duration = Duration::seconds(10);

    pub fn new_run(team_id: TeamId) -> NewRun {
        NewRun {
            id: RunId::generate(),
            kind: RunKind::Roster,
            team_id,
            week_start: testing::monday(),
            weeks: 1,
            params: json!({ "seconds": 20 }),
            parent_run_id: None,
            part_of_run_id: None,
            created_by: "主管".into(),
        }
    }

    pub async fn queued(store: &Store) -> Run {
        let desk = testing::desk(store).await;
        let tx = store.begin().await.unwrap();
        let run = enqueue(&tx, &new_run(desk.team.id), NOW).await.unwrap();
        tx.commit().await.unwrap();
        run
    }

    pub async fn claimed(store: &Store, id: RunId, owner: &str, now: DateTime<Utc>) -> Option<Run> {
        claim(store, id, owner, now, now - LEASE).await.unwrap()
    }

    pub async fn succeed(store: &Store, id: RunId, attempt: u32) -> Result<(), StoreError> {
        let tx = store.begin().await.unwrap();
        finish_succeeded(&tx, id, attempt, &[Uuid::now_v7()], NOW).await?;
        tx.commit().await
    }

    on_both! {
        one_run_of_a_kind_team_and_week_is_active_at_a_time(store) {
            let first = queued(&store).await;
            assert_eq!(get(&store, first.id).await.unwrap(), Some(first.clone()));
            let tx = store.begin().await.unwrap();
            let fault = enqueue(&tx, &new_run(first.team_id), NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::RunAlreadyActive { run_id } if run_id == first.id), "{fault}");
            // The transaction is still good.
            let other = NewRun { kind: RunKind::Forecast, ..new_run(first.team_id) };
            enqueue(&tx, &other, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(list_queued(&store, 10).await.unwrap().len(), 2);

            claimed(&store, first.id, "w1", NOW).await.unwrap();
            succeed(&store, first.id, 1).await.unwrap();
            let tx = store.begin().await.unwrap();
            enqueue(&tx, &new_run(first.team_id), NOW).await.unwrap();
        }

        weeks_planned_together_keep_other_runs_of_any_of_them_out(store) {
            let desk = testing::desk(&store).await;
            let tx = store.begin().await.unwrap();
            let at = |week: u64, weeks| NewRun { week_start: testing::monday() + Days::new(7 * week), weeks, ..new_run(desk.team.id) };
            let month = enqueue(&tx, &at(2, 4), NOW).await.unwrap();
            for (week, weeks) in [(5, 1), (0, 3), (1, 8), (4, 2)] {
                let fault = enqueue(&tx, &at(week, weeks), NOW).await.unwrap_err();
                assert!(matches!(fault, StoreError::RunAlreadyActive { run_id } if run_id == month.id), "{week} {weeks}: {fault}");
            }
            enqueue(&tx, &at(0, 2), NOW).await.unwrap();
            let after = enqueue(&tx, &at(6, 2), NOW).await.unwrap();
            tx.commit().await.unwrap();

            claimed(&store, month.id, "w1", NOW).await.unwrap();
            let results: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
            let tx = store.begin().await.unwrap();
            finish_succeeded(&tx, month.id, 1, &results, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let done = get(&store, month.id).await.unwrap().unwrap();
            assert_eq!((done.weeks, done.result_id, done.result_ids), (4, Some(results[0]), results));

            // Tried again, a run is asked the same.
            request_cancel(&store, after.id, NOW).await.unwrap();
            let tx = store.begin().await.unwrap();
            let second = enqueue(&tx, &at(7, 1), NOW).await.unwrap();
            let fault = retry(&tx, after.id, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::RunAlreadyActive { run_id } if run_id == second.id), "{fault}");
        }

        a_queued_run_is_cancelled_at_once_and_a_running_one_is_told(store) {
            let run = queued(&store).await;
            let cancelled = request_cancel(&store, run.id, NOW).await.unwrap();
            assert_eq!((cancelled.state, cancelled.finished_at), (RunState::Cancelled, Some(NOW)));
            assert_eq!(claimed(&store, run.id, "w1", NOW).await, None);

            let tx = store.begin().await.unwrap();
            let again = retry(&tx, run.id, NOW).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!((again.state, again.finished_at), (RunState::Queued, None));
            claimed(&store, run.id, "w1", NOW).await.unwrap();
            assert_eq!(request_cancel(&store, run.id, NOW).await.unwrap().state, RunState::Running);
            assert!(heartbeat(&store, run.id, 1, NOW).await.unwrap());
            finish_cancelled(&store, run.id, 1, NOW).await.unwrap();
            assert_eq!(request_cancel(&store, run.id, NOW).await.unwrap().state, RunState::Cancelled);
            let unknown = request_cancel(&store, RunId::generate(), NOW).await.unwrap_err();
            assert!(matches!(unknown, StoreError::NotFound { kind: "run", .. }), "{unknown}");
        }

        a_failed_run_keeps_its_problem_until_it_is_tried_again(store) {
            let run = queued(&store).await;
            claimed(&store, run.id, "w1", NOW).await.unwrap();
            set_progress(&store, run.id, 1, &progress()).await.unwrap();
            finish_failed(&store, run.id, 1, &json!({ "title": "坏" }), NOW).await.unwrap();
            let failed = get(&store, run.id).await.unwrap().unwrap();
            assert_eq!((failed.problem, failed.progress), (Some(json!({ "title": "坏" })), Some(progress())));

            let tx = store.begin().await.unwrap();
            let blocker = enqueue(&tx, &new_run(run.team_id), NOW).await.unwrap();
            let fault = retry(&tx, run.id, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::RunAlreadyActive { run_id } if run_id == blocker.id), "{fault}");
            request_cancel(&tx, blocker.id, NOW).await.unwrap();
            let again = retry(&tx, run.id, NOW).await.unwrap();
            assert_eq!((again.state, again.problem, again.attempt), (RunState::Queued, None, 1));
            let fault = retry(&tx, run.id, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::RunNotRetryable { .. }), "{fault}");
        }

        runs_are_listed_by_team_week_kind_and_state(store) {
            let run = queued(&store).await;
            let anywhere = WeekFilter { scope: &Scope::Everything, team_id: None, week_start: None };
            let all = RunFilter { of: anywhere, kind: None, state: None, part_of_run_id: None };
            let of = WeekFilter { team_id: Some(run.team_id), week_start: Some(run.week_start), ..anywhere };
            let exact = RunFilter { of, kind: Some(RunKind::Roster), state: Some(RunState::Queued), part_of_run_id: None };
            assert_eq!(list(&store, &exact, Page::ALL).await.unwrap().items, [run]);
            let other = RunFilter { state: Some(RunState::Failed), ..all };
            assert_eq!(list(&store, &other, Page::ALL).await.unwrap().items, []);
        }
    }

    pub fn progress() -> Progress {
        Progress { phase: Phase::Solving, best_cost: Some(12.5), bound: None, seconds: 1.5, at: NOW }
    }
}

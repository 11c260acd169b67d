//! The queue: apalis tasks in the service's own database, each naming one run.
//!
//! A task only says "look at this run"; the row in `runs` is the truth. Delivering a task twice, late or for a run that is
//! over is therefore harmless, and a lost one is made good by [`super::dispatch`].

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use apalis::prelude::{
    BackendExt, BoxDynError, Filter, ListTasks, Status, TaskSink, WorkerBuilder, WorkerBuilderExt, WorkerError,
};
use apalis_postgres::{PgPool, PostgresStorage};
use apalis_sqlite::{SqlitePool, SqliteStorage};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::JobsError;
use super::pulse::Pulse;
use crate::domain::ids::RunId;
use crate::store::{Pool, Store};

/// The queue's name in apalis' tables.
const NAME: &str = "paiban";

/// How often apalis says that a worker lives. Whole seconds only: apalis drops the fraction, and half a second would
/// become none.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Heartbeats a worker may miss before apalis hands its tasks to another: ten seconds. Longer than
/// [`super::attempt::LEASE`], so that a task that comes back finds its run free.
const MISSED_HEARTBEATS: usize = 5;

/// How often an idle worker looks for a task. apalis does not look by itself between two heartbeats.
const POLL: Duration = Duration::from_millis(500);

/// Tasks read at once when all are listed.
const PAGE: u32 = 500;

/// What a task carries.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct RunTask {
    run_id: RunId,
}

/// The queue of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    name: String,
    storage: Storage,
}

#[derive(Clone)]
enum Storage {
    Sqlite(SqliteStorage<RunTask>),
    Postgres(PostgresStorage<RunTask>),
}

/// The same settings for either backend, whose `Config` types are not the same type.
///
/// One task at a time: a worker that holds a batch stops its heartbeat until the batch is worked off, and another process
/// could not share it. Results must be persisted: without them apalis never marks a task as done.
macro_rules! settings {
    ($config:ty, $name:expr) => {
        <$config>::default()
            .queue($name)
            .batch_size(1)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .lock_tasks(true)
            .persist_results(true)
    };
}

/// An apalis worker that attends to tasks, at most so many at once. Not started yet.
macro_rules! worker {
    ($storage:expr, $name:expr, $concurrency:expr, $attend:expr) => {
        WorkerBuilder::new($name)
            .backend($storage.clone().poll_with_strategy(Pulse::every(POLL)))
            .concurrency($concurrency)
            .build(move |task: RunTask| $attend(task.run_id).map(Ok::<(), BoxDynError>))
            .run()
            .boxed()
    };
}

impl Queue {
    /// The queue in the store's database; creates its tables. On PostgreSQL they stand in a schema of their own, whose name
    /// apalis fixes, and the store's search path must lead to `public`, where the extension `hstore` is.
    ///
    /// # Errors
    /// [`JobsError::Setup`], for one when the database user may create neither schemas nor extensions.
    pub async fn open(store: &Store) -> Result<Self, JobsError> {
        // Installations that share a database share apalis' tables, too: the schema of the runs tells them apart.
        let name = store.schema().await?.map_or_else(|| NAME.to_owned(), |schema| format!("{NAME}:{schema}"));
        let storage = match store.pools() {
            Pool::Sqlite(pool) => Storage::Sqlite(on_sqlite(&pool, &name).await?),
            Pool::Postgres(pool) => Storage::Postgres(on_postgres(&pool, &name).await?),
        };
        Ok(Self { name, storage })
    }

    /// Adds a task for a run.
    ///
    /// # Errors
    /// [`JobsError::Queue`].
    pub async fn push(&self, run_id: RunId) -> Result<(), JobsError> {
        let task = RunTask { run_id };
        match &self.storage {
            Storage::Sqlite(storage) => storage.clone().push(task).await.map_err(JobsError::queue),
            Storage::Postgres(storage) => storage.clone().push(task).await.map_err(JobsError::queue),
        }
    }

    /// The runs that have a task which is waiting or in a worker's hands.
    ///
    /// # Errors
    /// [`JobsError::Queue`].
    pub async fn listed(&self) -> Result<HashSet<RunId>, JobsError> {
        let mut runs = HashSet::new();
        for status in [Status::Pending, Status::Queued, Status::Running] {
            for page in 1.. {
                let filter = Filter { status: Some(status.clone()), page, page_size: Some(PAGE) };
                let tasks = match &self.storage {
                    Storage::Sqlite(storage) => storage.list_tasks(&filter).await.map_err(JobsError::queue)?,
                    Storage::Postgres(storage) => storage.list_tasks(&filter).await.map_err(JobsError::queue)?,
                };
                runs.extend(
                    tasks.iter().filter_map(|task| serde_json::from_slice::<RunTask>(&task.args).ok()).map(|task| task.run_id),
                );
                if tasks.len() < PAGE as usize {
                    break;
                }
            }
        }
        Ok(runs)
    }

    /// Forgets tasks that were done with before `before`; returns how many. apalis keeps them for good: its own clean-up
    /// rewrites the whole file on SQLite, and does not exist for PostgreSQL.
    ///
    /// # Errors
    /// [`JobsError::Queue`].
    pub async fn forget_done(&self, before: DateTime<Utc>) -> Result<u64, JobsError> {
        let before = before.timestamp();
        let forgotten = match &self.storage {
            Storage::Sqlite(storage) => {
                let sql = "DELETE FROM Jobs WHERE job_type = $1 AND status IN ('Done', 'Failed', 'Killed') AND done_at < $2";
                let forget = sqlx::query(sql).bind(&self.name).bind(before);
                forget.execute(storage.pool()).await.map(|done| done.rows_affected())
            }
            Storage::Postgres(storage) => {
                let sql = "DELETE FROM apalis.jobs WHERE job_type = $1 AND status IN ('Done', 'Failed', 'Killed') \
                           AND done_at < to_timestamp($2::bigint)";
                let forget = sqlx::query(sql).bind(&self.name).bind(before);
                forget.execute(storage.pool()).await.map(|done| done.rows_affected())
            }
        };
        forgotten.map_err(JobsError::queue)
    }

    /// Attends to tasks until `stop`, at most `concurrency` at once. `name` must be new with every call: apalis refuses one
    /// it has just seen.
    ///
    /// Stops by dropping apalis' worker, in the middle of whatever it does. Told to stop, it would wait for the tasks in hand
    /// without driving its own half-done transaction on: on SQLite that holds the lock which those tasks need to end. What
    /// it had in hand comes back to the queue as if this process had died, and finds its run taken, over or queued.
    ///
    /// # Errors
    /// [`JobsError::Queue`] when the database fails; apalis gives up at the first fault, and the caller starts anew.
    pub(super) async fn serve<Attend, Attended>(
        &self,
        name: &str,
        concurrency: usize,
        attend: Attend,
        stop: &CancellationToken,
    ) -> Result<(), JobsError>
    where
        Attend: Fn(RunId) -> Attended + Clone + Send + Sync + 'static,
        Attended: Future<Output = ()> + Send + 'static,
    {
        tokio::select! {
            ended = self.worker(name, concurrency, attend) => ended.map_err(JobsError::queue),
            () = stop.cancelled() => Ok(()),
        }
    }

    fn worker<Attend, Attended>(
        &self,
        name: &str,
        concurrency: usize,
        attend: Attend,
    ) -> BoxFuture<'static, Result<(), WorkerError>>
    where
        Attend: Fn(RunId) -> Attended + Clone + Send + Sync + 'static,
        Attended: Future<Output = ()> + Send + 'static,
    {
        match &self.storage {
            Storage::Sqlite(storage) => worker!(storage, name, concurrency, attend),
            Storage::Postgres(storage) => worker!(storage, name, concurrency, attend),
        }
    }
}

async fn on_sqlite(pool: &SqlitePool, name: &str) -> Result<SqliteStorage<RunTask>, JobsError> {
    // Not `SqliteStorage::setup`: it also sets `synchronous = OFF`, on whichever connection of our pool it gets.
    // SQLite has no lock for migrations, so of two processes that start together one may find a table half the way.
    let mut tries = 0;
    while let Err(error) = SqliteStorage::migrations().run(pool).await {
        tries += 1;
        if tries == 10 {
            return Err(JobsError::Setup(Box::new(error)));
        }
        tokio::time::sleep(Duration::from_millis(50 * tries)).await;
    }
    Ok(SqliteStorage::new(pool).with_config(settings!(apalis_sqlite::Config, name)))
}

async fn on_postgres(pool: &PgPool, name: &str) -> Result<PostgresStorage<RunTask>, JobsError> {
    // The extension must land in `public`, where every search path finds it, and not in the schema that happens to come
    // first; the connections that say so must not go back into the service's pool. Migrations are locked by sqlx.
    let setup = |error| JobsError::Setup(Box::new(error));
    let options = pool.connect_options().as_ref().clone().options([("search_path", "public")]);
    let public = PgPool::connect_with(options).await.map_err(|error| setup(error.into()))?;
    let migrated = PostgresStorage::setup(&public).await;
    public.close().await;
    migrated.map_err(setup)?;
    Ok(PostgresStorage::new(pool).with_config(settings!(apalis_postgres::Config, name)))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::testing::enqueue;
    use super::*;
    use crate::store::testing::on_both;

    on_both! {
        tasks_that_were_done_with_are_forgotten_and_no_others(store) {
            let queue = Queue::open(&store).await.unwrap();
            let runs = enqueue(&store, 2).await;
            queue.push(runs[0]).await.unwrap();
            let (attended, stop) = (CancellationToken::new(), CancellationToken::new());
            let serving = {
                let (queue, attended, stop) = (queue.clone(), attended.clone(), stop.clone());
                let attend = move |_| {
                    attended.cancel();
                    std::future::ready(())
                };
                tokio::spawn(async move { queue.serve("first", 1, attend, &stop).await })
            };
            attended.cancelled().await;
            while !queue.listed().await.unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            stop.cancel();
            serving.await.unwrap().unwrap();
            queue.push(runs[1]).await.unwrap();

            let now = Utc::now();
            assert_eq!(queue.forget_done(now - TimeDelta::hours(1)).await.unwrap(), 0);
            assert_eq!(queue.forget_done(now + TimeDelta::hours(1)).await.unwrap(), 1);
            assert_eq!(queue.listed().await.unwrap(), [runs[1]].into());
        }
    }
}

//! The clock: once a minute it asks what the teams' policies make due, and starts what nobody has started.
//!
//! It ticks in UTC and knows no local time: the scheduler fixes a zone's offset when a job is made, so a clock change
//! would shift it by an hour. What is due in local time is computed anew at every tick, and a unique row in the database
//! decides which of several processes starts it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::sync::{Mutex, Notify};
use tokio_cron_scheduler::{Job, JobScheduler};

use super::due::{Due, due};
use super::watching::watch;
use super::{JobsError, Queue};
use crate::domain::ids::RunId;
use crate::domain::run::{RunKind, RunParams};
use crate::store::runs::{self, NewRun};
use crate::store::team_policies::{self, TeamPolicy};
use crate::store::{Store, StoreError, due_work, sites, teams};

/// The first second of every minute.
const EVERY_MINUTE: &str = "0 * * * * *";

/// How long the queue remembers tasks that are done with, for whoever looks into its tables.
const KEPT: TimeDelta = TimeDelta::days(1);

/// A running clock. Dropping it lets it go on; [`Clock::stop`] ends it.
pub struct Clock {
    scheduler: JobScheduler,
    ticking: Arc<Mutex<()>>,
}

impl Clock {
    /// Starts to tick; summaries are built from `summary_at_minute` of each site's day on. Notifies `started` when a tick has enqueued a run, and keeps the queue short.
    ///
    /// # Errors
    /// [`JobsError::Clock`].
    pub async fn start(store: Store, queue: Queue, started: Arc<Notify>, summary_at_minute: u32) -> Result<Self, JobsError> {
        let scheduler = JobScheduler::new().await?;
        let ticking = Arc::new(Mutex::new(()));
        let guard = ticking.clone();
        let job = Job::new_async(EVERY_MINUTE, move |_, _| {
            let (store, queue, started, guard) = (store.clone(), queue.clone(), started.clone(), guard.clone());
            Box::pin(async move {
                // The scheduler does not mind a tick that is still going on.
                let Ok(_alone) = guard.try_lock() else { return };
                match tick(&store, Utc::now()).await {
                    Ok(runs) if runs.is_empty() => {}
                    Ok(_) => started.notify_one(),
                    Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the clock could not see what is due"),
                }
                watch(&store, summary_at_minute, Utc::now()).await;
                if let Err(error) = queue.forget_done(Utc::now() - KEPT).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the queue could not be tidied");
                }
            })
        })?;
        scheduler.add(job).await?;
        scheduler.start().await?;
        Ok(Self { scheduler, ticking })
    }

    /// Stops ticking, and waits for a tick that is going on.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the clock did not stop as it should");
        }
        let _last = self.ticking.lock().await;
    }
}

/// Starts everything that is due at `now` and that nobody has started; returns the runs. What cannot be started now, for
/// example because such a run is active already, stays due.
///
/// # Errors
/// [`JobsError::Store`] when the policies cannot be read; what goes wrong with one piece of work does not hold up the others.
pub async fn tick(store: &Store, now: DateTime<Utc>) -> Result<Vec<RunId>, JobsError> {
    let policies = policies(store).await?;
    let mut started = Vec::new();
    for work in due(now, &policies) {
        match start(store, &work, now).await {
            Ok(Some(run_id)) => {
                tracing::info!(run.id = %run_id, team.id = %work.team_id, "the clock started run {run_id}");
                started.push(run_id);
            }
            Ok(None) | Err(StoreError::RunAlreadyActive { .. }) => {}
            Err(error) => {
                tracing::warn!(team.id = %work.team_id, error = &error as &dyn std::error::Error, "work that is due could not be started");
            }
        }
    }
    Ok(started)
}

/// The policies that are in force, with the zones they are meant in.
async fn policies(store: &Store) -> Result<Vec<(TeamPolicy, Tz)>, StoreError> {
    let mut policies = Vec::new();
    for policy in team_policies::list_enabled(store).await? {
        let Some(team) = teams::get(store, policy.team_id).await? else { continue };
        let Some(site) = sites::get(store, team.value.site_id).await? else { continue };
        policies.push((policy, site.value.zone));
    }
    Ok(policies)
}

/// Enqueues the run and takes the work in one transaction; `None` when the work was taken before.
async fn start(store: &Store, work: &Due, now: DateTime<Utc>) -> Result<Option<RunId>, StoreError> {
    if due_work::is_taken(store, work.kind, work.team_id, work.due_on).await? {
        return Ok(None);
    }
    // A week is built from a fresh forecast: the run begins there and goes on through the work that is due.
    let params = RunParams { interval_minutes: work.interval_minutes, through: Some(work.kind), ..RunParams::default() };
    let run = NewRun {
        id: RunId::generate(),
        kind: RunKind::Forecast,
        team_id: work.team_id,
        week_start: work.week_start,
        weeks: 1,
        params: serde_json::to_value(params).expect("run parameters are plain data"),
        parent_run_id: None,
        part_of_run_id: None,
        created_by: "clock".to_owned(),
    };
    let tx = store.begin().await?;
    runs::enqueue(&tx, &run, now).await?;
    if !due_work::take(&tx, work.kind, work.team_id, work.due_on, run.id, now).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(run.id))
}

#[cfg(test)]
mod tests {
    use super::super::testing::team;
    use super::*;
    use crate::domain::calendar::IntervalMinutes;
    use crate::store::testing::{on_both, open};

    /// A team whose week is built from Thursday 09:00 in Shanghai, and whose forecast is refreshed at 23:30.
    async fn planned_team(store: &Store) -> TeamPolicy {
        let policy = TeamPolicy {
            team_id: team(store).await,
            is_enabled: true,
            build_days_ahead: 4,
            build_at_minute: 9 * 60,
            forecast_at_minute: 23 * 60 + 30,
            interval_minutes: IntervalMinutes::HALF_HOUR,
        };
        team_policies::put(store, &policy, 0, Utc::now()).await.unwrap();
        policy
    }

    /// Friday noon in Shanghai.
    fn friday() -> DateTime<Utc> {
        "2026-11-20T04:00:00Z".parse().unwrap()
    }

    on_both! {
        what_is_due_is_started_once(at url) {
            let store = open(&url).await;
            let policy = planned_team(&store).await;
            let started = tick(&store, friday()).await.unwrap();
            assert_eq!(started.len(), 1);
            let run = runs::get(&store, started[0]).await.unwrap().unwrap();
            assert_eq!((run.kind, run.team_id, run.week_start.to_string().as_str()), (RunKind::Forecast, policy.team_id, "2026-11-23"));
            assert_eq!((&run.params["interval_minutes"], &run.params["through"]), (&30.into(), &"roster".into()));
            assert_eq!(tick(&store, friday()).await.unwrap(), []);
            // Nor after the run is over, and the key of the active run with it.
            runs::request_cancel(&store, run.id, friday()).await.unwrap();
            assert_eq!(tick(&store, friday()).await.unwrap(), []);
        }

        of_two_processes_one_starts_the_week(at url) {
            let (one, other) = (open(&url).await, open(&url).await);
            planned_team(&one).await;
            let (first, second) = tokio::join!(tick(&one, friday()), tick(&other, friday()));
            assert_eq!(first.unwrap().len() + second.unwrap().len(), 1);
        }

        work_that_cannot_be_started_yet_stays_due(at url) {
            let store = open(&url).await;
            let policy = planned_team(&store).await;
            let tx = store.begin().await.unwrap();
            let by_hand = NewRun {
                id: RunId::generate(),
                kind: RunKind::Forecast,
                team_id: policy.team_id,
                week_start: "2026-11-23".parse().unwrap(),
                weeks: 1,
                params: serde_json::json!({}),
                parent_run_id: None,
                part_of_run_id: None,
                created_by: "主管".into(),
            };
            runs::enqueue(&tx, &by_hand, friday()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(tick(&store, friday()).await.unwrap(), []);
            runs::request_cancel(&store, by_hand.id, friday()).await.unwrap();
            assert_eq!(tick(&store, friday()).await.unwrap().len(), 1);
        }
    }

    #[tokio::test]
    async fn the_schedule_is_one_the_scheduler_takes() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&format!("sqlite://{}?mode=rwc", folder.path().join("paiban.db").display())).await;
        let queue = Queue::open(&store).await.unwrap();
        Clock::start(store, queue, Arc::default(), 480).await.unwrap().stop().await;
    }
}

//! Runs with parts, on the real queue: whatever becomes of a part, the run that waits for it ends.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use serde_json::json;
use tokio::sync::Notify;
use uuid::Uuid;

use super::testing::wait_for;
use super::{Queue, RunContext, Work, WorkError, Worker, Working, dispatch};
use crate::domain::access::{Actor, Role, Scope};
use crate::domain::agent::Agent;
use crate::domain::ids::{AgentId, RunId, TeamId};
use crate::domain::organisation::Team;
use crate::domain::run::{RunKind, RunParams, RunProblem, RunState};
use crate::domain::run_part::RunPart;
use crate::services::ServiceError;
use crate::services::run_parts::BusyTeam;
use crate::services::runs::{RunRequest, cancel_run, request_run, retry_run};
use crate::store::runs::{self, Run};
use crate::store::testing::{self, on_both, open};
use crate::store::{Pool, Store, StoreError, agents, teams};

const NAMES: [&str; 3] = ["1组", "2组", "3组"];

fn actor() -> Actor {
    let scope = Scope::Everything;
    Actor { key_id: None, name: "主管".into(), role: Role::Admin, scope, agent_id: None, request_id: None }
}

/// A region of three teams with an agent each, and one of none; a request to build their week apart.
async fn region(store: &Store) -> RunRequest {
    let desk = testing::desk(store).await;
    let team = |name: &str, parent_id| Team { id: TeamId::generate(), name: name.into(), parent_id, ..desk.team.clone() };
    let region = team("华东", None);
    teams::insert(store, &region, Utc::now()).await.unwrap();
    teams::insert(store, &team("新组", Some(region.id)), Utc::now()).await.unwrap();
    for name in ["3组", "1组", "2组"] {
        let team = team(name, Some(region.id));
        teams::insert(store, &team, Utc::now()).await.unwrap();
        let agent = Agent { id: AgentId::generate(), team_id: team.id, staff_number: name.into(), ..desk.agent.clone() };
        let tx = store.begin().await.unwrap();
        agents::insert(&tx, &agent, Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let params = RunParams { teams_apart: true, ..RunParams::default() };
    RunRequest { kind: RunKind::Roster, team_id: region.id, week_start: testing::monday(), params }
}

async fn ask(store: &Store, request: RunRequest) -> Run {
    request_run(store, &actor(), request, None, Utc::now()).await.unwrap()
}

async fn found(store: &Store, id: RunId) -> Run {
    runs::get(store, id).await.unwrap().unwrap()
}

async fn parts(store: &Store, whole: &Run) -> Vec<RunPart> {
    let found = runs::parts_of(store, std::slice::from_ref(whole)).await.unwrap().remove(&whole.id).unwrap().parts;
    assert_eq!(found.iter().map(|part| part.team_name.as_str()).collect::<Vec<_>>(), NAMES);
    found
}

async fn states(store: &Store, whole: &Run) -> Vec<RunState> {
    parts(store, whole).await.iter().map(|part| part.state).collect()
}

fn long_ago() -> DateTime<Utc> {
    Utc::now() - TimeDelta::hours(1)
}

/// Takes a run for a worker that then says nothing more.
async fn taken(store: &Store, id: RunId) -> Run {
    runs::claim(store, id, "gone", long_ago(), long_ago()).await.unwrap().unwrap()
}

async fn succeed(store: &Store, run: &Run) -> Result<(), WorkError> {
    let tx = store.begin().await?;
    runs::finish_succeeded(&tx, run.id, run.attempt, &[Uuid::now_v7()], Utc::now()).await?;
    Ok(tx.commit().await?)
}

async fn done(store: &Store, id: RunId) {
    let run = taken(store, id).await;
    succeed(store, &run).await.unwrap();
}

/// Work that succeeds at once, but for the first attempt at a run of `unlucky`.
fn work(store: &Store, unlucky: Option<TeamId>) -> Work {
    let store = store.clone();
    Arc::new(move |run: Run, _| {
        let store = store.clone();
        async move {
            if unlucky == Some(run.team_id) && run.attempt == 1 {
                return Err(WorkError::Failed(json!({ "type": "/problems/x", "title": "坏", "detail": "缺历史" })));
            }
            succeed(&store, &run).await
        }
        .boxed() as Working
    })
}

/// Work that goes on until it is to stop.
fn endless() -> Work {
    Arc::new(|_, context: RunContext| {
        async move {
            let never = Notify::new();
            while !context.is_cancelled() {
                let _ = tokio::time::timeout(std::time::Duration::from_millis(10), never.notified()).await;
            }
            Err(WorkError::Cancelled)
        }
        .boxed()
    })
}

async fn start(url: &str, work: Work) -> Worker {
    let store = open(url).await;
    let queue = Queue::open(&store).await.unwrap();
    Worker::start(store, queue, 1, work)
}

on_both! {
    the_parts_are_anybodys_and_the_last_one_ends_the_run(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        assert_eq!((whole.state, whole.started_at.is_some()), (RunState::Waiting, true));
        assert_eq!(states(&store, &whole).await, [RunState::Queued; 3]);
        let workers = [start(&url, work(&store, None)).await, start(&url, work(&store, None)).await];
        let ended = wait_for(&store, whole.id, RunState::Succeeded, 30).await;
        let made: Vec<Uuid> = parts(&store, &whole).await.into_iter().flat_map(|part| part.result_ids).collect();
        assert_eq!((made.len(), &ended.result_ids, ended.result_id), (3, &made, Some(made[0])));
        // No worker ever had it.
        assert_eq!((ended.attempt, ended.owner, ended.finished_at.is_some()), (0, None, true));
        for worker in workers {
            worker.stop().await;
        }
    }

    a_part_that_fails_is_named_and_tried_again_alone(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let unlucky = parts(&store, &whole).await[1].team_id;
        let worker = start(&url, work(&store, Some(unlucky))).await;
        let failed = wait_for(&store, whole.id, RunState::Failed, 30).await;
        let problem = failed.problem.unwrap();
        assert_eq!(problem["type"], "/problems/parts-failed");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with("1 of 3 teams") && detail.ends_with("2组: 缺历史"), "{detail}");
        assert_eq!(states(&store, &whole).await, [RunState::Succeeded, RunState::Failed, RunState::Succeeded]);

        let again = retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();
        assert_eq!((again.state, again.problem, again.finished_at), (RunState::Waiting, None, None));
        worker.wake().notify_one();
        assert_eq!(wait_for(&store, whole.id, RunState::Succeeded, 30).await.result_ids.len(), 3);
        let mut attempts = Vec::new();
        for part in parts(&store, &whole).await {
            attempts.push(found(&store, part.run_id).await.attempt);
        }
        assert_eq!(attempts, [1, 2, 1]);
        worker.stop().await;
    }

    a_part_that_is_tried_again_by_itself_is_waited_for_again(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let [one, two, three] = parts(&store, &whole).await.try_into().unwrap();
        cancel_run(&store, &actor(), one.run_id, Utc::now()).await.unwrap();
        done(&store, two.run_id).await;
        done(&store, three.run_id).await;
        let failed = found(&store, whole.id).await;
        assert_eq!(failed.state, RunState::Failed, "nobody asked it to stop");
        assert!(failed.problem.unwrap()["detail"].as_str().unwrap().contains("1组: it was cancelled"));
        retry_run(&store, &actor(), one.run_id, Utc::now()).await.unwrap();
        assert_eq!(found(&store, whole.id).await.state, RunState::Waiting);
        done(&store, one.run_id).await;
        assert_eq!(found(&store, whole.id).await.state, RunState::Succeeded);
        let fault = retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap_err();
        assert!(matches!(fault, ServiceError::Store(StoreError::RunNotRetryable { .. })), "{fault}");
    }

    to_cancel_it_cancels_every_part(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let at_once = cancel_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();
        assert_eq!(at_once.state, RunState::Cancelled, "nobody was at work");
        assert_eq!(states(&store, &whole).await, [RunState::Cancelled; 3]);

        retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();
        let worker = start(&url, endless()).await;
        let busy = loop {
            let parts = parts(&store, &whole).await;
            if let Some(busy) = parts.iter().position(|part| part.state == RunState::Running) {
                break busy;
            }
            tokio::task::yield_now().await;
        };
        let asked = cancel_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();
        // The one at work ends within a look or two of its worker; the others are not taken up any more.
        let mut told = states(&store, &whole).await;
        told.remove(busy);
        assert_eq!((asked.is_cancel_requested, told), (true, vec![RunState::Cancelled; 2]));
        wait_for(&store, whole.id, RunState::Cancelled, 5).await;
        assert_eq!(states(&store, &whole).await, [RunState::Cancelled; 3]);
        worker.stop().await;
    }

    a_worker_killed_at_the_last_part_leaves_a_run_that_still_ends(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let [one, two, three] = parts(&store, &whole).await.try_into().unwrap();
        done(&store, one.run_id).await;
        done(&store, two.run_id).await;
        let run = taken(&store, three.run_id).await;
        // Killed before the commit: neither the part nor the run has ended.
        let tx = store.begin().await.unwrap();
        runs::finish_succeeded(&tx, run.id, run.attempt, &[Uuid::now_v7()], Utc::now()).await.unwrap();
        assert_eq!(runs::get(&tx, whole.id).await.unwrap().unwrap().state, RunState::Succeeded);
        drop(tx);
        assert_eq!(found(&store, whole.id).await.state, RunState::Waiting);
        assert_eq!(found(&store, three.run_id).await.state, RunState::Running);

        let worker = start(&url, work(&store, None)).await;
        let ended = wait_for(&store, whole.id, RunState::Succeeded, 30).await;
        assert_eq!(ended.result_ids.len(), 3);
        assert_eq!(found(&store, three.run_id).await.attempt, 2);
        worker.stop().await;
    }

    a_run_to_be_cancelled_whose_last_worker_died_is_cancelled(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let last = taken(&store, parts(&store, &whole).await[2].run_id).await;
        assert_eq!(cancel_run(&store, &actor(), whole.id, Utc::now()).await.unwrap().state, RunState::Waiting);
        assert_eq!(runs::claim(&store, last.id, "next", Utc::now(), Utc::now()).await.unwrap(), None);
        assert_eq!(found(&store, whole.id).await.state, RunState::Cancelled);
    }

    two_parts_that_end_at_once_do_not_miss_each_other(at url) {
        let (store, other) = (open(&url).await, open(&url).await);
        let whole = ask(&store, region(&store).await).await;
        let [one, two, three] = parts(&store, &whole).await.try_into().unwrap();
        done(&store, one.run_id).await;
        let (two, three) = (taken(&store, two.run_id).await, taken(&store, three.run_id).await);
        let tx = store.begin().await.unwrap();
        runs::finish_succeeded(&tx, two.id, two.attempt, &[Uuid::now_v7()], Utc::now()).await.unwrap();
        // The other does not look before the first has come to its end, however long that takes.
        let mut last = tokio::spawn(async move { succeed(&other, &three).await.unwrap() });
        assert!(tokio::time::timeout(std::time::Duration::from_millis(500), &mut last).await.is_err());
        tx.commit().await.unwrap();
        last.await.unwrap();
        assert_eq!(found(&store, whole.id).await.state, RunState::Succeeded);
    }

    a_run_left_waiting_for_nothing_is_ended_by_the_sweep(at url) {
        let store = open(&url).await;
        let whole = ask(&store, region(&store).await).await;
        let queue = Queue::open(&store).await.unwrap();
        for part in parts(&store, &whole).await {
            dispatch(&store, &queue, Utc::now()).await.unwrap();
            assert_eq!(found(&store, whole.id).await.state, RunState::Waiting);
            done(&store, part.run_id).await;
        }
        // As no transaction of this service leaves it.
        let undone = "UPDATE runs SET state = 'waiting', finished_at = NULL, result_ids = NULL WHERE part_of_run_id IS NULL";
        match store.pools() {
            Pool::Sqlite(pool) => {
                sqlx::query(undone).execute(&pool).await.unwrap();
            }
            Pool::Postgres(pool) => {
                sqlx::query(undone).execute(&pool).await.unwrap();
            }
        }
        assert_eq!(found(&store, whole.id).await.state, RunState::Waiting);
        dispatch(&store, &queue, Utc::now()).await.unwrap();
        assert_eq!(found(&store, whole.id).await.result_ids.len(), 3);
    }

    a_chain_that_broke_off_goes_on_when_the_run_is_tried_again(at url) {
        let store = open(&url).await;
        let request = region(&store).await;
        let params = RunParams { through: Some(RunKind::Staffing), ..request.params.clone() };
        let whole = ask(&store, RunRequest { kind: RunKind::Forecast, params, ..request.clone() }).await;
        let forecasts = parts(&store, &whole).await;
        for part in &forecasts {
            let run = taken(&store, part.run_id).await;
            let tx = store.begin().await.unwrap();
            let met = RunProblem::step_under_way(RunKind::Staffing, RunId::generate());
            runs::set_problem(&tx, run.id, run.attempt, &met).await.unwrap();
            runs::finish_succeeded(&tx, run.id, run.attempt, &[Uuid::now_v7()], Utc::now()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let failed = found(&store, whole.id).await;
        assert_eq!(failed.state, RunState::Failed);
        assert!(failed.problem.unwrap()["detail"].as_str().unwrap().contains("3组: its next step was under way"));

        // The run in the way is still there.
        let by_hand = RunRequest { kind: RunKind::Staffing, team_id: forecasts[1].team_id, params: RunParams::default(), ..request };
        let by_hand = ask(&store, by_hand).await;
        let fault = retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap_err();
        let expected = BusyTeam { team_name: "2组".into(), run_id: by_hand.id };
        assert!(matches!(&fault, ServiceError::TeamsBusy(busy) if *busy == [expected]), "{fault}");
        assert_eq!(found(&store, whole.id).await.state, RunState::Failed);

        cancel_run(&store, &actor(), by_hand.id, Utc::now()).await.unwrap();
        retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();
        let sizings = parts(&store, &whole).await;
        for (part, forecast) in sizings.iter().zip(&forecasts) {
            let run = found(&store, part.run_id).await;
            assert_eq!((run.kind, run.state, run.parent_run_id), (RunKind::Staffing, RunState::Queued, Some(forecast.run_id)));
            assert_eq!(run.params["forecast_id"], json!(found(&store, forecast.run_id).await.result_id));
            done(&store, run.id).await;
        }
        assert_eq!(found(&store, whole.id).await.state, RunState::Succeeded);
    }

    teams_with_runs_of_that_kind_under_way_are_named_all_at_once(at url) {
        let store = open(&url).await;
        let request = region(&store).await;
        let whole = ask(&store, request.clone()).await;
        let fault = request_run(&store, &actor(), request.clone(), None, Utc::now()).await.unwrap_err();
        assert!(matches!(fault, ServiceError::Store(StoreError::RunAlreadyActive { run_id }) if run_id == whole.id), "{fault}");
        let teams = parts(&store, &whole).await;
        cancel_run(&store, &actor(), whole.id, Utc::now()).await.unwrap();

        let mut in_the_way = Vec::new();
        for team in [&teams[0], &teams[2]] {
            let alone = RunRequest { team_id: team.team_id, params: RunParams::default(), ..request.clone() };
            let run_id = ask(&store, alone).await.id;
            in_the_way.push(BusyTeam { team_name: team.team_name.clone(), run_id });
        }
        for fault in [
            request_run(&store, &actor(), request, None, Utc::now()).await.unwrap_err(),
            retry_run(&store, &actor(), whole.id, Utc::now()).await.unwrap_err(),
        ] {
            assert!(matches!(&fault, ServiceError::TeamsBusy(busy) if *busy == in_the_way), "{fault}");
        }
        assert_eq!(runs::list_queued(&store, 10).await.unwrap().len(), 2, "nothing of it is stored");
    }
}

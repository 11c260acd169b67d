//! Databases for tests that several stores, and several processes, open at once; and waiting without sleeping blindly.

use std::future::Future;
use std::time::Duration;

use chrono::{Days, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use uuid::Uuid;

use crate::domain::ids::{RunId, SiteId, TeamId};
use crate::domain::organisation::{Site, Team};
use crate::domain::run::{RunKind, RunState};
use crate::store::runs::{self, NewRun, Run};
use crate::store::{Store, sites, teams};

/// Runs the same test body on both databases; it gets the address.
macro_rules! on_both {
    ($($name:ident($url:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($url: String) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::jobs::testing::on_sqlite(body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::jobs::testing::on_postgres(body).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// On a SQLite file that goes with the test.
pub async fn on_sqlite<F: Future<Output = ()>>(body: impl FnOnce(String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("paiban.db").display());
    body(url).await;
}

/// On a PostgreSQL schema that is dropped after the test, unless it fails.
pub async fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(String) -> F) {
    let server = std::env::var("PAIBAN_TEST_POSTGRES_URL")
        .expect("PAIBAN_TEST_POSTGRES_URL names a PostgreSQL cluster; `make test` starts one and sets it");
    let schema = format!("t_{}", Uuid::new_v4().simple());
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    body(format!("{server}{mark}options=-csearch_path%3D{schema}%2Cpublic")).await;
    admin.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
}

/// A migrated store, with connections of its own as in a process of its own.
pub async fn open(url: &str) -> Store {
    let store = Store::connect(url, 5).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// A team at a site in Shanghai.
pub async fn team(store: &Store) -> TeamId {
    let site = Site { id: SiteId::generate(), name: "上海".into(), zone: Tz::Asia__Shanghai, opening_hours: vec![] };
    let team =
        Team { id: TeamId::generate(), site_id: site.id, parent_id: None, name: "一组".into(), leader_id: None, rules: None };
    sites::insert(store, &site, Utc::now()).await.unwrap();
    teams::insert(store, &team, Utc::now()).await.unwrap();
    team.id
}

/// So many queued runs, each for a week of its own.
pub async fn enqueue(store: &Store, count: u64) -> Vec<RunId> {
    let team_id = team(store).await;
    let monday: NaiveDate = "2026-11-23".parse().unwrap();
    let tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for week in 0..count {
        let run = NewRun {
            id: RunId::generate(),
            kind: RunKind::Roster,
            team_id,
            week_start: monday + Days::new(7 * week),
            params: json!({}),
            parent_run_id: None,
            created_by: "主管".into(),
        };
        ids.push(runs::enqueue(&tx, &run, Utc::now()).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    ids
}

/// The run once it is in that state.
///
/// # Panics
/// When it is not within `seconds`.
pub async fn wait_for(store: &Store, id: RunId, state: RunState, seconds: u64) -> Run {
    let reached = async {
        loop {
            let run = runs::get(store, id).await.unwrap().unwrap();
            if run.state == state {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(seconds), reached).await {
        Ok(run) => run,
        Err(_) => panic!("not {state:?} within {seconds} s: {:?}", runs::get(store, id).await),
    }
}

//! Runs to work on, and waiting without sleeping blindly.

use std::time::Duration;

use chrono::{Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::json;

use crate::domain::ids::{RunId, SiteId, TeamId};
use crate::domain::organisation::{Site, Team};
use crate::domain::run::{RunKind, RunState};
use crate::store::runs::{self, NewRun, Run};
use crate::store::{Store, sites, teams};

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
            weeks: 1,
            params: json!({}),
            parent_run_id: None,
            part_of_run_id: None,
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

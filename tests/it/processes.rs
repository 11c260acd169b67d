//! Real processes on one database: killed in mid-run, sharing the queue, stopped in order.

use std::time::{Duration, Instant};

use actix_web::rt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::process::{paiban, serve, serve_unheard, work};
use crate::harness::shop::Shop;
use crate::harness::{Backend, TestApp, TestDatabase};

/// A week that keeps the solver busy until its time limit.
async fn start_long_run(app: &TestApp, seconds: u32) -> Value {
    let mut request = Shop::open_busy(app).await.request();
    request["time_limit_secs"] = json!(seconds);
    app.start_run(request).await
}

/// Waits until the chain has come to its roster run and a worker solves it.
async fn solving(app: &TestApp, first: &Value) -> Value {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut id = first["id"].as_str().unwrap().to_owned();
    loop {
        let run = app.get(&format!("/runs/{id}"), 200).await.json();
        if let Some(next) = run["next_run_id"].as_str() {
            id = next.to_owned();
        } else if run["kind"] == "roster" && run["progress"]["phase"] == "solving" {
            return run;
        }
        let is_over = run["finished_at"].is_string() && run["kind"] == "roster";
        assert!(Instant::now() < deadline && !is_over, "no roster run is being solved: {run}");
        rt::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Kills the only worker in mid-run and starts another: nothing is lost, and there is one roster.
async fn survives_a_kill(backend: Backend) {
    let database = TestDatabase::create(backend).await;
    let (server, app) = serve(&database);
    let first = start_long_run(&app, 20).await;
    let run = solving(&app, &first).await;
    drop(server);

    let (_server, app_again) = serve(&database);
    let app = app_again.with_token_of(&app);
    let ended = app.wait_for(&run).await;
    assert_eq!((&ended["state"], &ended["id"], &ended["attempt"]), (&json!("succeeded"), &run["id"], &json!(2)), "{ended}");
    let rosters = app.get("/rosters", 200).await.json();
    assert_eq!(rosters["items"].as_array().unwrap().len(), 1);
    assert_eq!(rosters["items"][0]["id"], ended["result_id"]);
}

#[actix_web::test]
async fn a_run_whose_process_is_killed_is_taken_up_again_on_sqlite() {
    survives_a_kill(Backend::Sqlite).await;
}

#[actix_web::test]
async fn a_run_whose_process_is_killed_is_taken_up_again_on_postgres() {
    survives_a_kill(Backend::Postgres).await;
}

#[actix_web::test]
async fn another_process_takes_over_the_run_of_a_killed_worker() {
    let database = TestDatabase::create(Backend::Postgres).await;
    let (_server, app) = serve(&database);
    let mut workers = vec![work(&database), work(&database)];
    let first = start_long_run(&app, 15).await;
    let run = solving(&app, &first).await;
    // Whoever of the three has it: with both workers gone the server is left, and the run ends in one roster.
    workers.clear();
    let ended = app.wait_for(&run).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(app.get("/rosters", 200).await.json()["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_cancelled_run_stops_its_solver_within_two_seconds() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let (_server, app) = serve(&database);
    let first = start_long_run(&app, 120).await;
    let run = solving(&app, &first).await;
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    app.post(&format!("{path}/cancel"), json!({}), 202).await;
    let asked = Instant::now();
    while app.get(&path, 200).await.json()["state"] != "cancelled" {
        assert!(asked.elapsed() < Duration::from_secs(2), "the run goes on");
        rt::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(app.get("/rosters", 200).await.json()["items"], json!([]));
}

#[actix_web::test]
async fn a_stream_ends_well_when_the_service_is_stopped() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let (server, app) = serve(&database);
    let first = start_long_run(&app, 120).await;
    let run = solving(&app, &first).await;
    let events = app.request(Method::GET, &format!("/runs/{}/events", run["id"].as_str().unwrap())).send().await.unwrap();
    let stopped = rt::task::spawn_blocking(move || server.interrupt());
    // Cut off in the middle it would be an error.
    let told = events.text().await.unwrap();
    assert!(told.contains("event: progress") && !told.contains("event: end"), "{told}");
    assert!(stopped.await.unwrap().success());
}

#[actix_web::test]
async fn a_service_that_nobody_listens_to_any_more_goes_on() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let (process, address) = serve_unheard(&database);
    let deadline = Instant::now() + Duration::from_secs(30);
    let is_ready = || async {
        let answer = reqwest::get(format!("{address}/health/ready")).await;
        answer.is_ok_and(|answer| answer.status().is_success())
    };
    while !is_ready().await {
        assert!(Instant::now() < deadline, "the service does not get ready");
        rt::time::sleep(Duration::from_millis(50)).await;
    }
    // It has written all it had to say by now, and the log of that request.
    assert!(is_ready().await);
    assert!(process.interrupt().success());
}

#[actix_web::test]
async fn a_command_that_nobody_listens_to_any_more_ends_well() {
    let database = TestDatabase::create(Backend::Sqlite).await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = paiban(&["openapi"], &database).stdout(writer).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

//! Flat rows over HTTP.

use std::collections::BTreeSet;

use chrono::{Duration, Utc};
use paiban::domain::calendar::midnight;
use paiban::domain::demand::VolumeRecord;
use paiban::feeds::rows::{CoverageRow, FlatRow, ForecastRow, HoursRow, LedgerRow, RosterRow, VolumeRow};
use paiban::store::volumes;
use serde_json::{Value, json};

use super::desk::{Desk, ZONE};
use crate::harness::{TestApp, on_both};

async fn rows(app: &TestApp, path: &str) -> Vec<Value> {
    app.get(path, 200).await.json().as_array().unwrap().clone()
}

on_both! {
    every_feed_has_its_columns_without_a_row(app) {
        let feeds = [
            ("roster", RosterRow::COLUMNS), ("coverage", CoverageRow::COLUMNS), ("hours", HoursRow::COLUMNS),
            ("forecast", ForecastRow::COLUMNS), ("volumes", VolumeRow::COLUMNS), ("ledger", LedgerRow::COLUMNS),
        ];
        let document = serde_json::to_value(paiban::app::openapi_document()).unwrap();
        for (feed, columns) in feeds {
            let json = app.get(&format!("/feeds/{feed}"), 200).await;
            assert_eq!((json.text.as_str(), json.header("content-type")), ("[]", "application/json"));
            let csv = app.get(&format!("/feeds/{feed}?format=csv&bom=true"), 200).await;
            assert_eq!(csv.text.trim_start_matches('\u{FEFF}'), format!("{}\n", columns.join(",")));
            assert!(csv.header("content-type").starts_with("text/csv; charset=utf-8"));
            let content = &document["paths"][format!("/api/v1/feeds/{feed}")]["get"]["responses"]["200"]["content"];
            let reference = content["application/json"]["schema"]["items"]["$ref"].as_str().unwrap();
            let described = document.pointer(&reference[1..]).unwrap()["properties"].as_object().unwrap();
            let sorted: BTreeSet<&str> = columns.iter().copied().collect();
            assert!(described.keys().eq(sorted), "{feed}: {described:?}");
        }
    }

    shifts_are_rows_once_they_are_published(app) {
        let desk = Desk::open(&app).await;
        let (monday, sunday) = (desk.placed(&desk.fang, 0), desk.placed(&desk.idle, 6));
        let replaced = desk.draft(&desk.team, &[desk.placed(&desk.fang, 3)], None).await;
        let roster = desk.draft(&desk.team, &[monday.clone(), sunday], None).await;
        assert_eq!(rows(&app, "/feeds/roster").await, Vec::<Value>::new());
        desk.publish(replaced).await;
        desk.publish(roster).await;
        let all = rows(&app, "/feeds/roster").await;
        assert_eq!(all.len(), 2);
        let first = &all[0];
        assert_eq!(first["assignment_id"], json!(monday.assignment.id));
        assert_eq!((&first["agent"], &first["paid_minutes"], &first["status"]), (&json!("王芳"), &json!(480), &json!("published")));
        assert_eq!(first["starts_at"], format!("{}T17:00:00+08:00", desk.date(0)));
        assert_eq!((&first["breaks"], &first["team"], &first["site"]), (&json!("21:00-22:00"), &json!("客服一组"), &json!("杭州")));

        let count = async |filter: String| rows(&app, &format!("/feeds/roster?{filter}")).await.len();
        assert_eq!(count(format!("from={}&to={}", desk.date(0), desk.date(1))).await, 1);
        // 17:00 begins the shift: what starts at the end of a span is not in it.
        assert_eq!(count(format!("from={0}&to={0}T17:00:00", desk.date(0))).await, 0);
        assert_eq!(count(format!("from={0}T09:00:00Z&to={0}T09:01:00Z", desk.date(0))).await, 1);
        assert_eq!(count(format!("team_id={}&queue_id={}", desk.team.id, desk.queue.id)).await, 2);
        assert_eq!(count(format!("queue_id={}", uuid::Uuid::now_v7())).await, 0);
        assert_eq!(count(format!("team_id={}", uuid::Uuid::now_v7())).await, 0);

        let csv = app.get("/feeds/roster?format=csv", 200).await.text;
        assert!(csv.contains(",A002,'=SUM(A1),") && !csv.contains(",=SUM"), "{csv}");
    }

    coverage_and_hours_are_those_of_what_is_published(app) {
        let desk = Desk::open(&app).await;
        let requirement = desk.demand(10.0, Utc::now()).await;
        let roster = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0), desk.placed(&desk.fang, 5)], Some(requirement)).await;
        desk.publish(roster).await;
        let of_monday = format!("/feeds/coverage?from={}&to={}", desk.date(0), desk.date(1));
        let coverage = rows(&app, &of_monday).await;
        assert_eq!(coverage.len(), 48);
        let figures = |row: &Value| ["required", "covered", "gap", "surplus"].map(|name| row[name].as_f64().unwrap());
        // Before, in, and in the break of the shift.
        assert_eq!(figures(&coverage[33]), [2.0, 0.0, 2.0, 0.0]);
        assert_eq!(figures(&coverage[34]), [2.0, 1.5, 0.5, 0.0]);
        assert_eq!(figures(&coverage[42]), [2.0, 0.0, 2.0, 0.0]);
        // The week and the two hours after it.
        assert_eq!(rows(&app, "/feeds/coverage").await.len(), (7 * 24 + 2) * 2);

        let hours = rows(&app, "/feeds/hours").await;
        let figures = |row: &Value| ["shifts", "weekend_shifts", "paid_minutes"].map(|name| row[name].as_u64().unwrap());
        assert_eq!((&hours[0]["agent"], figures(&hours[0])), (&json!("王芳"), [2, 1, 960]));
        assert_eq!((&hours[1]["agent"], figures(&hours[1])), (&json!("=SUM(A1)"), [0, 0, 0]));
        let on_queue = rows(&app, &format!("/feeds/hours?queue_id={}", desk.queue.id)).await;
        assert_eq!(on_queue.len(), 1);
        // A week is in the span in which it begins.
        assert_eq!(rows(&app, &format!("/feeds/hours?from={}&to={}", desk.date(1), desk.date(9))).await.len(), 0);
    }

    the_latest_forecast_counts_and_history_is_shown_as_recorded(app) {
        let desk = Desk::open(&app).await;
        let now = Utc::now();
        desk.demand(10.0, now - Duration::hours(1)).await;
        desk.demand(12.5, now).await;
        let forecast = rows(&app, &format!("/feeds/forecast?from={}&to={}", desk.date(0), desk.date(7))).await;
        assert_eq!(forecast.len(), 7 * 48);
        assert!(forecast.iter().all(|row| row["expected"] == 12.5 && row["p90"] == 25.0));
        assert_eq!(forecast[0]["starts_at"], format!("{}T00:00:00+08:00", desk.date(0)));

        let today = midnight(ZONE, desk.week.monday()) - Duration::days(7);
        let record = |hours, inquiries| VolumeRecord {
            queue_id: desk.queue.id, starts_at: today - Duration::hours(hours), minutes: 30, inquiries, aht_secs: None,
        };
        let tx = desk.store.begin().await.unwrap();
        volumes::upsert(&tx, &[record(24 * 60, 7.0), record(1, 8.5)]).await.unwrap();
        tx.commit().await.unwrap();
        let recent = rows(&app, "/feeds/volumes").await;
        assert_eq!(recent.len(), 1);
        assert_eq!((&recent[0]["inquiries"], &recent[0]["queue"]), (&json!(8.5), &json!("天猫售前")));
        assert_eq!(rows(&app, &format!("/feeds/volumes?from={}", (today - Duration::days(90)).date_naive())).await.len(), 2);
    }

    a_span_that_cannot_be_is_refused_with_every_fault(app) {
        let faults = app.get("/feeds/roster?from=soon&to=later", 422).await.json();
        let pointers: Vec<_> = faults["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!(faults["type"], "/problems/validation-failed");
        assert_eq!(pointers, ["#/from", "#/to"]);
        let faults = app.get("/feeds/volumes?from=2024-01-01&to=2026-01-01", 422).await.json();
        assert!(faults["errors"][0]["detail"].as_str().unwrap().contains("at most 400 days"), "{faults}");
        app.get("/feeds/hours?from=2026-01-02&to=2026-01-01", 422).await;
        app.get("/feeds/hours?form=csv", 400).await;
    }

    rows_are_those_of_the_keys_teams_and_of_its_role(app) {
        let desk = Desk::open(&app).await;
        let (neighbours, _, min) = desk.neighbours().await;
        let roster = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0)], None).await;
        let other = desk.draft(&neighbours, &[desk.placed(&min, 0)], None).await;
        desk.publish(roster).await;
        desk.publish(other).await;
        assert_eq!(rows(&app, "/feeds/roster").await.len(), 2);
        let leader = app.as_role("leader", Some(&json!(neighbours.id))).await;
        let seen = rows(&leader, "/feeds/roster").await;
        assert_eq!((seen.len(), &seen[0]["agent"]), (1, &json!("赵敏")));
        assert_eq!(rows(&leader, &format!("/feeds/roster?team_id={}", desk.team.id)).await.len(), 0);
        assert_eq!(rows(&leader, "/feeds/hours").await.len(), 1);

        let dashboard = app.as_role("dashboard", Some(&json!(desk.team.id))).await;
        assert_eq!(rows(&dashboard, "/feeds/hours").await.len(), 2);
        let body = json!({ "name": "min", "role": "agent", "team_id": neighbours.id, "agent_id": min.id });
        let key = app.post("/api-keys", body, 201).await.json();
        let agent = app.with_token(key["token"].as_str().unwrap());
        assert_eq!(rows(&agent, "/feeds/roster").await.len(), 1);
        for feed in ["coverage", "hours", "forecast", "volumes"] {
            agent.get(&format!("/feeds/{feed}"), 403).await;
        }
    }
}

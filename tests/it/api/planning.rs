//! From history to a draft: runs, and what they make.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::shop::{Shop, WEEK};

on_both! {
    one_request_plans_the_week_from_history_to_draft(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let run = shop.plan(&app).await;
        assert_eq!((&run["kind"], &run["state"]), (&json!("roster"), &json!("succeeded")), "{run}");

        let forecasts = app.get(&format!("/forecasts?week_start={WEEK}"), 200).await.json();
        let forecast = app.get(&format!("/forecasts/{}", forecasts["items"][0]["id"].as_str().unwrap()), 200).await.json();
        let noon = point(&forecast, "2026-11-30T04:00:00Z");
        assert!((noon["expected"].as_f64().unwrap() - 8.0).abs() < 1.5, "{noon}");
        assert!(forecast["queues"][0]["backtest"]["wape"].as_f64().unwrap() < 0.1);

        let requirements = app.get(&format!("/requirements?week_start={WEEK}"), 200).await.json();
        let requirement = app.get(&format!("/requirements/{}", requirements["items"][0]["id"].as_str().unwrap()), 200).await.json();
        assert_eq!(point(&requirement, "2026-11-29T16:00:00Z")["required"], 0, "nobody is needed at midnight");
        assert!(point(&requirement, "2026-11-30T11:00:00Z")["required"].as_u64().unwrap() >= 2);
    }

    too_little_history_says_what_is_there(app) {
        let shop = Shop::open(&app).await;
        let run = shop.plan(&app).await;
        assert_eq!(run["state"], "failed");
        assert_eq!(run["problem"]["type"], "/problems/insufficient-history");
        let detail = run["problem"]["detail"].as_str().unwrap();
        assert!(detail.contains("旗舰店售前") && detail.contains("3 weeks"), "{detail}");
        assert_eq!(app.post(&format!("/runs/{}/retry", run["id"].as_str().unwrap()), json!({}), 202).await.json()["state"], "queued");
    }

    the_same_key_starts_one_run(app) {
        let shop = Shop::open(&app).await;
        let start = |body: Value| app.request(Method::POST, "/runs").header("Idempotency-Key", "k1").json(&body);
        let first = app.send(start(shop.request()), 202).await;
        let again = app.send(start(shop.request()), 202).await;
        assert_eq!(first.json()["id"], again.json()["id"]);
        assert_eq!(first.header("location"), format!("/api/v1/runs/{}", first.json()["id"].as_str().unwrap()));
        let other = json!({ "kind": "roster", "team_id": shop.team["id"], "week_start": WEEK });
        assert_eq!(app.send(start(other), 422).await.json()["type"], "/problems/idempotency-key-reused");
        app.post("/runs", shop.request(), 400).await;
        app.wait_for(&first.json()).await;
    }

    a_run_that_cannot_be_is_refused_with_all_its_faults(app) {
        let shop = Shop::open(&app).await;
        let start = |body: Value| app.request(Method::POST, "/runs").header("Idempotency-Key", uuid::Uuid::new_v4().to_string()).json(&body);
        let body = json!({ "kind": "roster", "team_id": shop.team["id"], "week_start": "2026-12-01", "gap": 1.5,
            "forecast_id": "01936d7e-0000-7000-8000-000000000000" });
        let problem = app.send(start(body), 422).await.json();
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].clone()).collect();
        assert_eq!(pointers, ["#/week_start", "#/forecast_id", "#/gap"]);
        let elsewhere = json!({ "kind": "forecast", "team_id": "01936d7e-0000-7000-8000-000000000000", "week_start": WEEK });
        app.send(start(elsewhere), 404).await;
        let step = json!({ "kind": "forecast", "team_id": shop.team["id"], "week_start": WEEK, "interval_minutes": 20 });
        assert_eq!(app.send(start(step), 422).await.json()["errors"][0]["pointer"], "#/interval_minutes");
    }

    a_run_streams_its_progress_and_its_end(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let run = app.start_run(shop.request()).await;
        let events = app.get(&format!("/runs/{}/events", run["id"].as_str().unwrap()), 200).await;
        assert!(events.header("content-type").starts_with("text/event-stream"));
        assert!(events.text.contains("event: end\n"), "{}", events.text);
        assert!(events.text.contains("\"state\":\"succeeded\""), "{}", events.text);
        app.wait_for(&run).await;
    }
}

/// The point of the first queue that starts then.
fn point<'a>(plan: &'a Value, starts_at: &str) -> &'a Value {
    let points = plan["queues"][0]["points"].as_array().unwrap();
    points.iter().find(|point| point["starts_at"] == starts_at).unwrap()
}

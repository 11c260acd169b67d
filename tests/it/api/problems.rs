//! Refusals: all of one shape, whoever refuses.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, on_both};

#[track_caller]
fn assert_problem(answer: &Answer, slug: &str) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["type"], format!("/problems/{slug}"));
    assert_eq!(problem["status"], answer.status);
    assert!(problem["instance"].as_str().unwrap().starts_with('/'));
    assert!(!problem["request_id"].as_str().unwrap().is_empty());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
}

on_both! {
    whatever_goes_wrong_is_told_as_a_problem(app) {
        assert_problem(&app.get("/nowhere", 404).await, "not-found");
        assert_problem(&app.get("//nowhere", 404).await, "not-found");
        let wrong_method = app.send(app.request(Method::PUT, "/sites"), 405).await;
        assert_problem(&wrong_method, "method-not-allowed");
        assert_eq!(wrong_method.header("allow"), "GET, POST");
        assert_problem(&app.get("/sites/not-a-uuid", 400).await, "malformed-request");
        assert_problem(&app.get("/sites?limit=many", 400).await, "malformed-request");
        assert_problem(&app.get("/sites/01936d7e-0000-7000-8000-000000000000", 404).await, "not-found");
        assert_problem(&app.without_token().get("/sites", 401).await, "unauthenticated");
        let plain = app.request(Method::POST, "/sites").body("{}");
        assert_problem(&app.send(plain, 415).await, "unsupported-media-type");
        let torn = app.request(Method::POST, "/sites").header("Content-Type", "application/json").body("{\"name\":");
        assert_problem(&app.send(torn, 400).await, "malformed-request");
    }

    a_field_that_does_not_fit_is_named(app) {
        let problem = app.post("/sites", json!({ "name": 7 }), 400).await.json();
        assert!(problem["detail"].as_str().unwrap().contains("`name`"), "{problem}");
        let problem = app.post("/sites", json!({ "name": "x", "zome": "UTC" }), 400).await.json();
        assert!(problem["detail"].as_str().unwrap().contains("zome"), "{problem}");
    }

    a_parameter_that_nobody_reads_is_refused_by_its_name(app) {
        // A list with a filter, one without, a list below a resource, and a query that is no list.
        for path in ["/rosters?limit=5&state=published", "/api-keys?state=x", "/leave?cursor=01936d7e-0000-7000-8000-000000000000&state=x",
            "/feeds/hours?state=x", "/rosters/01936d7e-0000-7000-8000-000000000000/history?state=x"] {
            let answer = app.get(path, 400).await;
            assert_problem(&answer, "malformed-request");
            assert!(answer.json()["detail"].as_str().unwrap().contains("`state`"), "{}", answer.text);
        }
        let refused = app.get("/runs?team=a&week=b", 400).await.json();
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("`team`, `week`") && detail.contains("team_id, week_start, kind, state, part_of_run_id, cursor, limit"), "{detail}");
        app.get("/runs?kind=roster&limit=5", 200).await;
    }

    what_does_not_fit_is_named(app) {
        for (path, name) in [("/runs?kind=rooster", "`kind`"), ("/agents?limit=many", "`limit`"), ("/leave?agent_id=7", "`agent_id`")] {
            let answer = app.get(path, 400).await;
            assert_problem(&answer, "malformed-request");
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(name), "{}", answer.text);
        }
        let site = app.post("/sites", json!({ "name": "杭州" }), 201).await.json();
        let path = format!("/sites/{}", site["id"].as_str().unwrap());
        for tag in ["W/\"1\"", "\"1\", \"2\"", ""] {
            let edit = app.request(Method::PATCH, &path).header("If-Match", tag).json(&json!({ "name": "宁波" }));
            let answer = app.send(edit, 400).await;
            assert!(answer.json()["detail"].as_str().unwrap().contains("one ETag"), "{}", answer.text);
        }
    }

    a_body_over_its_limit_is_refused(app) {
        let name = "长".repeat(400_000);
        assert_problem(&app.post("/sites", json!({ "name": name }), 413).await, "body-too-large");
    }

    health_and_metrics_are_open_and_count(app) {
        let anybody = app.without_token();
        assert_eq!(anybody.get("//health/live", 200).await.json()["status"], "alive");
        assert_eq!(anybody.get("//health/ready", 200).await.json()["status"], "ready");
        app.get("/sites", 200).await;
        let metrics = anybody.get("//metrics", 200).await.text;
        assert!(metrics.contains("http_requests_total{method=\"GET\",route=\"/api/v1/sites\",status=\"200\"}"), "{metrics}");
    }

    the_docs_are_served_with_the_document(app) {
        let page = app.without_token().get("//docs/", 200).await;
        assert!(page.text.contains("swagger"), "{}", page.text);
        let document = app.without_token().get("//openapi.json", 200).await.json();
        assert_eq!(document["openapi"], "3.1.0");
    }
}

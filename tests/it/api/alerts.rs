//! Alerts: what went wrong, until it is verified gone.

use chrono::{DateTime, TimeDelta, Utc};
use paiban::domain::measure::Measure;
use paiban::services::alerts;
use paiban::store::Store;
use serde_json::{Value, json};

use super::compliance::record;
use super::seed::{Seed, pointers, slug};
use crate::harness::{TestApp, on_both};

/// Sunday 14:00 in Shanghai, and so many quarters of an hour later.
fn check_time(turn: i32) -> DateTime<Utc> {
    "2026-11-22T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(15) * turn
}

async fn check(app: &TestApp, turn: i32) {
    let store = Store::connect(&app.database_url, 2).await.unwrap();
    alerts::check(&store, check_time(turn)).await.unwrap();
    store.close().await.unwrap();
}

/// Half of two hundred people were answered in time.
async fn slow_day(app: &TestApp) -> (Seed, Value) {
    let seed = Seed::plant(app).await;
    let counts = [(Measure::Within3min, 100), (Measure::Within3minOf, 200)];
    record(app, &seed, &seed.shop, "2026-11-22", &counts).await;
    check(app, 0).await;
    let alerts = app.get("/alerts?state=open", 200).await.json();
    assert_eq!(alerts["items"].as_array().unwrap().len(), 1, "{alerts}");
    (seed, alerts["items"][0].clone())
}

on_both! {
    an_alert_goes_from_open_to_verified_and_opens_again_while_it_is_not_gone(app) {
        let (_, alert) = slow_day(&app).await;
        assert_eq!((&alert["rule"], &alert["value"], &alert["occurrences"]), (&json!("slow_3min_reply"), &json!(0.5), &json!(1)));
        let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
        let step = |word: &str| format!("{path}/{word}");
        assert_eq!(slug(&app.post(&step("verify"), json!({}), 409).await), "alert-not-now");
        let taken = app.post(&step("acknowledge"), json!({ "note": "我来" }), 200).await.json();
        assert_eq!((&taken["state"], &taken["acknowledged"]["note"]), (&json!("acknowledged"), &json!("我来")));
        assert_eq!(slug(&app.post(&step("acknowledge"), json!({}), 409).await), "alert-not-now");
        assert_eq!(pointers(&app.post(&step("resolve"), json!({ "note": "长".repeat(1001) }), 422).await), ["#/note"]);
        app.post(&step("resolve"), json!({ "note": "晚班加一人" }), 200).await;
        check(&app, 1).await;
        let again = app.get(&path, 200).await.json();
        let facts = (&again["state"], &again["reopened"], &again["occurrences"], &again["resolved"]);
        assert_eq!(facts, (&json!("open"), &json!(1), &json!(2), &Value::Null));
        app.post(&step("resolve"), json!({}), 200).await;
        let verified = app.post(&step("verify"), json!({}), 200).await.json();
        assert_eq!((&verified["state"], &verified["verified"]["by"]), (&json!("verified"), &json!("first admin")));
        let log = app.get(&format!("/audit-entries?subject_id={}", alert["id"].as_str().unwrap()), 200).await.json();
        let actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["acknowledge", "resolve", "resolve", "verify"]);
    }

    an_alert_is_seen_by_whoever_reaches_its_team_and_tended_by_its_leader(app) {
        let (seed, alert) = slow_day(&app).await;
        let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
        let acknowledge = format!("{path}/acknowledge");
        let far = app.as_role("leader", Some(&seed.far)).await;
        assert_eq!(far.get("/alerts", 200).await.json()["items"], json!([]));
        far.get(&path, 404).await;
        far.post(&acknowledge, json!({}), 404).await;
        let dashboard = app.as_role("dashboard", None).await;
        dashboard.get(&path, 200).await;
        dashboard.post(&acknowledge, json!({}), 403).await;
        app.as_role("leader", Some(&seed.near)).await.post(&acknowledge, json!({}), 200).await;
        let agent = json!({ "name": "王芳", "role": "agent", "team_id": seed.near, "agent_id": seed.near_agent });
        let key = app.post("/api-keys", agent, 201).await.json();
        app.with_token(key["token"].as_str().unwrap()).get(&path, 403).await;
    }

    the_edges_of_a_rule_are_changed_with_all_faults_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let mut change = json!({ "severity": "notice", "min_counted": -1, "open_at": 0.9, "clear_at": 0.8, "clear_checks": 0,
            "quiet": { "start_minute": 1440, "end_minute": 480 }, "is_enabled": true });
        let refused = app.put("/alert-rules/slow_3min_reply", change.clone(), 422).await;
        assert_eq!(pointers(&refused), ["#/clear_at", "#/clear_checks", "#/min_counted", "#/quiet"]);
        change = json!({ "severity": "notice", "min_counted": 100, "open_at": 0.4, "clear_at": 0.4, "clear_checks": 1, "quiet": null,
            "is_enabled": true });
        app.put("/alert-rules/made_up", change.clone(), 404).await;
        app.put("/alert-rules/slow_3min_reply", change.clone(), 200).await;
        let rules = app.get("/alert-rules", 200).await.json();
        let rule = rules.as_array().unwrap().iter().find(|rule| rule["code"] == "slow_3min_reply").unwrap();
        assert_eq!((&rule["open_at"], &rule["figure"]), (&json!(0.4), &json!("within_3min_rate")));
        record(&app, &seed, &seed.shop, "2026-11-22", &[(Measure::Within3min, 100), (Measure::Within3minOf, 200)]).await;
        check(&app, 0).await;
        assert_eq!(app.get("/alerts", 200).await.json()["items"], json!([]));
        let supervisor = app.as_role("supervisor", Some(&seed.near)).await;
        supervisor.put("/alert-rules/slow_3min_reply", change, 403).await;
    }

    a_team_has_edges_and_an_owner_of_its_own_and_the_nearest_team_up_the_tree_wins(app) {
        let seed = Seed::plant(&app).await;
        record(&app, &seed, &seed.shop, "2026-11-22", &[(Measure::Within3min, 150), (Measure::Within3minOf, 200)]).await;
        let path = |team: &Value| format!("/teams/{}/alert-rules/slow_3min_reply", team.as_str().unwrap());
        let change = |open_at: f64, is_enabled: bool, owner: &Value| {
            json!({ "severity": "notice", "min_counted": 100, "open_at": open_at, "clear_at": open_at, "clear_checks": 1, "quiet": null,
                "is_enabled": is_enabled, "owner_id": owner })
        };
        let held = async |team: &Value| {
            let rules = app.get(&format!("/teams/{}/alert-rules", team.as_str().unwrap()), 200).await.json();
            rules.as_array().unwrap().iter().find(|rule| rule["code"] == "slow_3min_reply").unwrap().clone()
        };
        let opened = async || app.get("/alerts", 200).await.json()["items"].as_array().unwrap().clone();
        app.put(&path(&seed.near), change(0.7, true, &Value::Null), 200).await;
        check(&app, 0).await;
        assert_eq!(opened().await, [] as [Value; 0], "75 % is enough for this team");
        let below = held(&seed.below).await;
        assert_eq!((&below["open_at"], &below["set_by_team_id"]), (&json!(0.7), &seed.near));
        assert_eq!(held(&seed.far).await["set_by_team_id"], Value::Null);
        // Watched by this team alone.
        app.put("/alert-rules/slow_3min_reply", change(0.9, false, &Value::Null), 200).await;
        app.put(&path(&seed.near), change(0.8, true, &seed.near_agent), 200).await;
        check(&app, 1).await;
        let found = opened().await;
        assert_eq!(found.iter().map(|alert| &alert["owner_id"]).collect::<Vec<_>>(), [&seed.near_agent]);
        assert_eq!((&found[0]["open_at"], &found[0]["severity"]), (&json!(0.8), &json!("notice")));
        let given_up = app.delete(&path(&seed.near), 200).await.json();
        assert_eq!((&given_up["open_at"], &given_up["set_by_team_id"], &given_up["is_enabled"]), (&json!(0.9), &Value::Null, &json!(false)));
        check(&app, 2).await;
        assert_eq!(opened().await[0]["occurrences"], 1, "nobody watches it any more");
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(pointers(&near.put(&path(&seed.near), change(0.8, true, &seed.far_agent), 422).await), ["#/owner_id"]);
        near.put(&path(&seed.far), change(0.8, true, &Value::Null), 404).await;
        app.put(&path(&seed.near).replace("slow_3min_reply", "made_up"), change(0.8, true, &Value::Null), 404).await;
        app.as_role("leader", Some(&seed.near)).await.put(&path(&seed.near), change(0.8, true, &Value::Null), 403).await;
    }
}

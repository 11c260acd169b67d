//! A roster built anew that stays close to another.

use serde_json::{Value, json};

use super::draft::{Draft, day};
use crate::api::seed::{one, pointers};
use crate::harness::{TestApp, on_both};

async fn rebuilt(app: &TestApp, draft: &Draft, extra: Value) -> Value {
    let mut body = json!({ "kind": "roster", "team_id": draft.seed.near, "week_start": day(0), "time_limit_secs": 5 });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let run = app.start_run(body).await;
    let run = app.wait_for(&run).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    app.get(&one("/rosters", &run["result_id"]), 200).await.json()
}

/// A day at work is worth 240 at most: eight hours of cover at 20, and eight owed at 10.
async fn price_changes(app: &TestApp, draft: &Draft, change: f64) {
    let rules = json!({ "rules": { "weights": { "change": change } } });
    app.patch(&one("/teams", &draft.seed.near), rules, 200).await;
}

fn identities(roster: &Value) -> Vec<&Value> {
    let mut all: Vec<&Value> = roster["assignments"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    all.sort_by_key(|id| id.to_string());
    all
}

on_both! {
    what_leave_forces_changes_and_nothing_else(app) {
        let draft = Draft::store(&app).await;
        price_changes(&app, &draft, 500.0).await;
        let near = json!({ "least_change_from": draft.id });
        let same = rebuilt(&app, &draft, near.clone()).await;
        assert_eq!((&same["least_change_from"], &same["changed_agent_days"]), (&draft.id, &json!(0)));
        assert_eq!(identities(&same), identities(&draft.read(&app).await), "calendars show the same events");

        let leave = json!({ "agent_id": draft.first, "starts_at": "2026-12-01T00:00:00+08:00",
            "ends_at": "2026-12-02T00:00:00+08:00", "kind": "sick" });
        app.post("/leave", leave, 201).await;
        let without = rebuilt(&app, &draft, near).await;
        assert_eq!((&without["changed_agent_days"], without["assignments"].as_array().unwrap().len()), (&json!(1), 2));
        let path = one("/rosters", &without["id"]);
        let judged = app.get(&format!("{path}/violations"), 200).await.json();
        let told = judged["violations"].as_array().unwrap().iter().find(|one| one["rule"] == "least-change").unwrap();
        assert_eq!((&told["agent_id"], &told["date"], &told["severity"]), (&draft.first, &json!("2026-12-01"), &json!("soft")));
        assert_eq!(told["detail"], "王芳 on 2026-12-01: has a day off where the roster to stay close to gives 早班");
        let costs = app.get(&format!("{path}/costs"), 200).await.json();
        let item = costs["items"].as_array().unwrap().iter().find(|one| one["rule"] == "least-change").unwrap();
        assert_eq!((&item["cost"], &item["agent_id"], &item["date"]), (&json!(500.0), &draft.first, &json!("2026-12-01")));
        assert_eq!(judged["by_rule"], costs["by_rule"]);
    }

    a_change_is_made_where_it_pays_and_its_price_is_told(app) {
        let draft = Draft::store(&app).await;
        price_changes(&app, &draft, 100.0).await;
        let near = rebuilt(&app, &draft, json!({ "least_change_from": draft.id })).await;
        // Nobody is there from Wednesday to Sunday: five days of cover pay for a change each, the days owed beside them do not.
        assert_eq!(near["changed_agent_days"], 5, "{near}");
        let by_rule = near["score"]["by_rule"].as_array().unwrap();
        assert!(by_rule.contains(&json!({ "rule": "least-change", "cost": 500.0 })), "{by_rule:?}");
        let worked = |number: i64| near["assignments"].as_array().unwrap().iter().find(|one| one["date"] == day(number).to_string());
        let agent = worked(2).expect("somebody works on Wednesday")["agent_id"].as_str().unwrap();
        let path = format!("{}/alternatives?agent_id={agent}&date={}", one("/rosters", &near["id"]), day(2));
        let told = app.get(&path, 200).await.json();
        let off = told["alternatives"].as_array().unwrap().iter().find(|one| one["instead"].is_null()).unwrap();
        assert!(!off["text"].as_str().unwrap().is_empty() && off["added_cost"].as_f64().unwrap() >= 0.0, "{off}");

        let free = rebuilt(&app, &draft, json!({})).await;
        assert_eq!((&free["least_change_from"], &free["changed_agent_days"]), (&Value::Null, &Value::Null));
    }

    a_roster_of_another_week_or_team_is_refused(app) {
        let draft = Draft::store(&app).await;
        let later = draft.insert_for(&app, day(7), &[(&draft.first, 7)]).await;
        let request = |team: &Value, given: &Value| {
            let body = json!({ "kind": "roster", "team_id": team, "week_start": day(0), "least_change_from": given,
                "keep_pins_of": given });
            app.request(reqwest::Method::POST, "/runs").header("Idempotency-Key", given.to_string()).json(&body)
        };
        for (team, given) in [(&draft.seed.near, &later), (&draft.seed.far, &draft.id)] {
            let refused = app.send(request(team, given), 422).await;
            assert_eq!(pointers(&refused), ["#/keep_pins_of", "#/least_change_from"]);
        }
    }
}

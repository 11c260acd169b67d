//! What became of wishes, and what the next ones weigh for it.

use serde_json::{Value, json};

use super::draft::{Draft, day};
use crate::api::seed::{one, pointers};
use crate::harness::{TestApp, on_both};

/// Two wishes for days off of the first, who works on both, and two of the second, who does not.
async fn wish_and_publish(app: &TestApp, draft: &Draft) {
    for (agent, number) in [(&draft.first, 0), (&draft.first, 1), (&draft.second, 2), (&draft.second, 3)] {
        app.post("/wishes", json!({ "agent_id": agent, "date": day(number), "kind": "day_off" }), 201).await;
    }
    draft.publish(app).await;
}

async fn memory(app: &TestApp, draft: &Draft) -> Value {
    let path = format!("{}/wish-memory?week_start={}", one("/teams", &draft.seed.near), day(7));
    app.get(&path, 200).await.json()
}

fn line(memory: &Value, agent: &Value) -> Value {
    let found = memory["agents"].as_array().unwrap().iter().find(|one| one["agent_id"] == *agent).unwrap();
    json!([found["granted"], found["refused"], found["expected_refusals"], found["factor"]])
}

on_both! {
    wishes_of_published_rosters_are_counted_and_weigh_in_the_next_week(app) {
        let draft = Draft::store(&app).await;
        let before = memory(&app, &draft).await;
        assert_eq!((&before["weeks"], line(&before, &draft.first)), (&json!(52), json!([0, 0, 0.0, 1.0])));
        wish_and_publish(&app, &draft).await;
        let after = memory(&app, &draft).await;
        // Two of four were refused; (2 + 2) / (1 + 2) and (0 + 2) / (1 + 2).
        assert_eq!(after["refused_share"], 0.5);
        assert_eq!(line(&after, &draft.first), json!([0, 2, 1.0, 1.33]));
        assert_eq!(line(&after, &draft.second), json!([2, 0, 1.0, 0.67]));

        let next = draft.insert_for(&app, day(7), &[(&draft.first, 7)]).await;
        app.post("/wishes", json!({ "agent_id": draft.first, "date": day(7), "kind": "day_off", "weight": 6 }), 201).await;
        let path = one("/rosters", &next);
        let judged = app.get(&format!("{path}/violations"), 200).await.json();
        let wish = judged["violations"].as_array().unwrap().iter().find(|one| one["rule"] == "wish").unwrap().clone();
        assert_eq!(wish["figure"], 7.98);
        assert!(wish["detail"].as_str().unwrap().contains("counts 1.33 times its weight: 2 of 2 wishes were refused"), "{wish}");
        let costs = app.get(&format!("{path}/costs"), 200).await.json();
        let item = costs["items"].as_array().unwrap().iter().find(|one| one["rule"] == "wish").unwrap();
        assert!((item["cost"].as_f64().unwrap() - 7.98).abs() < 1e-9, "{item}");

        app.patch(&one("/teams", &draft.seed.near), json!({ "rules": { "wish_memory_weeks": 0 } }), 200).await;
        let judged = app.get(&format!("{path}/violations"), 200).await.json();
        assert_eq!(judged["violations"].as_array().unwrap().iter().find(|one| one["rule"] == "wish").unwrap()["figure"], 6.0);
        assert_eq!(line(&memory(&app, &draft).await, &draft.first), json!([0, 0, 0.0, 1.0]));
    }

    an_agent_sees_its_own_past_only(app) {
        let draft = Draft::store(&app).await;
        wish_and_publish(&app, &draft).await;
        let key = json!({ "name": "王芳", "role": "agent", "agent_id": draft.first, "team_id": draft.seed.near });
        let key = app.post("/api-keys", key, 201).await.json();
        let own = memory(&app.with_token(key["token"].as_str().unwrap()), &draft).await;
        assert_eq!((own["agents"].as_array().unwrap().len(), line(&own, &draft.first)), (1, json!([0, 2, 1.0, 1.33])));
        let of = |team: &Value, date: &str| format!("{}/wish-memory?week_start={date}", one("/teams", team));
        assert_eq!(pointers(&app.get(&of(&draft.seed.near, "2026-12-08"), 422).await), ["#/week_start"]);
        let leader = app.as_role("leader", Some(&draft.seed.near)).await;
        leader.get(&of(&draft.seed.far, "2026-12-07"), 404).await;
        app.as_role("dashboard", None).await.get(&of(&draft.seed.near, "2026-12-07"), 403).await;
    }
}

//! Wishes: an agent's own, or those of a team.

use std::slice::from_ref;

use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, agent, id, ids, one, pointers};
use crate::harness::{TestApp, on_both};

async fn as_agent(app: &TestApp, agent_id: &Value, team_id: &Value) -> TestApp {
    let key = json!({ "name": "王芳", "role": "agent", "agent_id": agent_id, "team_id": team_id });
    let key = app.post("/api-keys", key, 201).await.json();
    app.with_token(key["token"].as_str().unwrap())
}

fn day_off(agent_id: &Value, date: &str) -> Value {
    json!({ "agent_id": agent_id, "date": date, "kind": "day_off" })
}

on_both! {
    a_wish_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near_agent, "date": "2026-11-28", "kind": "avoid_shift",
            "shift_template_id": seed.template, "weight": 8 });
        life::is_lived(&app, "/wishes", body, json!({ "weight": 10 })).await;
    }

    a_wish_turns_into_a_day_off_when_its_shift_is_cleared(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near_agent, "date": "2026-11-28", "kind": "want_shift", "shift_template_id": seed.template });
        let path = one("/wishes", &id(app.post("/wishes", body, 201).await));
        assert_eq!(pointers(&app.patch(&path, json!({ "kind": "day_off" }), 422).await), ["#/shift_template_id"]);
        app.patch(&path, json!({ "kind": "day_off", "shift_template_id": null }), 200).await;
    }

    every_fault_of_a_wish_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near, "date": "2026-11-28", "kind": "day_off", "shift_template_id": seed.near, "weight": 11 });
        let refused = app.post("/wishes", body, 422).await;
        assert_eq!(pointers(&refused), ["#/shift_template_id", "#/weight", "#/agent_id", "#/shift_template_id"]);
    }

    a_wish_names_a_shift_of_the_agents_site(app) {
        let seed = Seed::plant(&app).await;
        let elsewhere = id(app.post("/sites", json!({ "name": "成都" }), 201).await);
        let template = json!({ "site_id": elsewhere, "code": "早", "name": "早班", "start": "08:00", "length_minutes": 480 });
        let template = id(app.post("/shift-templates", template, 201).await);
        let body = json!({ "agent_id": seed.near_agent, "date": "2026-11-28", "kind": "want_shift", "shift_template_id": template });
        assert_eq!(pointers(&app.post("/wishes", body, 422).await), ["#/shift_template_id"]);
    }

    an_agent_states_and_sees_own_wishes_only(app) {
        let seed = Seed::plant(&app).await;
        let colleague = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        let theirs = id(app.post("/wishes", day_off(&colleague, "2026-11-28"), 201).await);
        let me = as_agent(&app, &seed.near_agent, &seed.near).await;
        let mine = id(me.post("/wishes", day_off(&seed.near_agent, "2026-11-28"), 201).await);
        assert_eq!(ids(&me, "/wishes").await, from_ref(&mine));
        assert!(ids(&me, &format!("/wishes?agent_id={}", colleague.as_str().unwrap())).await.is_empty());
        me.get(&one("/wishes", &theirs), 404).await;
        me.delete(&one("/wishes", &theirs), 404).await;
        assert_eq!(pointers(&me.post("/wishes", day_off(&colleague, "2026-11-29"), 422).await), ["#/agent_id"]);
        me.get("/leave", 403).await;
        me.delete(&one("/wishes", &mine), 200).await;

        let leader = app.as_role("leader", Some(&seed.near)).await;
        assert_eq!(ids(&leader, "/wishes").await, [theirs]);
    }

    wishes_are_listed_by_date_and_within_reach(app) {
        let seed = Seed::plant(&app).await;
        let first = id(app.post("/wishes", day_off(&seed.near_agent, "2026-11-28"), 201).await);
        let second = id(app.post("/wishes", day_off(&seed.near_agent, "2026-11-30"), 201).await);
        let theirs = id(app.post("/wishes", day_off(&seed.far_agent, "2026-11-30"), 201).await);
        assert_eq!(ids(&app, "/wishes?until=2026-11-29").await, from_ref(&first));
        assert_eq!(ids(&app, "/wishes?from=2026-11-29").await, [second.clone(), theirs.clone()]);
        let leader = app.as_role("leader", Some(&seed.near)).await;
        assert_eq!(ids(&leader, "/wishes").await, [first, second]);
        leader.get(&one("/wishes", &theirs), 404).await;
        assert_eq!(pointers(&leader.post("/wishes", day_off(&seed.far_agent, "2026-11-29"), 422).await), ["#/agent_id"]);
        app.as_role("dashboard", None).await.get("/wishes", 403).await;
    }
}

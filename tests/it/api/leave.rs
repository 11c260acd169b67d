//! Leave: kept by those who answer for the agent.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers};
use crate::harness::on_both;

on_both! {
    a_leave_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near_agent, "starts_at": "2026-11-24T16:00:00Z", "ends_at": "2026-11-26T16:00:00Z",
            "kind": "annual" });
        life::is_lived(&app, "/leave", body, json!({ "kind": "sick" })).await;
    }

    leave_ends_after_it_starts(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near, "starts_at": "2026-11-26T00:00:00+08:00", "ends_at": "2026-11-26T00:00:00+08:00",
            "kind": "sick" });
        assert_eq!(pointers(&app.post("/leave", body, 422).await), ["#/ends_at", "#/agent_id"]);
    }

    leave_is_kept_by_those_who_answer_for_the_agent(app) {
        let seed = Seed::plant(&app).await;
        let body = |agent: &serde_json::Value| json!({ "agent_id": agent, "starts_at": "2026-11-25T00:00:00+08:00",
            "ends_at": "2026-11-27T00:00:00+08:00", "kind": "annual" });
        let theirs = app.post("/leave", body(&seed.far_agent), 201).await.json()["id"].clone();
        let leader = app.as_role("leader", Some(&seed.near)).await;
        leader.get(&one("/leave", &theirs), 404).await;
        leader.delete(&one("/leave", &theirs), 404).await;
        assert_eq!(pointers(&leader.post("/leave", body(&seed.far_agent), 422).await), ["#/agent_id"]);
        let own = leader.post("/leave", body(&seed.near_agent), 201).await.json();
        assert_eq!(own["starts_at"], "2026-11-24T16:00:00Z");
        assert_eq!(ids(&leader, "/leave").await, [own["id"].clone()]);
        app.as_role("dashboard", None).await.get("/leave", 403).await;
    }

    leave_is_listed_by_agent_and_by_time(app) {
        let seed = Seed::plant(&app).await;
        let body = |agent: &serde_json::Value, day: u32| json!({ "agent_id": agent, "kind": "sick",
            "starts_at": format!("2026-11-{day}T00:00:00Z"), "ends_at": format!("2026-11-{}T00:00:00Z", day + 1) });
        let first = app.post("/leave", body(&seed.near_agent, 10), 201).await.json()["id"].clone();
        let second = app.post("/leave", body(&seed.far_agent, 20), 201).await.json()["id"].clone();
        assert_eq!(ids(&app, "/leave?from=2026-11-11T00:00:00Z").await, from_ref(&second));
        assert_eq!(ids(&app, "/leave?until=2026-11-20T00:00:00Z").await, from_ref(&first));
        assert_eq!(ids(&app, &format!("/leave?agent_id={}", seed.far_agent.as_str().unwrap())).await, [second]);
        assert_eq!(ids(&app, &format!("/leave?team_id={}", seed.near.as_str().unwrap())).await, [first]);
    }
}

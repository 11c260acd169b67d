//! Agents: faults all at once, and moves within reach only.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, agent, id, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    an_agent_lives(app) {
        let seed = Seed::plant(&app).await;
        life::is_lived(&app, "/agents", agent(&seed.near, "C1", &seed.near_queue), json!({ "post": "team_leader" })).await;
    }

    every_fault_of_an_agent_is_told_at_once_unknown_references_included(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "team_id": seed.near, "staff_number": "", "name": "王芳", "post": "presale_agent",
            "employed_from": "2026-03-01", "employed_until": "2026-01-01", "contract": { "min_weekly_minutes": 9999 },
            "skills": [{ "queue_id": seed.near_queue, "proficiency": 2 }, { "queue_id": seed.near }],
            "availability": [{ "weekday": "sun", "start": "late", "end": "12:00" }] });
        let refused = app.post("/agents", body, 422).await;
        let expected = ["#/staff_number", "#/contract/min_weekly_minutes", "#/skills/0/proficiency", "#/employed_until",
            "#/availability/0/start", "#/skills/1/queue_id"];
        assert_eq!(pointers(&refused), expected);
    }

    a_staff_number_belongs_to_one(app) {
        let seed = Seed::plant(&app).await;
        let refused = app.post("/agents", agent(&seed.near, "A1", &seed.near_queue), 409).await;
        assert_eq!(slug(&refused), "already-exists");
        assert!(refused.text.contains("staff_number"), "{}", refused.text);
    }

    lists_are_filtered(app) {
        let seed = Seed::plant(&app).await;
        let of = |team: &serde_json::Value| format!("/agents?team_id={}", team.as_str().unwrap());
        assert_eq!(ids(&app, &of(&seed.near)).await, from_ref(&seed.near_agent));
        assert!(ids(&app, &of(&seed.below)).await.is_empty());
        assert_eq!(ids(&app, "/agents?staff_number=B1").await, from_ref(&seed.far_agent));
    }

    null_clears_and_absence_keeps(app) {
        let seed = Seed::plant(&app).await;
        let path = one("/agents", &seed.near_agent);
        app.patch(&path, json!({ "employed_until": "2026-12-31", "skills": [] }), 200).await;
        let kept = app.patch(&path, json!({ "name": "李强" }), 200).await.json();
        assert_eq!((&kept["employed_until"], &kept["skills"]), (&json!("2026-12-31"), &json!([])));
        assert!(app.patch(&path, json!({ "employed_until": null }), 200).await.json()["employed_until"].is_null());
    }

    a_limited_key_neither_sees_nor_moves_agents_beyond_its_reach(app) {
        let seed = Seed::plant(&app).await;
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/agents").await, from_ref(&seed.near_agent));
        near.get(&one("/agents", &seed.far_agent), 404).await;
        let path = one("/agents", &seed.near_agent);
        assert_eq!(pointers(&near.patch(&path, json!({ "team_id": seed.far }), 422).await), ["#/team_id"]);
        let skills = json!({ "skills": [{ "queue_id": seed.far_queue }] });
        assert_eq!(pointers(&near.patch(&path, skills.clone(), 422).await), ["#/skills/0/queue_id"]);
        near.patch(&path, json!({ "team_id": seed.below }), 200).await;

        // What somebody with a wider reach has set does not stand in the way of other changes.
        app.patch(&path, skills, 200).await;
        near.patch(&path, json!({ "name": "李强" }), 200).await;
        app.as_role("leader", Some(&seed.near)).await.patch(&path, json!({ "name": "x" }), 403).await;
    }

    a_leader_stays(app) {
        let seed = Seed::plant(&app).await;
        app.patch(&one("/teams", &seed.near), json!({ "leader_id": seed.near_agent }), 200).await;
        assert_eq!(slug(&app.delete(&one("/agents", &seed.near_agent), 409).await), "in-use");
        app.patch(&one("/teams", &seed.near), json!({ "leader_id": null }), 200).await;
        app.delete(&one("/agents", &seed.near_agent), 200).await;
        let fresh = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        assert_eq!(ids(&app, "/agents").await, [seed.far_agent.clone(), fresh]);
    }
}

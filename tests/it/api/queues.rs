//! Queues: small bodies, and unique names.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_queue_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "shop_id": seed.shop, "team_id": seed.near, "name": "技术支持", "kind": "technical" });
        life::is_lived(&app, "/queues", body, json!({ "min_agents": 2 })).await;
    }

    shop_team_and_name_are_enough(app) {
        let seed = Seed::plant(&app).await;
        let queue = app.get(&one("/queues", &seed.near_queue), 200).await.json();
        assert_eq!(queue["service_goal"], json!({ "target": 0.8, "threshold_secs": 30 }));
        assert_eq!((&queue["kind"], &queue["max_concurrent_chats"], &queue["aht_secs"]), (&json!("general"), &json!(3), &json!(300.0)));
        assert_eq!((&queue["max_occupancy"], &queue["shrinkage"], &queue["min_agents"]), (&json!(0.85), &json!(0.1), &json!(0)));
    }

    every_fault_of_a_queue_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "shop_id": seed.near, "team_id": seed.shop, "name": "", "max_concurrent_chats": 31, "aht_secs": 0,
            "service_goal": { "target": 80, "threshold_secs": 30 }, "shrinkage": 0.95 });
        let refused = app.post("/queues", body, 422).await;
        let expected = ["name", "max_concurrent_chats", "aht_secs", "service_goal/target", "shrinkage", "shop_id", "team_id"];
        assert_eq!(pointers(&refused), expected.map(|field| format!("#/{field}")));
        let detail = &refused.json()["errors"][3]["detail"];
        assert_eq!(detail, "service_goal.target must be above 0 and below 1, got 80");
    }

    a_name_belongs_to_one(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "shop_id": seed.shop, "team_id": seed.near, "name": "售后" });
        assert_eq!(slug(&app.post("/queues", body, 409).await), "already-exists");
    }

    a_limited_key_sees_and_places_queues_within_its_reach(app) {
        let seed = Seed::plant(&app).await;
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/queues").await, from_ref(&seed.near_queue));
        near.get(&one("/queues", &seed.far_queue), 404).await;
        let path = one("/queues", &seed.near_queue);
        assert_eq!(pointers(&near.patch(&path, json!({ "team_id": seed.far }), 422).await), ["#/team_id"]);
        near.patch(&path, json!({ "team_id": seed.below }), 200).await;
        let of_team = format!("/queues?team_id={}", seed.below.as_str().unwrap());
        assert_eq!(ids(&near, &of_team).await, from_ref(&seed.near_queue));
    }

    a_queue_that_a_peak_window_names_stays(app) {
        let seed = Seed::plant(&app).await;
        let window = json!({ "team_id": seed.near, "queue_id": seed.near_queue, "name": "晚高峰", "start": "20:00", "end": "23:00",
            "days": { "type": "weekly", "weekdays": ["sun"] } });
        app.post("/peak-windows", window, 201).await;
        assert_eq!(slug(&app.delete(&one("/queues", &seed.near_queue), 409).await), "in-use");
        app.delete(&one("/queues", &seed.far_queue), 200).await;
    }
}

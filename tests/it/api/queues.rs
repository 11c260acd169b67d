//! Queues: small bodies, and unique names.

use std::slice::from_ref;

use serde_json::{Value, json};

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

    reply_goals_advise_how_many_chats_to_hold_at_once(app) {
        let seed = Seed::plant(&app).await;
        let service = json!({ "replies": { "target": 0.98, "threshold_secs": 180 }, "patience_secs": 120,
            "turns": { "reply_secs": 20, "think_secs": 40 }, "shrinkage_causes": { "sickness": 0.03 } });
        let path = one("/queues", &seed.near_queue);
        let queue = app.patch(&path, json!({ "service": service }), 200).await.json();
        // 98.4 % within three minutes at five chats, 96.2 % at six.
        assert_eq!((&queue["advised_concurrent_chats"], &queue["service"]["patience_secs"]), (&json!(5), &json!(120.0)));
        assert_eq!((&queue["service"]["shrinkage_causes"]["sickness"], &queue["service"]["first_reply"]), (&json!(0.03), &json!(null)));
        assert_eq!(app.get(&path, 200).await.json()["service"], queue["service"]);
    }

    goals_that_nobody_can_meet_are_refused_with_what_can_be_met(app) {
        let seed = Seed::plant(&app).await;
        let refused = |service: Value| {
            let path = one("/queues", &seed.near_queue);
            let app = &app;
            async move {
                let answer = app.patch(&path, json!({ "service": service }), 422).await;
                (pointers(&answer), answer.text)
            }
        };
        let (at, text) = refused(json!({ "replies": { "target": 0.9, "threshold_secs": 30 }, "average_reply_secs": 10, "max_abandonment": 0.1 })).await;
        assert_eq!(at, ["#/service"]);
        assert!(text.contains("77.7 %") && text.contains("work on one is 20 s") && text.contains("patience_secs"), "{text}");
        let (at, text) = refused(json!({ "turns": { "reply_secs": 400, "think_secs": 100 }, "aht_by_chats": [300, 200] })).await;
        assert!(at == ["#/service"] && text.contains("500 s") && text.contains("2 chats"), "{text}");
        let (at, _) = refused(json!({ "first_reply": { "target": 0, "threshold_secs": 0 }, "patience_secs": 0, "turns": { "reply_secs": 0,
            "think_secs": 1 }, "aht_by_chats": [0], "shrinkage_causes": { "leave": -0.1, "sickness": 1 } })).await;
        let expected = ["first_reply/target", "first_reply/threshold_secs", "patience_secs", "turns", "aht_by_chats", "shrinkage_causes/leave"];
        assert_eq!(at, expected.map(|field| format!("#/service/{field}")));
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

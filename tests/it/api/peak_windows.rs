//! Peak windows: weekly or dated, over queues of their team.

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers};
use crate::harness::on_both;

on_both! {
    a_peak_window_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "team_id": seed.near, "name": "双11", "start": "20:00", "end": "26:00", "uplift": 2.5,
            "days": { "type": "dated", "from": "2026-11-10", "until": "2026-11-11" } });
        life::is_lived(&app, "/peak-windows", body, json!({ "uplift": null })).await;
    }

    weekdays_are_kept_in_order_and_once(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "team_id": seed.near, "name": "晚高峰", "start": "20:00", "end": "23:00", "min_agents": 3,
            "days": { "type": "weekly", "weekdays": ["sun", "fri", "sun"] } });
        let made = app.post("/peak-windows", body, 201).await.json();
        assert_eq!(made["days"], json!({ "type": "weekly", "weekdays": ["fri", "sun"] }));
        assert!(made["uplift"].is_null());
    }

    every_fault_of_a_window_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "team_id": seed.site, "queue_id": seed.site, "name": "", "start": "20:00", "end": "03:00", "uplift": 30,
            "days": { "type": "weekly", "weekdays": [] } });
        let refused = app.post("/peak-windows", body, 422).await;
        assert_eq!(pointers(&refused), ["#/name", "#/days/weekdays", "#/end", "#/uplift", "#/team_id", "#/queue_id"]);
    }

    a_window_names_a_queue_of_its_team_or_of_one_below(app) {
        let seed = Seed::plant(&app).await;
        let window = |team: &serde_json::Value, queue: &serde_json::Value| json!({ "team_id": team, "queue_id": queue, "name": "x",
            "start": "20:00", "end": "23:00", "days": { "type": "weekly", "weekdays": ["sun"] } });
        assert_eq!(pointers(&app.post("/peak-windows", window(&seed.near, &seed.far_queue), 422).await), ["#/queue_id"]);
        assert_eq!(pointers(&app.post("/peak-windows", window(&seed.below, &seed.near_queue), 422).await), ["#/queue_id"]);
        app.patch(&one("/queues", &seed.near_queue), json!({ "team_id": seed.below }), 200).await;
        app.post("/peak-windows", window(&seed.near, &seed.near_queue), 201).await;
    }

    a_limited_key_keeps_to_its_teams(app) {
        let seed = Seed::plant(&app).await;
        let body = |team: &serde_json::Value| json!({ "team_id": team, "name": "x", "start": "20:00", "end": "23:00",
            "days": { "type": "weekly", "weekdays": ["sun"] } });
        let theirs = app.post("/peak-windows", body(&seed.far), 201).await.json()["id"].clone();
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        near.get(&one("/peak-windows", &theirs), 404).await;
        assert_eq!(pointers(&near.post("/peak-windows", body(&seed.far), 422).await), ["#/team_id"]);
        let own = near.post("/peak-windows", body(&seed.below), 201).await.json()["id"].clone();
        assert_eq!(ids(&near, "/peak-windows").await, [own]);
        assert_eq!(pointers(&near.patch(&one("/peak-windows", &ids(&near, "/peak-windows").await[0]),
            json!({ "team_id": seed.far }), 422).await), ["#/team_id"]);
    }
}

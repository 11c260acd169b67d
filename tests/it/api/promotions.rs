//! Promotions: campaigns in phases.

use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, pointers};
use crate::harness::on_both;

fn phase(kind: &str, starts_at: &str, ends_at: &str) -> Value {
    json!({ "kind": kind, "starts_at": format!("{starts_at}:00"), "ends_at": format!("{ends_at}:00"), "uplift": 3.0 })
}

fn double_eleven(team: &Value, phases: &[Value]) -> Value {
    json!({ "team_id": team, "name": "双11 2026", "kind": "双11", "phases": phases })
}

on_both! {
    a_promotion_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = double_eleven(&seed.near, &[phase("opening", "2026-10-31T20:00", "2026-11-01T02:00")]);
        life::is_lived(&app, "/promotions", body, json!({ "name": "双11 2026（延长）" })).await;
    }

    every_fault_of_a_promotion_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let mut backwards = phase("return_wave", "2026-11-12T00:00", "2026-11-11T00:00");
        backwards["uplift"] = json!(99);
        let phases = [phase("opening", "2026-10-31T20:00", "2026-11-01T02:00"), phase("spike", "2026-11-01T00:00", "2026-11-02T00:00"), backwards];
        let mut body = double_eleven(&seed.near, &phases);
        body["kind"] = json!("");
        let refused = app.post("/promotions", body, 422).await;
        assert_eq!(pointers(&refused), ["#/phases/2/uplift", "#/kind", "#/phases/1/starts_at", "#/phases/2/ends_at"]);
    }

    a_promotion_does_not_overlap_another_of_its_kind_and_names_a_queue_of_its_team(app) {
        let seed = Seed::plant(&app).await;
        let body = double_eleven(&seed.near, &[phase("spike", "2026-11-10T20:00", "2026-11-12T00:00")]);
        app.post("/promotions", body.clone(), 201).await;
        let refused = app.post("/promotions", body.clone(), 422).await;
        assert_eq!(pointers(&refused), ["#/phases/0/starts_at"]);
        assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains("双11 2026"));
        let mut other_kind = body.clone();
        other_kind["kind"] = json!("直播");
        app.post("/promotions", other_kind, 201).await;
        let mut elsewhere = double_eleven(&seed.far, &[phase("spike", "2026-11-10T20:00", "2026-11-12T00:00")]);
        app.post("/promotions", elsewhere.clone(), 201).await;
        elsewhere["queue_id"] = seed.near_queue.clone();
        elsewhere["kind"] = json!("618");
        assert_eq!(pointers(&app.post("/promotions", elsewhere, 422).await), ["#/queue_id"]);
    }
}

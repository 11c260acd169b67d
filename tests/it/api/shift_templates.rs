//! Shift templates: past midnight, and kept while wished for.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_shift_template_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "code": "晚", "name": "晚班", "start": "17:00", "length_minutes": 540,
            "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
        life::is_lived(&app, "/shift-templates", body, json!({ "start": "16:30" })).await;
    }

    an_end_after_midnight_counts_on(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "code": "N", "name": "夜班", "start": "17:00", "length_minutes": 540,
            "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
        let made = app.post("/shift-templates", body, 201).await.json();
        assert_eq!((&made["end"], &made["paid_minutes"]), (&json!("26:00"), &json!(480)));
    }

    every_fault_of_a_template_is_told_at_once(app) {
        let body = json!({ "site_id": uuid::Uuid::now_v7(), "code": "too long to print", "name": "", "start": "24:00",
            "length_minutes": 1000, "breaks": [{ "offset_minutes": 0, "minutes": 30 }, { "offset_minutes": 10, "minutes": 30 }] });
        let refused = app.post("/shift-templates", body, 422).await;
        assert_eq!(pointers(&refused), ["#/code", "#/name", "#/start", "#/length_minutes", "#/breaks/1", "#/site_id"]);
        let seed = Seed::plant(&app).await;
        let empty = json!({ "site_id": seed.site, "code": "0", "name": "空班", "start": "09:00", "length_minutes": 0 });
        assert_eq!(pointers(&app.post("/shift-templates", empty, 422).await), ["#/length_minutes"]);
    }

    a_code_belongs_to_one_of_a_site(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "code": "早", "name": "早班二", "start": "07:00", "length_minutes": 480 });
        assert_eq!(slug(&app.post("/shift-templates", body, 409).await), "already-exists");
    }

    a_template_is_changed_by_those_who_reach_its_whole_site(app) {
        let seed = Seed::plant(&app).await;
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/shift-templates").await, from_ref(&seed.template));
        near.patch(&one("/shift-templates", &seed.template), json!({ "name": "x" }), 403).await;
    }

    a_template_that_is_wished_for_stays(app) {
        let seed = Seed::plant(&app).await;
        let date = (chrono::Utc::now().date_naive() + chrono::Days::new(7)).to_string();
        let wish = json!({ "agent_id": seed.near_agent, "date": date, "kind": "want_shift", "shift_template_id": seed.template });
        let wish = app.post("/wishes", wish, 201).await.json()["id"].clone();
        assert_eq!(slug(&app.delete(&one("/shift-templates", &seed.template), 409).await), "in-use");
        app.delete(&one("/wishes", &wish), 200).await;
        app.delete(&one("/shift-templates", &seed.template), 200).await;
    }
}

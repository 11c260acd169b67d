//! Holidays: one a date and site.

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_holiday_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "date": "2026-10-01", "name": "国庆节", "kind": "statutory" });
        life::is_lived(&app, "/holidays", body, json!({ "kind": "shifted_rest" })).await;
    }

    a_date_of_a_site_has_one_entry(app) {
        let seed = Seed::plant(&app).await;
        let body = |name: &str| json!({ "site_id": seed.site, "date": "2026-10-10", "name": name, "kind": "make_up_workday" });
        app.post("/holidays", body("补班"), 201).await;
        assert_eq!(slug(&app.post("/holidays", body("又"), 409).await), "already-exists");
        assert_eq!(pointers(&app.post("/holidays", json!({ "site_id": seed.near, "date": "2026-10-11", "name": "",
            "kind": "statutory" }), 422).await), ["#/name", "#/site_id"]);
    }

    holidays_are_listed_by_date_and_changed_for_a_whole_site(app) {
        let seed = Seed::plant(&app).await;
        let mut made = Vec::new();
        for date in ["2026-10-01", "2026-10-02", "2026-10-03"] {
            let body = json!({ "site_id": seed.site, "date": date, "name": "国庆节", "kind": "statutory" });
            made.push(app.post("/holidays", body, 201).await.json()["id"].clone());
        }
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/holidays?from=2026-10-02&until=2026-10-02").await, made[1..2]);
        near.patch(&one("/holidays", &made[0]), json!({ "name": "x" }), 403).await;
        let elsewhere = app.post("/sites", json!({ "name": "成都" }), 201).await.json()["id"].clone();
        let body = json!({ "site_id": elsewhere, "date": "2026-10-01", "name": "x", "kind": "statutory" });
        let theirs = app.post("/holidays", body, 201).await.json()["id"].clone();
        near.get(&one("/holidays", &theirs), 404).await;
    }
}

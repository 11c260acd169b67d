//! Sites: made, read, listed, changed, archived.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_site_lives(app) {
        let hours = json!([{ "weekday": "mon", "start": "09:00", "end": "26:00" }]);
        let body = json!({ "name": "成都", "zone": "Asia/Urumqi", "opening_hours": hours });
        life::is_lived(&app, "/sites", body, json!({ "name": "成都二部" })).await;
    }

    every_fault_of_a_site_is_told_at_once(app) {
        let hours = json!([{ "weekday": "mon", "start": "22:00", "end": "02:00" }]);
        let refused = app.post("/sites", json!({ "name": " ", "zone": "Mars/Base", "opening_hours": hours }), 422).await;
        assert_eq!(pointers(&refused), ["#/name", "#/zone", "#/opening_hours/0/end"]);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }

    a_site_in_use_stays(app) {
        let seed = Seed::plant(&app).await;
        let refused = app.delete(&one("/sites", &seed.site), 409).await;
        assert_eq!(slug(&refused), "in-use");
        assert!(refused.json()["detail"].as_str().unwrap().contains("3 teams"), "{}", refused.text);
    }

    a_limited_key_sees_the_sites_of_its_teams_and_changes_none_it_shares(app) {
        let seed = Seed::plant(&app).await;
        let elsewhere = app.post("/sites", json!({ "name": "成都" }), 201).await.json()["id"].clone();
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/sites").await, from_ref(&seed.site));
        near.get(&one("/sites", &elsewhere), 404).await;
        near.patch(&one("/sites", &elsewhere), json!({ "name": "x" }), 404).await;
        assert_eq!(slug(&near.patch(&one("/sites", &seed.site), json!({ "name": "x" }), 403).await), "forbidden");
        assert_eq!(slug(&near.post("/sites", json!({ "name": "x" }), 403).await), "forbidden");
    }

    pages_of_a_list_follow_each_other(app) {
        for name in ["一", "二", "三"] {
            app.post("/sites", json!({ "name": name }), 201).await;
        }
        let first = app.get("/sites?limit=2", 200).await.json();
        let rest = app.get(&format!("/sites?limit=2&cursor={}", first["next_cursor"].as_str().unwrap()), 200).await.json();
        assert_eq!((first["items"][1]["name"].clone(), rest["items"][0]["name"].clone()), (json!("二"), json!("三")));
        assert!(rest["next_cursor"].is_null());
        app.get("/sites?limit=0", 400).await;
    }
}

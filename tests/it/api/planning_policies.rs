//! Planning policies: disabled until set.

use reqwest::Method;
use serde_json::json;

use super::seed::{Seed, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_policy_is_disabled_until_somebody_sets_it(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/planning-policy", one("/teams", &seed.near));
        let unset = app.get(&path, 200).await;
        assert_eq!((unset.header("etag"), &unset.json()["is_enabled"]), ("\"0\"", &json!(false)));
        assert!(unset.json()["updated_at"].is_null());

        let put = |version: &str| app.request(Method::PUT, &path).header("If-Match", version).json(&json!({ "is_enabled": true,
            "build_at": "04:30" }));
        let set = app.send(put("\"0\""), 200).await;
        assert_eq!((set.header("etag"), &set.json()["build_at"], &set.json()["interval_minutes"]), ("\"1\"", &json!("04:30"), &json!(30)));
        assert_eq!(slug(&app.send(put("\"0\""), 412).await), "version-conflict");
        assert_eq!(app.send(put("\"1\""), 200).await.header("etag"), "\"2\"");
        assert_eq!(app.get(&path, 200).await.json()["version"], 2);
        app.send(app.request(Method::PUT, &path).json(&json!({ "is_enabled": true })), 428).await;
    }

    every_fault_of_a_policy_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/planning-policy", one("/teams", &seed.near));
        let body = json!({ "is_enabled": true, "build_days_ahead": 29, "build_at": "24:00", "interval_minutes": 20 });
        assert_eq!(pointers(&app.put(&path, body, 422).await), ["#/build_days_ahead", "#/build_at", "#/interval_minutes"]);
    }

    a_policy_is_set_within_reach_and_for_teams_in_use(app) {
        let seed = Seed::plant(&app).await;
        let path = |team| format!("{}/planning-policy", one("/teams", team));
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        near.get(&path(&seed.far), 404).await;
        near.put(&path(&seed.far), json!({ "is_enabled": true }), 404).await;
        near.put(&path(&seed.below), json!({ "is_enabled": true }), 200).await;
        app.as_role("leader", None).await.put(&path(&seed.near), json!({ "is_enabled": true }), 403).await;
        app.delete(&one("/teams", &seed.below), 200).await;
        assert_eq!(slug(&app.put(&path(&seed.below), json!({ "is_enabled": false }), 409).await), "archived");
    }
}

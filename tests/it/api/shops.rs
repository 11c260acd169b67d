//! Shops: read by part of a site, changed by all of it.

use std::slice::from_ref;

use serde_json::json;

use super::life;
use super::seed::{Seed, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_shop_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "name": "京东店", "platform": "jd" });
        life::is_lived(&app, "/shops", body, json!({ "platform": "douyin" })).await;
    }

    a_shop_is_read_by_part_of_its_site_and_changed_by_all_of_it(app) {
        let seed = Seed::plant(&app).await;
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/shops").await, from_ref(&seed.shop));
        assert_eq!(slug(&near.patch(&one("/shops", &seed.shop), json!({ "name": "x" }), 403).await), "forbidden");
        near.delete(&one("/shops", &seed.shop), 403).await;
        near.post("/shops", json!({ "site_id": seed.site, "name": "x", "platform": "jd" }), 403).await;

        app.patch(&one("/teams", &seed.far), json!({ "parent_id": seed.near }), 200).await;
        near.patch(&one("/shops", &seed.shop), json!({ "name": "x" }), 200).await;
    }

    a_shop_beyond_reach_is_not_there(app) {
        let seed = Seed::plant(&app).await;
        let elsewhere = app.post("/sites", json!({ "name": "成都" }), 201).await.json()["id"].clone();
        let body = json!({ "site_id": elsewhere, "name": "x", "platform": "jd" });
        let shop = app.post("/shops", body.clone(), 201).await.json()["id"].clone();
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        near.get(&one("/shops", &shop), 404).await;
        assert_eq!(pointers(&near.post("/shops", body, 422).await), ["#/site_id"]);
        let of_site = format!("/shops?site_id={}", elsewhere.as_str().unwrap());
        assert_eq!(ids(&app, &of_site).await, [shop]);
        assert!(ids(&near, &of_site).await.is_empty());
    }

    a_shop_with_queues_stays(app) {
        let seed = Seed::plant(&app).await;
        assert_eq!(slug(&app.delete(&one("/shops", &seed.shop), 409).await), "in-use");
    }
}

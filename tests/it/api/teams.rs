//! Teams: a tree without loops, and walls around a limited key.

use serde_json::json;

use super::life;
use super::seed::{Seed, id, ids, one, pointers, slug};
use crate::harness::on_both;

on_both! {
    a_team_lives(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "site_id": seed.site, "name": "三组", "parent_id": seed.near, "leader_id": seed.near_agent,
            "rules": { "max_late_shifts": 2, "late_after": "26:00" } });
        life::is_lived(&app, "/teams", body, json!({ "name": "三组甲" })).await;
    }

    rules_are_kept_as_a_whole_and_null_takes_those_above(app) {
        let seed = Seed::plant(&app).await;
        let path = one("/teams", &seed.near);
        let changed = app.patch(&path, json!({ "rules": { "max_late_shifts": 2 } }), 200).await.json();
        assert_eq!((&changed["rules"]["max_late_shifts"], &changed["rules"]["min_rest_minutes"]), (&json!(2), &json!(660)));
        assert!(app.patch(&path, json!({ "rules": null }), 200).await.json()["rules"].is_null());
    }

    rules_on_shifts_and_groups_are_kept_and_what_they_name_must_be_there(app) {
        let seed = Seed::plant(&app).await;
        let path = one("/teams", &seed.near);
        let groups = json!([{ "name": "师徒", "kind": "mentored", "agent_ids": [seed.near_agent], "min_agents": 1,
            "mentor_ids": [seed.far_agent] }]);
        let limits = json!([{ "shift_template_id": seed.template, "max_shifts": 2 }]);
        let rules = json!({ "max_start_change_minutes": 120, "max_earlier_start_minutes": 0, "min_consecutive_days": 2,
            "min_consecutive_days_off": 2, "shift_limits": limits, "groups": groups });
        let kept = app.patch(&path, json!({ "rules": rules }), 200).await.json()["rules"].clone();
        assert_eq!((&kept["groups"], &kept["shift_limits"], &kept["min_consecutive_days_off"]), (&groups, &limits, &json!(2)));
        assert_eq!((&kept["max_start_change_minutes"], &kept["max_earlier_start_minutes"]), (&json!(120), &json!(0)));

        let nobody = uuid::Uuid::now_v7();
        let rules = json!({ "min_consecutive_days": 8, "shift_limits": [{ "shift_template_id": nobody, "max_shifts": 2 }],
            "groups": [{ "name": "甲", "kind": "apart", "agent_ids": [nobody, nobody] }] });
        let refused = app.patch(&path, json!({ "rules": rules }), 422).await;
        let expected = ["min_consecutive_days", "min_consecutive_days", "groups/0/agent_ids", "shift_limits/0/shift_template_id",
            "groups/0/agent_ids/0", "groups/0/agent_ids/1"];
        assert_eq!(pointers(&refused), expected.map(|place| format!("#/rules/{place}")));
    }

    every_fault_of_a_team_is_told_at_once(app) {
        let nobody = uuid::Uuid::now_v7();
        let body = json!({ "site_id": nobody, "name": "", "parent_id": nobody, "leader_id": nobody,
            "rules": { "min_rest_days": 9, "late_after": "9:00", "weights": { "wish": 7 } } });
        let refused = app.post("/teams", body, 422).await;
        let expected = ["#/name", "#/rules/late_after", "#/rules/min_rest_days", "#/rules/weights/wish", "#/site_id",
            "#/parent_id", "#/leader_id"];
        assert_eq!(pointers(&refused), expected);
    }

    the_tree_has_no_loops(app) {
        let seed = Seed::plant(&app).await;
        for parent in [&seed.near, &seed.below] {
            let refused = app.patch(&one("/teams", &seed.near), json!({ "parent_id": parent }), 422).await;
            assert_eq!(pointers(&refused), ["#/parent_id"]);
        }
        app.patch(&one("/teams", &seed.below), json!({ "parent_id": null }), 200).await;
        app.patch(&one("/teams", &seed.near), json!({ "parent_id": seed.below }), 200).await;
    }

    a_limited_key_stays_in_its_subtree(app) {
        let seed = Seed::plant(&app).await;
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        assert_eq!(ids(&near, "/teams").await, [seed.near.clone(), seed.below.clone()]);
        near.get(&one("/teams", &seed.far), 404).await;
        near.patch(&one("/teams", &seed.far), json!({ "name": "x" }), 404).await;
        near.delete(&one("/teams", &seed.far), 404).await;

        let body = |parent: &serde_json::Value| json!({ "site_id": seed.site, "name": "新组", "parent_id": parent });
        assert_eq!(pointers(&near.post("/teams", body(&json!(null)), 422).await), ["#/parent_id"]);
        assert_eq!(pointers(&near.post("/teams", body(&seed.far), 422).await), ["#/parent_id"]);
        let fresh = id(near.post("/teams", body(&seed.below), 201).await);
        near.get(&one("/teams", &fresh), 200).await;
        assert_eq!(pointers(&near.patch(&one("/teams", &fresh), json!({ "parent_id": null }), 422).await), ["#/parent_id"]);
        assert_eq!(pointers(&near.patch(&one("/teams", &fresh), json!({ "leader_id": seed.far_agent }), 422).await), ["#/leader_id"]);
        near.patch(&one("/teams", &seed.near), json!({ "name": "一组改" }), 200).await;
    }

    a_team_in_use_stays(app) {
        let seed = Seed::plant(&app).await;
        assert_eq!(slug(&app.delete(&one("/teams", &seed.near), 409).await), "in-use");
        let again = json!({ "site_id": seed.site, "name": "x", "parent_id": seed.below });
        app.delete(&one("/teams", &seed.below), 200).await;
        let refused = app.post("/teams", again, 422).await;
        assert!(refused.text.contains("is archived"), "{}", refused.text);
    }
}

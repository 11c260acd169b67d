//! Edits of a draft: all or none, judged before and after.

use reqwest::Method;
use serde_json::json;

use super::draft::{Draft, day, edit, rules};
use crate::api::seed::{pointers, slug};
use crate::harness::on_both;

on_both! {
    edits_are_applied_in_order_and_keep_identities(app) {
        let draft = Draft::store(&app).await;
        let [monday, _, tuesday] = draft.assignments(&app).await;
        let edits = json!([
            { "op": "change", "assignment_id": monday, "shift_template_id": draft.late },
            { "op": "remove", "assignment_id": tuesday },
            draft.assign(&draft.second, 1),
            { "op": "pin", "assignment_id": monday },
        ]);
        let answer = app.send(edit(&app, &draft.path, "\"1\"", json!({ "edits": edits })), 200).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let edited = answer.json();
        assert_eq!(edited["changed"].as_array().unwrap().len(), 2);
        assert_eq!(edited["roster"]["version"], 2);

        let roster = draft.read(&app).await;
        let assignments = roster["assignments"].as_array().unwrap();
        assert_eq!(assignments.len(), 3);
        let late = assignments.iter().find(|one| one["id"] == monday).unwrap();
        assert_eq!(late["starts_at"], "2026-11-30T17:00:00+08:00");
        assert_eq!(late["ends_at"], "2026-12-01T02:00:00+08:00");
        assert_eq!(late["breaks"], json!([{ "starts_at": "2026-11-30T21:00:00+08:00", "ends_at": "2026-11-30T22:00:00+08:00" }]));
        assert_eq!((&late["paid_minutes"], &late["is_pinned"], &late["shift_code"]), (&json!(480), &json!(true), &json!("晚")));
        assert!(!assignments.iter().any(|one| one["id"] == tuesday));
        assert_eq!(roster["score"]["cost"], edited["cost"]);
    }

    soft_rules_that_an_edit_breaks_are_warned_of_and_priced(app) {
        let draft = Draft::store(&app).await;
        let [_, _, tuesday] = draft.assignments(&app).await;
        let edited = app.send(draft.edit(&app, json!([{ "op": "remove", "assignment_id": tuesday }])), 200).await.json();
        assert_eq!(rules(&edited["warnings"]), ["coverage", "minimum-hours"]);
        assert_eq!(edited["warnings"][0]["date"], "2026-12-01");
        // Eight hours without an agent at 20 an hour, eight hours below the contract at 10.
        assert_eq!(edited["cost"].as_f64().unwrap() - edited["cost_before"].as_f64().unwrap(), 240.0);
        let now = app.get(&format!("{}/violations", draft.path), 200).await.json();
        assert_eq!((&now["violations"], &now["cost"]), (&edited["violations"], &edited["cost"]));
        assert!(draft.read(&app).await["gaps"].as_array().unwrap().len() >= 6);
    }

    an_edit_that_breaks_a_hard_rule_is_refused_whole(app) {
        let draft = Draft::store(&app).await;
        let before = draft.read(&app).await;
        let edits = json!([draft.assign(&draft.second, 2), draft.assign(&draft.first, 0)]);
        let refused = app.send(draft.edit(&app, edits), 409).await;
        assert_eq!(slug(&refused), "rule-violation");
        let violations = &refused.json()["violations"];
        assert_eq!(rules(violations), ["one-shift-per-day", "minimum-rest"]);
        assert_eq!(violations[0]["agent_id"], draft.first);
        assert_eq!(draft.read(&app).await, before);
    }

    a_dry_run_judges_and_changes_nothing(app) {
        let draft = Draft::store(&app).await;
        let before = draft.read(&app).await;
        let good = json!({ "edits": [draft.assign(&draft.second, 2)], "dry_run": true });
        let answer = app.send(edit(&app, &draft.path, "\"1\"", good), 200).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        assert!(answer.json()["cost"].as_f64() < answer.json()["cost_before"].as_f64());
        let bad = json!({ "edits": [draft.assign(&draft.first, 0)], "dry_run": true });
        app.send(edit(&app, &draft.path, "\"1\"", bad), 409).await;
        assert_eq!(draft.read(&app).await, before);
        assert_eq!(app.get(&format!("{}/history", draft.path), 200).await.json()["items"], json!([]));
    }

    a_pin_holds_until_it_is_lifted(app) {
        let draft = Draft::store(&app).await;
        let [monday, ..] = draft.assignments(&app).await;
        app.send(draft.edit(&app, json!([{ "op": "pin", "assignment_id": monday }])), 200).await;
        let late = json!({ "op": "change", "assignment_id": monday, "shift_template_id": draft.late });
        let refused = app.send(draft.edit(&app, json!([late])), 409).await;
        assert_eq!(rules(&refused.json()["violations"]), ["minimum-rest", "pin"]);
        let wednesday = json!({ "op": "change", "assignment_id": monday, "date": day(2) });
        app.send(draft.edit(&app, json!([{ "op": "unpin", "assignment_id": monday }, wednesday])), 200).await;
        let history = app.get(&format!("{}/history", draft.path), 200).await.json();
        let actions: Vec<_> = history["items"].as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
        assert_eq!(actions, ["pin", "edit"]);
        let line = &history["items"][1];
        assert_eq!((&line["before"][0]["date"], &line["after"][0]["date"]), (&json!("2026-11-30"), &json!("2026-12-02")));
        assert_eq!((&line["before"][0]["is_pinned"], &line["after"][0]["is_pinned"]), (&json!(true), &json!(false)));
        assert_eq!(line["actor"], "first admin");
    }

    an_edit_is_meant_for_one_version(app) {
        let draft = Draft::store(&app).await;
        let body = json!({ "edits": [draft.assign(&draft.second, 2)] });
        app.send(app.request(Method::POST, &format!("{}/edits", draft.path)).json(&body), 428).await;
        app.send(edit(&app, &draft.path, "\"7\"", body.clone()), 412).await;
        app.send(edit(&app, &draft.path, "\"1\"", body.clone()), 200).await;
        app.send(edit(&app, &draft.path, "\"1\"", body), 412).await;
    }

    every_fault_of_an_edit_is_told_at_once(app) {
        let draft = Draft::store(&app).await;
        let unknown = "01936d7e-0000-7000-8000-00000000ffff";
        let edits = json!([
            { "op": "assign", "agent_id": draft.seed.far_agent, "date": "2026-12-07", "shift_template_id": unknown,
              "queue_id": draft.seed.far_queue },
            { "op": "remove", "assignment_id": unknown },
        ]);
        let refused = app.send(draft.edit(&app, edits), 422).await;
        let expected = ["#/edits/0/agent_id", "#/edits/0/date", "#/edits/0/shift_template_id", "#/edits/0/queue_id",
            "#/edits/1/assignment_id"];
        assert_eq!(pointers(&refused), expected);
        assert_eq!(pointers(&app.send(draft.edit(&app, json!([])), 422).await), ["#/edits"]);
        let typo = json!([{ "op": "pin", "assignment_id": unknown, "reason": "holiday" }]);
        assert!(app.send(draft.edit(&app, typo), 400).await.text.contains("reason"));
    }

    who_may_not_edit_is_told_so(app) {
        let draft = Draft::store(&app).await;
        let edits = json!([draft.assign(&draft.second, 2)]);
        let far = app.as_role("leader", Some(&draft.seed.far)).await;
        app.send(draft.edit(&far, edits.clone()), 404).await;
        let dashboard = app.as_role("dashboard", Some(&draft.seed.near)).await;
        app.send(draft.edit(&dashboard, edits.clone()), 403).await;
        let leader = app.as_role("leader", Some(&draft.seed.near)).await;
        app.send(draft.edit(&leader, edits), 200).await;
    }
}

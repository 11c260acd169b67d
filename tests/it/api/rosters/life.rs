//! A roster's life: published, replaced, re-opened, archived, and who did it.

use reqwest::Method;
use serde_json::{Value, json};

use super::draft::{Draft, publish, rules};
use crate::api::seed::{id, ids, one, slug};
use crate::harness::{TestApp, on_both};

async fn actions(app: &TestApp, path: &str) -> Vec<String> {
    let history = app.get(&format!("{path}/history"), 200).await.json();
    history["items"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap().to_owned()).collect()
}

fn identities(roster: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> =
        roster["assignments"].as_array().unwrap().iter().map(|one| (text(&one["id"]), text(&one["starts_at"]))).collect();
    all.sort();
    all
}

on_both! {
    a_roster_is_published_reopened_and_published_again(app) {
        let draft = Draft::store(&app).await;
        let dashboard = app.as_role("dashboard", Some(&draft.seed.near)).await;
        dashboard.get(&draft.path, 404).await;
        let published = draft.publish(&app).await;
        assert_eq!((&published["status"], &published["publish_sequence"]), (&json!("published"), &json!(1)));
        let first = dashboard.get(&draft.path, 200).await.json();

        let reopened = app.send(app.request(Method::POST, &format!("{}/reopen", draft.path)), 201).await;
        let path = reopened.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        let head = reopened.json();
        assert_eq!((&head["revision"], &head["replaces_id"], &head["status"]), (&json!(2), &draft.id, &json!("draft")));
        assert_eq!(dashboard.get(&draft.path, 200).await.json()["status"], "published");
        let again = app.get(&path, 200).await.json();
        assert_eq!(identities(&again), identities(&first));

        let second = publish(&app, &path, "\"1\"", 200).await;
        assert_eq!(second["publish_sequence"], 2);
        dashboard.get(&draft.path, 404).await;
        assert_eq!(app.get(&draft.path, 200).await.json()["status"], "archived");
        assert_eq!(ids(&dashboard, "/rosters?week_start=2026-11-30").await, [head["id"].clone()]);
        assert_eq!(actions(&app, &draft.path).await, ["publish", "replace"]);
        assert_eq!(actions(&app, &path).await, ["reopen", "publish"]);
    }

    only_a_draft_at_its_version_is_published_and_only_others_reopened(app) {
        let draft = Draft::store(&app).await;
        let request = app.request(Method::POST, &format!("{}/publish", draft.path));
        app.send(request, 428).await;
        publish(&app, &draft.path, "\"9\"", 412).await;
        let reopen = || app.request(Method::POST, &format!("{}/reopen", draft.path));
        assert_eq!(slug(&app.send(reopen(), 409).await), "roster-is-draft");
        draft.publish(&app).await;
        assert_eq!(publish(&app, &draft.path, "*", 409).await["type"], "/problems/roster-not-draft");
        let edit = draft.edit(&app, json!([draft.assign(&draft.second, 2)]));
        assert_eq!(slug(&app.send(edit, 409).await), "roster-not-draft");
        app.send(reopen(), 201).await;
    }

    leave_recorded_since_stops_a_publication(app) {
        let draft = Draft::store(&app).await;
        let leave = json!({ "agent_id": draft.first, "starts_at": "2026-12-01T00:00:00+08:00",
            "ends_at": "2026-12-02T00:00:00+08:00", "kind": "sick" });
        app.post("/leave", leave, 201).await;
        let refused = publish(&app, &draft.path, "*", 409).await;
        assert_eq!((&refused["type"], rules(&refused["violations"])), (&json!("/problems/rule-violation"), vec!["leave".into()]));
        assert_eq!(draft.read(&app).await["status"], "draft");
        // The breach was there before: an edit elsewhere is not refused for it, and one that mends it is welcome.
        app.send(draft.edit(&app, json!([draft.assign(&draft.second, 2)])), 200).await;
        let [_, _, tuesday] = draft.assignments(&app).await;
        let edits = json!([{ "op": "change", "assignment_id": tuesday, "agent_id": draft.second }]);
        app.send(draft.edit(&app, edits), 200).await;
        draft.publish(&app).await;
    }

    an_edited_template_moves_drafts_but_not_what_is_published(app) {
        let draft = Draft::store(&app).await;
        let start = |roster: &Value| roster["assignments"][0]["starts_at"].clone();
        app.patch(&one("/shift-templates", &draft.early), json!({ "start": "09:00" }), 200).await;
        assert_eq!(start(&draft.read(&app).await), "2026-11-30T09:00:00+08:00");
        draft.publish(&app).await;
        app.patch(&one("/shift-templates", &draft.early), json!({ "start": "10:00" }), 200).await;
        assert_eq!(start(&draft.read(&app).await), "2026-11-30T09:00:00+08:00");
        // Six days without anybody from 08:00 to 16:00 but Monday and Tuesday, when the first hour is missing.
        let coverage = app.get(&format!("{}/coverage", draft.path), 200).await.json();
        assert_eq!(coverage["short_agent_minutes"], 5.0 * 480.0 + 2.0 * 60.0);
    }

    a_published_roster_is_archived_by_who_may_publish(app) {
        let draft = Draft::store(&app).await;
        let other = one("/rosters", &draft.insert(&app, &[]).await);
        let leader = app.as_role("leader", Some(&draft.seed.near)).await;
        leader.delete(&other, 200).await;
        assert_eq!(slug(&leader.delete(&other, 409).await), "archived");
        draft.publish(&app).await;
        assert_eq!(slug(&leader.delete(&draft.path, 403).await), "forbidden");
        let dashboard = app.as_role("dashboard", None).await;
        dashboard.get(&draft.path, 200).await;
        let archived = app.delete(&draft.path, 200).await.json();
        assert!(archived["archived_at"].is_string());
        dashboard.get(&draft.path, 404).await;
        let draft = id(app.send(app.request(Method::POST, &format!("{}/reopen", draft.path)), 201).await);
        assert_eq!(app.get(&one("/rosters", &draft), 200).await.json()["revision"], 3);
    }
}

//! Inputs that no roster can keep: what is wrong is named, and the rest of the team gets its roster.

use serde_json::{Value, json};

use super::draft::{Draft, day};
use crate::api::seed::one;
use crate::harness::{TestApp, on_both};

async fn build(app: &TestApp, draft: &Draft, extra: Value) -> Value {
    let mut body = json!({ "kind": "roster", "team_id": draft.seed.near, "week_start": day(0), "time_limit_secs": 5 });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let run = app.start_run(body).await;
    app.wait_for(&run).await
}

async fn built(app: &TestApp, run: &Value) -> Value {
    assert_eq!(run["state"], "succeeded", "{run}");
    app.get(&one("/rosters", &run["result_id"]), 200).await.json()
}

on_both! {
    a_pin_that_leave_contradicts_is_set_aside_and_the_rest_is_kept(app) {
        let draft = Draft::store(&app).await;
        let [monday, others, tuesday] = draft.assignments(&app).await;
        let pins: Vec<Value> = [&monday, &others, &tuesday].iter().map(|id| json!({ "op": "pin", "assignment_id": id })).collect();
        app.send(draft.edit(&app, json!(pins)), 200).await;
        let leave = json!({ "agent_id": draft.first, "starts_at": "2026-11-30T00:00:00+08:00",
            "ends_at": "2026-12-01T00:00:00+08:00", "kind": "sick" });
        app.post("/leave", leave, 201).await;
        let run = build(&app, &draft, json!({ "keep_pins_of": draft.id })).await;
        let roster = built(&app, &run).await;
        let notice = &roster["notices"][0];
        assert_eq!((&notice["rule"], &notice["agent_id"], &notice["date"]), (&json!("leave"), &draft.first, &json!("2026-11-30")));
        let pinned: Vec<&Value> =
            roster["assignments"].as_array().unwrap().iter().filter(|one| one["is_pinned"] == true).map(|one| &one["id"]).collect();
        assert_eq!(pinned.len(), 2);
        assert!(pinned.contains(&&others) && pinned.contains(&&tuesday), "{pinned:?}");
        assert!(roster["assignments"].as_array().unwrap().len() >= 7, "every day is staffed");
    }

    agents_who_cannot_work_are_named_with_the_reason(app) {
        let draft = Draft::store(&app).await;
        app.patch(&one("/agents", &draft.second), json!({ "skills": [] }), 200).await;
        // Away from Monday to Thursday, and never available after Monday.
        let leave = json!({ "agent_id": draft.first, "starts_at": "2026-11-30T00:00:00+08:00",
            "ends_at": "2026-12-04T00:00:00+08:00", "kind": "annual" });
        app.post("/leave", leave, 201).await;
        let mondays = json!({ "availability": [{ "weekday": "mon", "start": "00:00", "end": "24:00" }] });
        app.patch(&one("/agents", &draft.first), mondays, 200).await;
        let run = build(&app, &draft, json!({})).await;
        let roster = built(&app, &run).await;
        let told: Vec<(&Value, &Value)> =
            roster["notices"].as_array().unwrap().iter().map(|one| (&one["rule"], &one["agent_id"])).collect();
        let (leave, skill) = (json!("leave"), json!("skill"));
        assert_eq!(told, [(&leave, &draft.first), (&skill, &draft.second)]);
        assert_eq!(roster["assignments"], json!([]));
        assert!(roster["gaps"].as_array().unwrap().len() >= 7);
    }

    a_team_without_agents_is_told_to_add_some(app) {
        let draft = Draft::store(&app).await;
        for agent in [&draft.first, &draft.second] {
            app.delete(&one("/agents", agent), 200).await;
        }
        let run = build(&app, &draft, json!({})).await;
        assert_eq!((&run["state"], &run["problem"]["type"]), (&json!("failed"), &json!("/problems/validation-failed")));
        assert!(run["problem"]["detail"].as_str().unwrap().contains("no agent employed in this week; add agents"), "{run}");
    }
}

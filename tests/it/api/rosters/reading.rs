//! Reading rosters: by whom, from memory, and side by side.

use std::slice::from_ref;

use reqwest::Method;
use serde_json::{Value, json};

use super::draft::Draft;
use crate::api::seed::{ids, one, pointers};
use crate::harness::{Answer, TestApp, on_both};

async fn read_if_changed(app: &TestApp, path: &str, tag: &str, status: u16) -> Answer {
    app.send(app.request(Method::GET, path).header("If-None-Match", tag), status).await
}

on_both! {
    a_roster_is_read_with_every_name(app) {
        let draft = Draft::store(&app).await;
        let answer = app.get(&draft.path, 200).await;
        assert_eq!((answer.header("etag"), answer.header("content-type")), ("\"1\"", "application/json"));
        let roster = answer.json();
        assert_eq!((&roster["team"], &roster["site"], &roster["zone"]), (&json!("一组"), &json!("杭州"), &json!("Asia/Shanghai")));
        assert_eq!((&roster["status"], &roster["revision"], &roster["week_start"]), (&json!("draft"), &json!(1), &json!("2026-11-30")));
        let one = &roster["assignments"][2];
        assert_eq!((&one["agent"], &one["staff_number"]), (&json!("王芳"), &json!("A1")));
        assert_eq!((&one["shift"], &one["shift_code"], &one["queue"]), (&json!("早班"), &json!("早"), &json!("售前")));
        assert_eq!((&one["starts_at"], &one["ends_at"]), (&json!("2026-12-01T08:00:00+08:00"), &json!("2026-12-01T16:00:00+08:00")));
        read_if_changed(&app, &draft.path, "\"1\"", 304).await;
        read_if_changed(&app, &draft.path, "\"0\", W/\"1\"", 304).await;
        read_if_changed(&app, &draft.path, "\"2\"", 200).await;
    }

    a_published_roster_is_the_same_from_memory_and_within_reach_only(app) {
        let draft = Draft::store(&app).await;
        let draft_text = draft.read(&app).await["assignments"].clone();
        draft.publish(&app).await;
        let far = app.as_role("dashboard", Some(&draft.seed.far)).await;
        let near = app.as_role("dashboard", Some(&draft.seed.near)).await;
        for _ in 0..2 {
            let answer = near.get(&draft.path, 200).await;
            assert_eq!((answer.header("etag"), answer.header("content-type")), ("\"2\"", "application/json"));
            assert_eq!(answer.json()["assignments"], draft_text);
            read_if_changed(&near, &draft.path, "\"2\"", 304).await;
            assert_eq!(read_if_changed(&near, &draft.path, "\"1\"", 200).await.text, answer.text);
            far.get(&draft.path, 404).await;
            app.without_token().get(&draft.path, 401).await;
        }
    }

    drafts_are_not_there_for_who_may_not_read_plans(app) {
        let draft = Draft::store(&app).await;
        let dashboard = app.as_role("dashboard", Some(&draft.seed.near)).await;
        dashboard.get(&draft.path, 404).await;
        dashboard.get(&format!("{}/coverage", draft.path), 404).await;
        assert_eq!(ids(&dashboard, "/rosters").await, [] as [Value; 0]);
        assert_eq!(ids(&dashboard, "/rosters?status=draft").await, [] as [Value; 0]);
        for route in ["violations", "history", "relaxations", "costs", "alternatives", "compare?with=01936d7e-0000-7000-8000-00000000ffff"] {
            dashboard.get(&format!("{}/{route}", draft.path), 403).await;
        }
        let far = app.as_role("supervisor", Some(&draft.seed.far)).await;
        let asked = "/alternatives?agent_id=01936d7e-0000-7000-8000-00000000ffff&date=2026-12-01";
        for route in ["", "/violations", "/history", "/coverage", "/relaxations", "/costs", asked, "/compare?with=01936d7e-0000-7000-8000-00000000ffff"] {
            far.get(&format!("{}{route}", draft.path), 404).await;
        }
        assert_eq!(ids(&far, "/rosters").await, [] as [Value; 0]);
    }

    rosters_are_listed_by_team_week_and_status(app) {
        let draft = Draft::store(&app).await;
        let other = draft.insert(&app, &[]).await;
        draft.publish(&app).await;
        let (near, far) = (draft.seed.near.as_str().unwrap(), draft.seed.far.as_str().unwrap());
        assert_eq!(ids(&app, "/rosters").await, [draft.id.clone(), other.clone()]);
        assert_eq!(ids(&app, "/rosters?status=published").await, from_ref(&draft.id));
        assert_eq!(ids(&app, &format!("/rosters?team_id={near}&status=draft&week_start=2026-11-30")).await, from_ref(&other));
        assert_eq!(ids(&app, &format!("/rosters?team_id={far}")).await, [] as [Value; 0]);
        assert_eq!(ids(&app, "/rosters?week_start=2026-12-07").await, [] as [Value; 0]);
        let page = app.get("/rosters?limit=1", 200).await.json();
        assert_eq!((&page["items"][0]["id"], &page["next_cursor"]), (&draft.id, &draft.id));
        app.get("/rosters?status=gone", 400).await;
    }

    coverage_is_told_in_agent_minutes(app) {
        let draft = Draft::store(&app).await;
        let coverage = app.get(&format!("{}/coverage", draft.path), 200).await.json();
        // Eight hours on each of seven days; nobody from Wednesday on.
        let totals = json!({ "required_agent_minutes": 3360.0, "short_agent_minutes": 2400.0 });
        assert_eq!(coverage["required_agent_minutes"], totals["required_agent_minutes"]);
        assert_eq!(coverage["short_agent_minutes"], totals["short_agent_minutes"]);
        assert_eq!(coverage["queues"].as_array().unwrap().len(), 1);
        assert_eq!((&coverage["queues"][0]["queue"], &coverage["queues"][0]["short_agent_minutes"]), (&json!("售前"), &json!(2400.0)));
    }

    two_rosters_of_a_week_are_compared(app) {
        let draft = Draft::store(&app).await;
        let other = draft.insert(&app, &[(&draft.first, 0), (&draft.second, 1)]).await;
        let with = other.as_str().unwrap();
        let compared = app.get(&format!("{}/compare?with={with}", draft.path), 200).await.json();
        assert_eq!((&compared["before"]["id"], &compared["after"]["id"]), (&other, &draft.id));
        let told: Vec<_> = compared["changes"].as_array().unwrap().iter()
            .map(|change| (change["date"].as_str().unwrap(), change["kind"].as_str().unwrap(), &change["agent_id"])).collect();
        let mut expected = vec![("2026-11-30", "added", &draft.second), ("2026-12-01", "added", &draft.first),
            ("2026-12-01", "removed", &draft.second)];
        expected.sort_by_key(|(date, _, agent)| (*date, agent.as_str().unwrap()));
        assert_eq!(told, expected);
        let deltas = |agent: &Value| {
            let hours = compared["hours"].as_array().unwrap().iter().find(|line| line["agent_id"] == *agent).unwrap();
            (hours["before_minutes"].clone(), hours["after_minutes"].clone(), hours["delta_minutes"].clone())
        };
        assert_eq!(deltas(&draft.first), (json!(480), json!(960), json!(480)));
        assert_eq!(deltas(&draft.second), (json!(480), json!(480), json!(0)));
        assert_eq!(compared["coverage_before"]["short_agent_minutes"], 2400.0);
        assert_eq!(compared["coverage_after"]["required_agent_minutes"], 3360.0);
        let nowhere = format!("{}/compare?with=01936d7e-0000-7000-8000-00000000ffff", draft.path);
        assert_eq!(pointers(&app.get(&nowhere, 422).await), ["#/with"]);
        app.get(&format!("{}/compare", draft.path), 400).await;
        app.get(&format!("{}/compare?with={with}", one("/rosters", &draft.seed.near)), 404).await;
    }
}

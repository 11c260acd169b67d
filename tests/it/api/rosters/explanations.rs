//! Why a roster is as it is.

use serde_json::{Value, json};

use super::draft::{Draft, day};
use crate::api::seed::{pointers, slug};
use crate::harness::shop::Shop;
use crate::harness::{TestApp, on_both};

async fn alternatives(app: &TestApp, draft: &Draft, agent: &Value, number: i64) -> Value {
    let path = format!("{}/alternatives?agent_id={}&date={}", draft.path, agent.as_str().unwrap(), day(number));
    app.get(&path, 200).await.json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn sum(items: &Value) -> f64 {
    items.as_array().unwrap().iter().map(|item| number(&item["cost"])).sum()
}

on_both! {
    what_would_close_the_gaps_comes_with_the_build(app) {
        let shop = Shop::open_short(&app).await;
        let mut request = shop.request();
        request["time_limit_secs"] = json!(3);
        let run = app.start_run(request).await;
        let run = app.wait_for(&run).await;
        let path = format!("/rosters/{}", run["result_id"].as_str().unwrap());
        let found = app.get(&format!("{path}/relaxations"), 200).await.json();
        let coverage = app.get(&format!("{path}/coverage"), 200).await.json();
        let missing = number(&coverage["short_agent_minutes"]) / 60.0;
        assert!(missing > 1.0 && (number(&found["missing_hours"]) - missing).abs() < 1e-6, "{found}");
        assert_eq!(found["is_current"], true);
        let best = &found["relaxations"][0];
        assert!(number(&best["removed_hours"]) > 1.0 && number(&best["saved_cost"]) > 0.0, "{found}");
        assert!(best["text"].as_str().unwrap().contains("missing hours"), "{found}");
        let hired = found["relaxations"].as_array().unwrap().iter().find(|one| one["loosened"] == "headcount").unwrap();
        assert_eq!((&hired["queue"], &hired["rule"], &hired["agents"]), (&json!("旗舰店售前"), &Value::Null, &json!([])));
        let hours = found["relaxations"].as_array().unwrap().iter().find(|one| one["loosened"] == "weekly_hours").unwrap();
        assert_eq!((&hours["rule"], &hours["agents"][0]["agent"]), (&json!("weekly-hours"), &json!("王芳")));
    }

    a_roster_that_nobody_looked_at_says_so(app) {
        let draft = Draft::store(&app).await;
        let found = app.get(&format!("{}/relaxations", draft.path), 200).await.json();
        assert_eq!(found, json!({ "missing_hours": null, "is_current": false, "relaxations": [] }));
    }

    costs_add_up_to_what_the_roster_is_judged_by(app) {
        let draft = Draft::store(&app).await;
        let costs = app.get(&format!("{}/costs", draft.path), 200).await.json();
        let judged = app.get(&format!("{}/violations", draft.path), 200).await.json();
        assert_eq!((&costs["cost"], &costs["by_rule"]), (&judged["cost"], &judged["by_rule"]));
        assert!((sum(&costs["items"]) - number(&costs["cost"])).abs() < 1e-6, "{costs}");
        // Eight hours at 20 on each of five days with nobody; on Monday one too many for eight hours at 0.5.
        let on = |number: i64| {
            let date = day(number).to_string();
            costs["dates"].as_array().unwrap().iter().find(|one| one["date"] == date).map(|one| one["cost"].clone())
        };
        assert_eq!((on(0), on(1), on(2), on(6)), (Some(json!(4.0)), None, Some(json!(160.0)), Some(json!(160.0))));
        let agents = costs["agents"].as_array().unwrap();
        assert_eq!((&agents[0]["agent_id"], &agents[0]["by_rule"][0]["rule"]), (&draft.second, &json!("minimum-hours")));
        assert!(agents.iter().all(|agent| agent["agent"] == "王芳"));
    }

    a_working_day_is_explained_by_what_anything_else_would_cost(app) {
        let draft = Draft::store(&app).await;
        let told = alternatives(&app, &draft, &draft.first, 1).await;
        assert_eq!((&told["agent"], &told["now"]["shift"], &told["now"]["queue"]), (&json!("王芳"), &json!("早班"), &json!("售前")));
        let found = told["alternatives"].as_array().unwrap();
        assert!(found.is_sorted_by_key(|one| number(&one["added_cost"])), "{told}");
        let ways: Vec<_> = found.iter().map(|one| one["instead"]["shift"].clone()).collect();
        assert!(ways.contains(&Value::Null) && ways.contains(&json!("晚班")) && ways.len() == 2, "{told}");
        // The rest of the week is made the best of: Wednesday and later need somebody.
        assert!(!found[0]["changes"].as_array().unwrap().is_empty() && number(&found[0]["added_cost"]) < 0.0, "{told}");
        let free = alternatives(&app, &draft, &draft.second, 2).await;
        assert_eq!((&free["now"], &free["is_pinned"]), (&Value::Null, &json!(false)));
    }

    a_pinned_day_has_no_alternative_and_one_that_leave_contradicts_is_told(app) {
        let draft = Draft::store(&app).await;
        let [_, _, tuesday] = draft.assignments(&app).await;
        app.send(draft.edit(&app, json!([{ "op": "pin", "assignment_id": tuesday }])), 200).await;
        let told = alternatives(&app, &draft, &draft.first, 1).await;
        assert_eq!((&told["is_pinned"], &told["alternatives"]), (&json!(true), &json!([])));
        let leave = json!({ "agent_id": draft.first, "kind": "sick", "starts_at": "2026-12-01T00:00:00+08:00",
            "ends_at": "2026-12-02T00:00:00+08:00" });
        app.post("/leave", leave, 201).await;
        let path = format!("{}/alternatives?agent_id={}&date={}", draft.path, draft.first.as_str().unwrap(), day(0));
        assert_eq!(slug(&app.get(&path, 409).await), "rule-violation");
        app.get(&format!("{}/costs", draft.path), 200).await;
    }

    an_agent_or_a_date_of_another_week_is_refused(app) {
        let draft = Draft::store(&app).await;
        let (agent, far) = (draft.first.as_str().unwrap(), draft.seed.far_agent.as_str().unwrap());
        let ask = |agent: &str, date: &str| format!("{}/alternatives?agent_id={agent}&date={date}", draft.path);
        assert_eq!(pointers(&app.get(&ask(agent, "2026-12-07"), 422).await), ["#/date"]);
        assert_eq!(pointers(&app.get(&ask(far, "2026-12-01"), 422).await), ["#/agent_id"]);
        app.get(&format!("{}/alternatives?agent_id={agent}", draft.path), 400).await;
        app.get(&ask(agent, "tomorrow"), 400).await;
    }
}

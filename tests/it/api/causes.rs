//! Causes of weak figures: proposed by the table, decided by a leader, closed by the figure.

use chrono::{Days, NaiveDate, Utc};
use paiban::domain::measure::Measure;
use paiban::services::causes;
use paiban::store::Store;
use serde_json::{Value, json};

use super::compliance::record_of;
use super::seed::{Seed, agent, id, one, pointers};
use crate::harness::{TestApp, on_both};

/// Today at the site.
fn today() -> NaiveDate {
    (Utc::now() + chrono::TimeDelta::hours(8)).date_naive()
}

fn ten_days_ago() -> NaiveDate {
    today() - Days::new(10)
}

/// The new causes of those days.
async fn propose(app: &TestApp, seed: &Seed) -> Value {
    let body = json!({ "from": ten_days_ago(), "until": ten_days_ago() + Days::new(3) });
    app.post(&(one("/teams", &seed.near) + "/causes"), body, 200).await.json()
}

/// Ten days ago the agent of `near` sold to 5 of 100 who asked, and a colleague to 60 of 100.
async fn weak(app: &TestApp) -> (Seed, Value, Value) {
    let seed = Seed::plant(app).await;
    let colleague = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
    for (who, ordered) in [(&seed.near_agent, 5), (&colleague, 60)] {
        let counts = [(Measure::Inquirers, 100), (Measure::OrderedPeople, ordered)];
        record_of(app, &seed, who, &seed.shop, &ten_days_ago().to_string(), &counts).await;
    }
    let found = propose(app, &seed).await;
    assert_eq!(propose(app, &seed).await, json!([]), "an open cause is not proposed twice");
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    (seed, colleague, found[0].clone())
}

fn decision(check_on: NaiveDate) -> Value {
    json!({ "class": "ability", "check_on": check_on, "note": "话术" })
}

on_both! {
    a_cause_is_closed_by_the_figure_and_not_by_the_click(app) {
        let (seed, colleague, cause) = weak(&app).await;
        assert_eq!((&cause["agent_id"], &cause["figure"], &cause["class"]), (&seed.near_agent, &json!("order_conversion"), &json!("ability")));
        assert_eq!((&cause["evidence"][0]["value"], &cause["evidence"][0]["others"]), (&json!(0.05), &json!(0.6)));
        let path = one("/causes", &cause["id"]);
        app.post(&format!("{path}/check"), json!({}), 422).await;
        let decided = app.post(&format!("{path}/decide"), decision(today() + Days::new(7)), 200).await.json();
        assert_eq!((&decided["state"], decided["actions"].as_array().unwrap().len()), (&json!("confirmed"), 4));
        for action in decided["actions"].as_array().unwrap() {
            let done = json!({ "code": action["code"], "note": "做完了" });
            app.post(&format!("{path}/actions/done"), done, 200).await;
        }
        let checked = app.post(&format!("{path}/check"), json!({}), 200).await.json();
        assert_eq!((&checked["state"], &checked["checks"][0]["found"]), (&json!("confirmed"), &Value::Null), "nothing counted since");
        let day = today().to_string();
        for (who, ordered) in [(&seed.near_agent, 55), (&colleague, 60)] {
            let counts = [(Measure::Inquirers, 100), (Measure::OrderedPeople, ordered)];
            record_of(&app, &seed, who, &seed.shop, &day, &counts).await;
        }
        let closed = app.post(&format!("{path}/check"), json!({}), 200).await.json();
        assert_eq!((&closed["state"], &closed["checks"][1]["found"]["is_weak"]), (&json!("closed"), &json!(false)));
        let refused = app.post(&format!("{path}/decide"), decision(today() + Days::new(7)), 422).await;
        assert_eq!(pointers(&refused), ["#/class"]);
        assert_eq!(propose(&app, &seed).await.as_array().unwrap().len(), 1, "a closed cause stands in nobody's way");
    }

    the_clock_reads_a_figure_again_on_its_check_date(app) {
        let (_, _, cause) = weak(&app).await;
        let path = one("/causes", &cause["id"]);
        app.post(&format!("{path}/decide"), decision(today() + Days::new(7)), 200).await;
        let store = Store::connect(&app.database_url, 2).await.unwrap();
        let on = |days: u64| Utc::now() + Days::new(days);
        assert_eq!(causes::check_due(&store, on(6)).await.unwrap(), 0);
        assert_eq!(causes::check_due(&store, on(7)).await.unwrap(), 1);
        // The next is a week later.
        assert_eq!(causes::check_due(&store, on(7)).await.unwrap(), 0);
        store.close().await.unwrap();
        let checked = app.get(&path, 200).await.json();
        assert_eq!((&checked["checks"][0]["on"], &checked["check_on"]), (&json!(today() + Days::new(7)), &json!(today() + Days::new(14))));
    }

    every_fault_of_a_decision_is_told_at_once(app) {
        let (_, _, cause) = weak(&app).await;
        let body = json!({ "class": "attitude", "actions": [{ "code": "talk" }, { "code": "shout" }, { "code": "talk" }],
            "check_on": today(), "note": "" });
        let path = one("/causes", &cause["id"]);
        let refused = app.post(&format!("{path}/decide"), body, 422).await;
        assert_eq!(pointers(&refused), ["#/check_on", "#/actions/1/code", "#/actions/2/code"]);
        assert_eq!(pointers(&app.post(&format!("{path}/actions/done"), json!({ "code": "talk" }), 422).await), ["#/code"]);
    }

    an_action_is_for_somebody_within_the_leaders_reach(app) {
        let (seed, colleague, cause) = weak(&app).await;
        let near = app.as_role("leader", Some(&seed.near)).await;
        let path = one("/causes", &cause["id"]) + "/decide";
        let body = |owner: &Value| {
            json!({ "class": "attitude", "actions": [{ "code": "talk", "owner_id": owner }], "check_on": today() + Days::new(7) })
        };
        assert_eq!(pointers(&near.post(&path, body(&seed.far_agent), 422).await), ["#/actions/0/owner_id"]);
        let decided = near.post(&path, body(&colleague), 200).await.json();
        assert_eq!(decided["actions"][0]["owner_id"], colleague);
    }

    an_agent_reads_their_own_causes_and_a_leader_those_of_their_teams(app) {
        let (seed, colleague, cause) = weak(&app).await;
        let path = one("/causes", &cause["id"]);
        let key = async |agent: &Value| {
            let body = json!({ "name": "客服", "role": "agent", "team_id": seed.near, "agent_id": agent });
            app.with_token(app.post("/api-keys", body, 201).await.json()["token"].as_str().unwrap())
        };
        let own = key(&seed.near_agent).await;
        assert_eq!(own.get("/causes", 200).await.json()["items"][0]["id"], cause["id"]);
        own.get(&path, 200).await;
        own.post(&format!("{path}/decide"), decision(today() + Days::new(7)), 403).await;
        let other = key(&colleague).await;
        assert_eq!(other.get("/causes", 200).await.json()["items"], json!([]));
        let asked = format!("/causes?agent_id={}", seed.near_agent.as_str().unwrap());
        assert_eq!(other.get(&asked, 200).await.json()["items"], json!([]));
        other.get(&path, 404).await;
        let far = app.as_role("leader", Some(&seed.far)).await;
        far.get(&path, 404).await;
        far.post(&(one("/teams", &seed.near) + "/causes"), json!({ "from": today(), "until": today() }), 404).await;
        app.as_role("dashboard", None).await.get("/causes", 403).await;
        let near = app.as_role("leader", Some(&seed.near)).await;
        near.post(&format!("{path}/decide"), decision(today() + Days::new(7)), 200).await;
    }
}

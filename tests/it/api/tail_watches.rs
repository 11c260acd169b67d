//! The tail opens follow-ups by itself.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use paiban::domain::measure::Measure;
use paiban::services::tail_watches;
use paiban::store::Store;
use reqwest::Method;
use serde_json::{Value, json};

use super::compliance::record_of;
use super::seed::{Seed, agent, id, one, pointers};
use crate::harness::{TestApp, on_both};

/// Today at the site.
fn today() -> NaiveDate {
    (Utc::now() + TimeDelta::hours(8)).date_naive()
}

/// So many days from today, at an hour of Shanghai.
fn at(days: u64, hour: u32) -> DateTime<Utc> {
    let midnight = (today() + Days::new(days)).and_hms_opt(0, 0, 0).unwrap().and_utc();
    midnight + TimeDelta::hours(i64::from(hour) - 8)
}

/// Of 200 who asked each, the agent of `near` sold to 10 and a colleague, who leads the team, to 120.
async fn weak(app: &TestApp) -> (Seed, Value) {
    let seed = Seed::plant(app).await;
    let colleague = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
    app.patch(&one("/teams", &seed.near), json!({ "leader_id": colleague }), 200).await;
    sold(app, &seed, &colleague, today() - Days::new(1)).await;
    (seed, colleague)
}

async fn sold(app: &TestApp, seed: &Seed, colleague: &Value, date: NaiveDate) {
    for (who, ordered) in [(&seed.near_agent, 10), (colleague, 120)] {
        let counts = [(Measure::Inquirers, 200), (Measure::OrderedPeople, ordered)];
        record_of(app, seed, who, &seed.shop, &date.to_string(), &counts).await;
    }
}

async fn open_due(app: &TestApp, now: DateTime<Utc>) -> usize {
    let store = Store::connect(&app.database_url, 2).await.unwrap();
    tail_watches::open_due(&store, 480, now).await.unwrap()
}

async fn put(app: &TestApp, team: &Value, body: Value, status: u16) -> crate::harness::Answer {
    app.send(app.request(Method::PUT, &(one("/teams", team) + "/tail-watch")).json(&body), status).await
}

on_both! {
    who_is_surely_behind_gets_one_follow_up_a_period_for_the_leader(app) {
        let (seed, colleague) = weak(&app).await;
        assert_eq!(open_due(&app, at(0, 7)).await, 0, "not before eight at the site");
        assert_eq!(open_due(&app, at(0, 8)).await, 1);
        let listed = app.get("/follow-ups", 200).await.json();
        let follow_up = &listed["items"][0];
        assert_eq!((&follow_up["agent_id"], &follow_up["owner_id"], &follow_up["figure"]), (&seed.near_agent, &colleague, &json!("order_conversion")));
        let dates = [today() - Days::new(7), today(), today() + Days::new(7)];
        assert_eq!([&follow_up["from"], &follow_up["to"], &follow_up["due_on"]], dates.map(|date| json!(date)).each_ref());
        assert_eq!(follow_up["cases"], json!([format!("{} 09:00 10/200", (today() - Days::new(1)).format("%m-%d"))]));
        assert_eq!(open_due(&app, at(0, 9)).await, 0, "the day was checked");
        assert_eq!(open_due(&app, at(1, 9)).await, 0, "it is of the same days");
        let done = json!({ "state": "done", "result": "话术培训过了" });
        app.patch(&one("/follow-ups", &follow_up["id"]), done, 200).await;
        assert_eq!(open_due(&app, at(2, 9)).await, 0, "what is done is not opened again");
        sold(&app, &seed, &colleague, today() + Days::new(8)).await;
        assert_eq!(open_due(&app, at(9, 9)).await, 1, "a week later it is weak still");
    }

    a_team_says_whether_its_tail_is_watched_and_by_what(app) {
        let (seed, _) = weak(&app).await;
        let path = one("/teams", &seed.below) + "/tail-watch";
        let usual = app.get(&path, 200).await.json();
        assert_eq!((&usual["is_enabled"], &usual["set_by_team_id"]), (&json!(true), &Value::Null));
        let wrong = json!({ "figure": "average_reply_secs", "days": 93, "most": 0, "fewest": 0, "due_days": 0 });
        assert_eq!(pointers(&put(&app, &seed.near, wrong, 422).await), ["#/days", "#/most", "#/due_days", "#/fewest", "#/figure"]);
        put(&app, &seed.near, json!({ "is_enabled": false }), 200).await;
        let below = app.get(&path, 200).await.json();
        assert_eq!((&below["is_enabled"], &below["set_by_team_id"]), (&json!(false), &seed.near));
        assert_eq!(open_due(&app, at(0, 8)).await, 0);
        put(&app, &seed.near, json!({ "fewest": 201 }), 200).await;
        assert_eq!(open_due(&app, at(0, 8)).await, 0, "with so few nobody is judged");
        put(&app, &seed.near, json!({ "fewest": 200 }), 200).await;
        assert_eq!(open_due(&app, at(1, 8)).await, 1);
        let far = app.as_role("leader", Some(&seed.far)).await;
        far.get(&path, 404).await;
        put(&far, &seed.near, json!({}), 404).await;
        put(&app.as_role("leader", Some(&seed.near)).await, &seed.below, json!({}), 200).await;
    }
}

//! Several weeks planned together: one run, a draft for each week, rules kept across their borders.

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::seed::{one, pointers};
use crate::harness::shop::{Shop, WEEK};
use crate::harness::{Answer, TestApp, on_both};

/// The Monday of a week, counted from the first.
fn monday(week: u64) -> NaiveDate {
    WEEK.parse::<NaiveDate>().unwrap() + Days::new(7 * week)
}

/// Plans so many weeks in one go; gives the run that built the drafts.
async fn planned(app: &TestApp, shop: &Shop, weeks: u64) -> Value {
    let mut body = shop.request();
    body.as_object_mut().unwrap().extend([("weeks".to_owned(), json!(weeks)), ("time_limit_secs".to_owned(), json!(3))]);
    let run = app.start_run(body).await;
    let run = app.wait_for(&run).await;
    assert_eq!((&run["kind"], &run["state"]), (&json!("roster"), &json!("succeeded")), "{run}");
    run
}

async fn drafts(app: &TestApp, run: &Value) -> Vec<Value> {
    let mut drafts = Vec::new();
    for id in run["result_ids"].as_array().unwrap() {
        drafts.push(app.get(&one("/rosters", id), 200).await.json());
    }
    drafts
}

fn assignments(roster: &Value) -> &Vec<Value> {
    roster["assignments"].as_array().unwrap()
}

async fn edited(app: &TestApp, roster: &Value, edits: Value, status: u16) -> Answer {
    let path = format!("{}/edits", one("/rosters", &roster["id"]));
    app.send(app.request(Method::POST, &path).header("If-Match", "*").json(&json!({ "edits": edits })), status).await
}

async fn published(app: &TestApp, roster: &Value) {
    let path = format!("{}/publish", one("/rosters", &roster["id"]));
    app.send(app.request(Method::POST, &path).header("If-Match", "*"), 200).await;
}

fn rules(answer: &Answer) -> Vec<String> {
    let told = answer.json()["violations"].as_array().cloned().unwrap_or_default();
    told.iter().map(|violation| violation["rule"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    one_run_plans_three_weeks_and_each_is_published_by_itself(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let run = planned(&app, &shop, 3).await;
        assert_eq!((&run["weeks"], &run["week_start"], &run["result_id"]), (&json!(3), &json!(WEEK), &run["result_ids"][0]));
        let drafts = drafts(&app, &run).await;
        assert_eq!(drafts.len(), 3);
        for (week, draft) in (0..).zip(&drafts) {
            let told = [&draft["week_start"], &draft["horizon_start"], &draft["horizon_weeks"], &draft["run_id"]];
            assert_eq!(told, [&json!(monday(week)), &json!(WEEK), &json!(3), &run["id"]]);
            let dates = assignments(draft).iter().map(|one| one["date"].as_str().unwrap().parse::<NaiveDate>().unwrap());
            assert!(dates.clone().count() > 10 && dates.into_iter().all(|date| (monday(week)..monday(week + 1)).contains(&date)));
            assert!(draft["score"]["bound"].as_f64().unwrap() <= draft["score"]["cost"].as_f64().unwrap());
        }
        for of_week in ["/forecasts", "/requirements"] {
            let listed = app.get(of_week, 200).await.json();
            let mondays: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|item| &item["week_start"]).collect();
            assert_eq!(mondays, [&json!(monday(0)), &json!(monday(1)), &json!(monday(2))], "{of_week}");
        }
        // In any order: what is not published yet is judged by the drafts of the same run.
        for week in [1, 0, 2] {
            published(&app, &drafts[week]).await;
        }
        let rows = app.get(&format!("/feeds/hours?from={WEEK}&to={}", monday(3)), 200).await.json();
        let weeks: std::collections::BTreeSet<&str> = rows.as_array().unwrap().iter().map(|row| row["week"].as_str().unwrap()).collect();
        assert_eq!(weeks.len(), 3);
    }

    an_edit_is_judged_by_the_weeks_beside_it(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        // From 21:00 to 09:00 are twelve hours: too few.
        app.patch(&one("/teams", &shop.team["id"]), json!({ "rules": { "min_rest_minutes": 780 } }), 200).await;
        let run = planned(&app, &shop, 2).await;
        let drafts = drafts(&app, &run).await;
        let sunday = json!(monday(1) - Days::new(1));
        let late = assignments(&drafts[0]).iter().find(|one| one["date"] == sunday && one["shift_code"] == "晚").unwrap();
        let early = assignments(&drafts[1]).iter().find(|one| one["shift_code"] == "早").unwrap();
        let own = |one: &&Value| one["agent_id"] == late["agent_id"] && one["date"] == json!(monday(1));
        let edit = match assignments(&drafts[1]).iter().find(own) {
            Some(own) => json!({ "op": "change", "assignment_id": own["id"], "shift_template_id": early["shift_template_id"] }),
            None => json!({ "op": "assign", "agent_id": late["agent_id"], "date": monday(1), "queue_id": late["queue_id"],
                "shift_template_id": early["shift_template_id"] }),
        };
        let refused = edited(&app, &drafts[1], json!([edit]), 409).await;
        assert!(rules(&refused).contains(&"minimum-rest".to_owned()), "{:?}", rules(&refused));
        // Without Sunday's shift nothing stands in the way of the rest.
        edited(&app, &drafts[0], json!([{ "op": "remove", "assignment_id": late["id"] }]), 200).await;
        let path = format!("{}/edits", one("/rosters", &drafts[1]["id"]));
        let body = json!({ "edits": [edit], "dry_run": true });
        let judged = app.request(Method::POST, &path).header("If-Match", "*").json(&body).send().await.unwrap();
        let told: Value = judged.json().await.unwrap();
        let broken = told["violations"].as_array().cloned().unwrap_or_default();
        assert!(broken.iter().all(|violation| violation["rule"] != "minimum-rest"), "{broken:?}");
    }

    pins_of_all_weeks_are_kept_by_the_roster_that_is_named(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let run = planned(&app, &shop, 2).await;
        let before = drafts(&app, &run).await;
        let mut pinned = Vec::new();
        for draft in &before {
            let id = &assignments(draft)[3]["id"];
            edited(&app, draft, json!([{ "op": "pin", "assignment_id": id }]), 200).await;
            pinned.push(id);
        }
        let body = json!({ "kind": "roster", "team_id": shop.team["id"], "week_start": WEEK, "weeks": 2, "time_limit_secs": 2,
            "keep_pins_of": run["result_ids"][1] });
        let again = app.wait_for(&app.start_run(body).await).await;
        for (draft, pin) in drafts(&app, &again).await.iter().zip(pinned) {
            assert_eq!(draft["revision"], 2);
            assert!(assignments(draft).iter().any(|one| one["id"] == *pin && one["is_pinned"] == true), "{pin}");
        }
    }

    weeks_that_cannot_be_are_refused_with_all_their_faults(app) {
        let shop = Shop::open(&app).await;
        let start = |body: Value| app.request(Method::POST, "/runs").header("Idempotency-Key", uuid::Uuid::new_v4().to_string()).json(&body);
        let body = |weeks: u32| json!({ "kind": "roster", "team_id": shop.team["id"], "week_start": "2026-12-01", "weeks": weeks,
            "requirement_id": "01936d7e-0000-7000-8000-000000000000", "forecast_id": "01936d7e-0000-7000-8000-000000000000" });
        for weeks in [0, 9] {
            let refused = app.send(start(body(weeks)), 422).await;
            assert_eq!(pointers(&refused), ["#/week_start", "#/weeks", "#/forecast_id", "#/requirement_id"], "{weeks}");
        }
        // A week without a requirement is named.
        let run = json!({ "kind": "roster", "team_id": shop.team["id"], "week_start": WEEK, "weeks": 2 });
        let failed = app.wait_for(&app.start_run(run).await).await;
        assert_eq!(failed["problem"]["type"], "/problems/not-found");
        assert!(failed["problem"]["detail"].as_str().unwrap().contains(WEEK), "{failed}");
    }
}

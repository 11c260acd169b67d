//! Questions to the staffing model: what if, what a roster would give, and how many to hire.

use serde_json::{Value, json};

use super::seed::{pointers, slug};
use crate::harness::shop::{Shop, WEEK};
use crate::harness::{TestApp, on_both};

/// A planned week: the requirement and the draft.
async fn planned(app: &TestApp) -> (Value, Value) {
    let shop = Shop::open(app).await;
    Shop::load_history(app).await;
    let run = shop.plan(app).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    let requirements = app.get(&format!("/requirements?week_start={WEEK}"), 200).await.json();
    (requirements["items"][0]["id"].clone(), run["result_id"].clone())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A shop of two that needs a third from the third month on.
fn headcount() -> Value {
    let period = |label: &str, heads: f64| json!({ "label": label, "p50_heads": heads, "p90_heads": heads });
    json!({ "periods": [period("一月", 2.0), period("二月", 2.0), period("三月", 3.0), period("四月", 3.0), period("五月", 3.0), period("六月", 3.0)],
        "staff": { "heads": 2, "cost": 5000 }, "shortage_cost": 20000,
        "hiring": { "lead_periods": 1, "training_periods": 1, "most_per_period": 5, "cost": 1000 },
        "borrowing": [{ "name": "外包", "most": 3, "proficiency": 0.9, "cost": 9000 }] })
}

on_both! {
    one_request_answers_what_if_more_comes_and_people_are_missing(app) {
        let (requirement, roster) = planned(&app).await;
        let ask = json!({ "requirement_id": requirement, "volume_factor": 1.3, "max_concurrent_chats": 4, "heads": -1 });
        let told = app.post("/what-ifs", ask, 200).await.json();
        let queue = &told["queues"][0];
        assert_eq!((&queue["queue"], &told["interval_minutes"]), (&json!("旗舰店售前"), &json!(30)));
        assert!(number(&queue["service_level_before"]) > 0.8 && queue["service_level_after"] != queue["service_level_before"], "{queue}");
        // Twelve open hours of seven days; nothing is asked of the night.
        let points = queue["points"].as_array().unwrap();
        assert_eq!(points.iter().filter(|point| number(&point["before"]["volume"]) > 0.0).count(), 7 * 24);
        let evening = points.iter().find(|point| point["starts_at"] == "2026-11-30T11:00:00Z").unwrap();
        let (before, after) = (&evening["before"], &evening["after"]);
        assert_eq!(number(&after["heads"]), number(&before["heads"]) - 1.0);
        assert!((number(&after["volume"]) - 1.3 * number(&before["volume"])).abs() < 1e-9);
        assert!(number(&before["service"]["replies"]) > 0.9 && number(&before["needed"]) <= number(&before["heads"]), "{evening}");

        let rostered = app.post("/what-ifs", json!({ "roster_id": roster, "handling_factor": 1.2 }), 200).await.json();
        assert!(number(&rostered["queues"][0]["service_level_before"]) > number(&rostered["queues"][0]["service_level_after"]));
    }

    a_question_that_makes_no_sense_is_refused_with_all_its_faults(app) {
        let nobody = "01936d7e-0000-7000-8000-000000000000";
        let wrong = json!({ "volume_factor": -1, "handling_factor": 0, "max_concurrent_chats": 500, "heads": 5000, "pool": [nobody] });
        let expected = ["roster_id", "volume_factor", "handling_factor", "max_concurrent_chats", "heads", "pool"];
        assert_eq!(pointers(&app.post("/what-ifs", wrong, 422).await), expected.map(|field| format!("#/{field}")));
        app.post("/what-ifs", json!({ "requirement_id": nobody }), 404).await;
        app.as_role("dashboard", None).await.post("/what-ifs", json!({ "requirement_id": nobody }), 403).await;
    }

    a_pool_must_be_of_queues_that_are_forecast(app) {
        let (requirement, _) = planned(&app).await;
        let others = ["01936d7e-0000-7000-8000-000000000000", "01936d7e-0000-7000-8000-000000000001"];
        let ask = json!({ "requirement_id": requirement, "pool": others });
        assert_eq!(pointers(&app.post("/what-ifs", ask, 422).await), ["#/pool/0"]);
    }

    a_draft_is_simulated_against_its_forecast(app) {
        let (_, roster) = planned(&app).await;
        let path = format!("/rosters/{}/simulation", roster.as_str().unwrap());
        let told = app.post(&path, json!({ "replications": 4, "seed": 7 }), 200).await.json();
        let week = &told["queues"][0]["week"];
        let level = &week["service_level"];
        assert!(number(&level["low"]) < number(&level["mean"]) && number(&level["mean"]) < number(&level["high"]), "{week}");
        // Six weeks of some ten chats in each of 24 half hours a day, for 24 half hours of seven days.
        assert!((1_400.0..2_600.0).contains(&number(&week["chats"])), "{week}");
        assert!(number(&week["replies"]["mean"]) > 0.7, "{week}");
        let points = told["queues"][0]["points"].as_array().unwrap();
        assert!(points.iter().all(|point| point["starts_at"].is_string()) && points.len() <= 7 * 24);
        assert_eq!(app.post(&path, json!({ "replications": 4, "seed": 7 }), 200).await.json(), told);
        let busier = app.post(&path, json!({ "replications": 4, "seed": 7, "volume_factor": 3 }), 200).await.json();
        assert!(number(&busier["queues"][0]["week"]["service_level"]["mean"]) < number(&level["mean"]));

        assert_eq!(pointers(&app.post(&path, json!({ "replications": 1, "volume_factor": 0 }), 422).await), ["#/replications", "#/volume_factor"]);
        let refused = app.post(&path, json!({ "replications": 200, "volume_factor": 100 }), 422).await;
        assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains("at most"), "{}", refused.text);
    }

    a_headcount_plan_says_whom_to_hire_and_what_it_costs_not_to(app) {
        let told = app.post("/headcount-plans", headcount(), 200).await.json();
        let periods = told["periods"].as_array().unwrap();
        let hires: Vec<f64> = periods.iter().map(|period| number(&period["hire"])).collect();
        assert_eq!(hires, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!((&periods[0]["label"], &periods[0]["productive_from"]), (&json!("一月"), &json!("三月")));
        assert_eq!(periods[2]["p90"]["borrow"], json!([{ "name": "外包", "agents": 0 }]));
        // The hire costs 1,000 and five months of 5,000; four months of a missing head 80,000.
        assert!((number(&told["cost"]) - 26_000.0).abs() < 1.0 && (number(&told["cost_of_nothing"]) - 80_000.0).abs() < 1e-6, "{told}");
    }

    a_headcount_plan_can_refer_to_a_forecast_week(app) {
        planned(&app).await;
        let forecasts = app.get(&format!("/forecasts?week_start={WEEK}"), 200).await.json();
        let mut ask = headcount();
        ask["forecast_id"] = forecasts["items"][0]["id"].clone();
        ask["periods"] = json!([{ "label": "平时", "p50_factor": 1.0 }, { "label": "大促", "p50_factor": 3.0, "p90_factor": 4.0 }]);
        let told = app.post("/headcount-plans", ask, 200).await.json();
        let needed = |index: usize, demand: &str| number(&told["periods"][index][demand]["needed"]);
        // 84 open hours with two to three on seat, a tenth of it away from it, over 40 hours a head.
        assert!((4.0..8.0).contains(&needed(0, "p50")) && needed(0, "p50") == needed(0, "p90"), "{told}");
        assert!(needed(1, "p50") > 1.5 * needed(0, "p50") && needed(1, "p90") > needed(1, "p50"), "{told}");
    }

    a_plan_without_sense_is_refused_with_all_its_faults(app) {
        let mut wrong = headcount();
        wrong["periods"] = json!([{ "label": "", "p50_heads": -1 }, { "label": "二月" }, { "label": "三月", "p50_factor": 2, "p90_factor": 1 }]);
        wrong["staff"] = json!({ "heads": -2, "leaving_share": 1.0, "cost": 5000 });
        wrong["borrowing"][0]["proficiency"] = json!(3);
        let expected = ["periods/0/label", "periods/0/p50_heads", "periods/1", "periods/2/p90_factor", "staff/heads",
            "staff/leaving_share", "borrowing/0/proficiency"];
        let refused = app.post("/headcount-plans", wrong, 422).await;
        assert_eq!((pointers(&refused), slug(&refused)), (expected.map(|field| format!("#/{field}")).to_vec(), "validation-failed".to_owned()));
        let mut factors = headcount();
        factors["periods"] = json!([{ "label": "大促", "p50_factor": 2 }]);
        assert_eq!(pointers(&app.post("/headcount-plans", factors, 422).await), ["#/forecast_id"]);
    }
}

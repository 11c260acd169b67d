//! What planners tell the forecast, and what it tells them.

use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, one, pointers};
use crate::harness::shop::{Shop, WEEK, import};
use crate::harness::{TestApp, on_both};

/// The week's latest forecast, made anew.
async fn forecast(app: &TestApp, shop: &Shop) -> Value {
    let body = json!({ "kind": "forecast", "team_id": shop.team["id"], "week_start": WEEK });
    let run = app.wait_for(&app.start_run(body).await).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    app.get(&one("/forecasts", &run["result_id"]), 200).await.json()
}

fn at<'a>(queue: &'a Value, starts_at: &str) -> &'a Value {
    queue["points"].as_array().unwrap().iter().find(|point| point["starts_at"] == starts_at).unwrap()
}

fn figure(point: &Value, name: &str) -> f64 {
    point[name].as_f64().unwrap_or_else(|| panic!("{name} of {point}"))
}

/// The one queue of the shop.
async fn queue(app: &TestApp) -> Value {
    app.get("/queues", 200).await.json()["items"][0]["id"].clone()
}

on_both! {
    a_forecast_serves_its_models_its_quantiles_and_its_totals(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let forecast = forecast(&app, &shop).await;
        let queue = &forecast["queues"][0];
        let models = queue["backtest"]["models"].as_array().unwrap();
        let weights: f64 = models.iter().map(|model| figure(model, "weight")).sum();
        assert!(models.len() >= 6 && (weights - 1.0).abs() < 1e-6, "{models:?}");
        assert!(models.windows(2).all(|pair| figure(&pair[0], "wape") <= figure(&pair[1], "wape")), "the best first");
        assert!(["wape_last_week", "wape_mean4", "wape_median6"].iter().all(|name| queue["backtest"][name].is_number()));
        let noon = at(queue, "2026-11-30T04:00:00Z");
        let figures: Vec<f64> = ["p05", "p10", "p50", "p90", "p95"].iter().map(|name| figure(noon, name)).collect();
        assert!(figures.is_sorted() && figures[0] < figures[4], "{noon}");
        assert!(noon["aht_secs"].is_null() && queue["faults"] == json!([]) && queue["borrowed_from"].is_null());
        let totals: Vec<_> = forecast["totals"].as_array().unwrap().iter().map(|total| total["of"].as_str().unwrap()).collect();
        assert_eq!(totals, ["shop", "team"]);
        let total = figure(at(&forecast["totals"][0], "2026-11-30T04:00:00Z"), "expected");
        assert!((total - figure(noon, "expected")).abs() < 1e-9);
    }

    an_adjustment_lives_under_its_authors_name(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "queue_id": seed.near_queue, "starts_at": "2026-11-30T04:00:00Z", "ends_at": "2026-11-30T06:00:00Z",
            "change": { "type": "scale", "factor": 1.5 }, "reason": "加播一场" });
        life::is_lived(&app, "/adjustments", body.clone(), json!({ "reason": "加播两场" })).await;
        let made = app.as_role("supervisor", Some(&seed.near)).await.post("/adjustments", body.clone(), 201).await.json();
        assert!(!made["author"].as_str().unwrap().is_empty());
        let wrong = json!({ "queue_id": seed.far_queue, "starts_at": "2026-11-30T04:00:00Z", "ends_at": "2026-11-30T04:00:00Z",
            "change": { "type": "set", "inquiries": -1 }, "reason": " " });
        let refused = app.as_role("supervisor", Some(&seed.near)).await.post("/adjustments", wrong, 422).await;
        assert_eq!(pointers(&refused), ["#/ends_at", "#/change/inquiries", "#/reason", "#/queue_id"]);
    }

    staffing_takes_the_adjusted_figure_and_the_models_stays_beside_it(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let plain = forecast(&app, &shop).await;
        let body = json!({ "queue_id": queue(&app).await, "starts_at": "2026-11-30T04:00:00Z", "ends_at": "2026-11-30T05:00:00Z",
            "change": { "type": "scale", "factor": 10.0 }, "reason": "直播" });
        let made = app.post("/adjustments", body, 201).await.json();
        let changed = app.get(&one("/forecasts", &plain["id"]), 200).await.json();
        let (before, after) = (at(&plain["queues"][0], "2026-11-30T04:30:00Z"), at(&changed["queues"][0], "2026-11-30T04:30:00Z"));
        assert_eq!(before["expected"], after["expected"]);
        assert!((figure(after, "adjusted") / figure(before, "expected") - 10.0).abs() < 1e-9);
        assert_eq!(at(&changed["queues"][0], "2026-11-30T05:00:00Z")["adjusted"], at(&plain["queues"][0], "2026-11-30T05:00:00Z")["expected"]);
        assert_eq!(changed["adjustment_ids"], json!([made["id"]]));

        let size = json!({ "kind": "staffing", "team_id": shop.team["id"], "week_start": WEEK });
        let run = app.wait_for(&app.start_run(size).await).await;
        let requirement = app.get(&one("/requirements", &run["result_id"]), 200).await.json();
        let heads = |starts_at| figure(at(&requirement["queues"][0], starts_at), "required");
        assert!(heads("2026-11-30T04:30:00Z") > 2.0 * heads("2026-11-30T05:00:00Z"));
    }

    a_fault_of_the_history_is_listed_and_an_overrule_keeps_it(app) {
        let shop = Shop::open(&app).await;
        let dirty: String = Shop::history().lines().map(|line| {
            let surge = line.starts_with("2026-11-18 1") && line.contains(":00");
            if surge { format!("{}00\n", line) } else { format!("{line}\n") }
        }).collect();
        app.send(import(&app, "/volume-imports", dirty), 200).await;
        let found = forecast(&app, &shop).await;
        let faults = found["queues"][0]["faults"].as_array().unwrap().clone();
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault["kind"] == "surge" && fault["treatment"] == "left_out"), "{faults:?}");

        let seed_queue = queue(&app).await;
        let word = json!({ "queue_id": seed_queue, "starts_at": "2026-11-17T16:00:00Z", "ends_at": "2026-11-18T16:00:00Z",
            "verdict": "keep", "reason": "每周三会员日，以后都有" });
        life::is_lived(&app, "/history-overrules", word.clone(), json!({ "verdict": "leave_out" })).await;
        app.post("/history-overrules", word, 201).await;
        let kept = forecast(&app, &shop).await;
        let faults = kept["queues"][0]["faults"].as_array().unwrap().clone();
        assert!(faults.iter().all(|fault| fault["treatment"] == "kept"), "{faults:?}");
    }

    a_new_queue_borrows_a_profile(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let old = app.get("/queues", 200).await.json()["items"][0].clone();
        let body = json!({ "shop_id": old["shop_id"], "team_id": old["team_id"], "name": "新店售前" });
        let new = app.post("/queues", body, 201).await.json()["id"].clone();
        let loan = json!({ "queue_id": new, "from_queue_id": old["id"], "weekly_inquiries": 700 });
        life::is_lived(&app, "/borrowed-profiles", loan.clone(), json!({ "weekly_inquiries": 1400.0 })).await;
        app.post("/borrowed-profiles", loan.clone(), 201).await;
        assert_eq!(pointers(&app.post("/borrowed-profiles", loan, 422).await), ["#/queue_id"]);
        let wrong = json!({ "queue_id": new, "from_queue_id": new, "weekly_inquiries": 0 });
        assert_eq!(pointers(&app.post("/borrowed-profiles", wrong, 422).await), ["#/from_queue_id", "#/weekly_inquiries"]);

        let forecast = forecast(&app, &shop).await;
        let borrowed = forecast["queues"].as_array().unwrap().iter().find(|queue| queue["queue_id"] == new).unwrap();
        assert_eq!(borrowed["borrowed_from"], old["id"]);
        assert!(borrowed["backtest"].is_null());
        let week: f64 = borrowed["points"].as_array().unwrap()[..336].iter().map(|point| figure(point, "expected")).sum();
        assert!((week - 700.0).abs() < 20.0, "{week}");
    }

    planned_figures_drive_the_volume_of_their_day(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let queue = queue(&app).await;
        let path = format!("{}/plan-figures", one("/queues", &queue));
        let plain = forecast(&app, &shop).await;
        let usual: Vec<Value> = (1..=24).map(|day| json!({ "date": format!("2026-11-{day:02}"), "figure": 1000 })).collect();
        let planned = [usual, vec![json!({ "date": "2026-12-02", "figure": 3000 })]].concat();
        let all = app.send(app.request(reqwest::Method::PUT, &path).json(&json!({ "figures": planned })), 200).await.json();
        assert_eq!(all["figures"].as_array().unwrap().len(), 25);
        assert_eq!(app.get(&path, 200).await.json(), all);
        let driven = forecast(&app, &shop).await;
        let lift = |starts_at| figure(at(&driven["queues"][0], starts_at), "expected") / figure(at(&plain["queues"][0], starts_at), "expected");
        assert!((lift("2026-12-02T04:00:00Z") - 3.0).abs() < 0.2, "{}", lift("2026-12-02T04:00:00Z"));
        assert!((lift("2026-12-03T04:00:00Z") - 1.0).abs() < 0.05);
        let wrong = json!({ "figures": [{ "date": "2026-12-02", "figure": -1 }, { "date": "2026-12-02", "figure": 5 }] });
        let refused = app.send(app.request(reqwest::Method::PUT, &path).json(&wrong), 422).await;
        assert_eq!(pointers(&refused), ["#/figures/0/figure", "#/figures/1/date"]);
    }

    handling_time_is_loaded_and_forecast_by_time_of_day(app) {
        let shop = Shop::open(&app).await;
        let timed: String = Shop::history().lines().enumerate().map(|(number, line)| match number {
            0 => format!("{line},平均处理时长\n"),
            _ => format!("{line},{}\n", if line[11..13] < *"15" { "00:03:20" } else { "300" }),
        }).collect();
        app.send(import(&app, "/volume-imports", timed), 200).await;
        let forecast = forecast(&app, &shop).await;
        let aht = |starts_at| figure(at(&forecast["queues"][0], starts_at), "aht_secs");
        assert!((aht("2026-11-30T02:00:00Z") - 200.0).abs() < 12.0, "{}", aht("2026-11-30T02:00:00Z"));
        assert!((aht("2026-11-30T10:00:00Z") - 300.0).abs() < 12.0, "{}", aht("2026-11-30T10:00:00Z"));
    }

    a_zone_does_not_change_under_a_history(app) {
        let shop = Shop::open(&app).await;
        let site = one("/sites", &shop.team["site_id"]);
        app.patch(&site, json!({ "zone": "Asia/Tokyo" }), 200).await;
        app.patch(&site, json!({ "zone": "Asia/Shanghai" }), 200).await;
        Shop::load_history(&app).await;
        assert_eq!(pointers(&app.patch(&site, json!({ "zone": "Asia/Tokyo" }), 422).await), ["#/zone"]);
        app.patch(&site, json!({ "name": "杭州一部" }), 200).await;
    }

    forecasts_are_held_against_what_arrived(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        forecast(&app, &shop).await;
        let path = |from: &str, until: &str| {
            format!("/forecast-accuracy?team_id={}&from={from}&until={until}", shop.team["id"].as_str().unwrap())
        };
        assert_eq!(app.get(&path("2026-11-02", "2026-11-08"), 200).await.json(), json!([]), "no forecast was made for that week");
        assert_eq!(pointers(&app.get(&path("2026-11-08", "2026-11-02"), 422).await), ["#/until"]);
        let elsewhere = "/forecast-accuracy?team_id=01936d7e-0000-7000-8000-000000000000&from=2026-11-02&until=2026-11-08";
        app.get(elsewhere, 404).await;
    }
}

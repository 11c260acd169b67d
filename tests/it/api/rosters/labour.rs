//! Published rosters in the ledger, and labour rules that rosters keep.

use serde_json::{Value, json};

use super::draft::Draft;
use crate::api::seed::{one, pointers};
use crate::harness::{TestApp, on_both};

async fn adopt(app: &TestApp, draft: &Draft, changes: Value) {
    let rules = json!({ "effective_from": "2026-01-01", "pack": "cn-standard", "rest_days": "calendar", "changes": changes });
    app.put(&format!("{}/labour-rules", one("/sites", &draft.seed.site)), rules, 200).await;
}

/// Tuesday, 1 December is a statutory holiday here.
async fn give_a_holiday(app: &TestApp, draft: &Draft) {
    let days = json!({ "days": [{ "date": "2026-12-01", "name": "节", "kind": "statutory" }] });
    app.post(&format!("{}/holiday-imports", one("/sites", &draft.seed.site)), days, 200).await;
}

async fn month(app: &TestApp, agent: &Value, query: &str) -> Value {
    app.get(&format!("{}/hours?{query}", one("/agents", agent)), 200).await.json()
}

async fn broken(app: &TestApp, draft: &Draft) -> Vec<Value> {
    let judged = app.get(&format!("{}/violations", draft.path), 200).await.json();
    let hard = judged["violations"].as_array().unwrap().iter().filter(|one| one["severity"] == "hard");
    hard.cloned().collect()
}

on_both! {
    what_is_published_is_in_the_ledger_by_class_and_a_draft_is_when_asked_for(app) {
        let draft = Draft::store(&app).await;
        adopt(&app, &draft, json!({})).await;
        give_a_holiday(&app, &draft).await;
        let december = "month=2026-12&as_of=2026-12-31";
        assert_eq!(month(&app, &draft.first, december).await["month_forecast"]["total_minutes"], 0);
        let with_draft = format!("{december}&draft_roster_id={}", draft.id.as_str().unwrap());
        assert_eq!(month(&app, &draft.first, &with_draft).await["month_forecast"]["statutory_holiday_minutes"], 480);
        draft.publish(&app).await;
        let found = month(&app, &draft.first, december).await;
        assert_eq!(found["month_to_date"]["statutory_holiday_minutes"], 480);
        assert_eq!(found["year_to_date"], json!({ "regular_minutes": 480, "overtime_minutes": 0, "rest_day_minutes": 0,
            "time_off_minutes": 0, "statutory_holiday_minutes": 480, "total_minutes": 960 }));
        assert_eq!((&found["pack"], &found["overtime_left_minutes"]), (&json!("cn-standard 2025"), &json!(2160)));
        assert_eq!(found["days"].as_array().unwrap().len(), 1);
        let planned = month(&app, &draft.first, "month=2026-12&as_of=2026-11-30").await;
        assert_eq!((&planned["month_to_date"]["total_minutes"], &planned["month_forecast"]["total_minutes"]), (&json!(0), &json!(480)));
    }

    payroll_adds_up_to_the_ledger_and_corrections_count_in_both(app) {
        let draft = Draft::store(&app).await;
        adopt(&app, &draft, json!({})).await;
        give_a_holiday(&app, &draft).await;
        draft.publish(&app).await;
        // A Saturday of the past, and of it an hour taken back.
        let correction = |from: &str, until: &str, is_worked: bool| json!({ "agent_id": draft.second, "is_worked": is_worked,
            "starts_at": format!("2026-02-07T{from}:00+08:00"), "ends_at": format!("2026-02-07T{until}:00+08:00"), "reason": "盘点" });
        app.post("/time-corrections", correction("09:00", "12:00", true), 201).await;
        app.post("/time-corrections", correction("11:00", "12:00", false), 201).await;
        let ledger = app.get("/feeds/ledger?from=2026-01-01&to=2027-01-01", 200).await.json();
        let of = |class: &str| -> i64 {
            let rows = ledger.as_array().unwrap().iter().filter(|row| row["class"] == class);
            rows.map(|row| row["minutes"].as_i64().unwrap()).sum()
        };
        assert_eq!(["regular", "rest_day", "statutory_holiday"].map(of), [960, 120, 480]);
        let csv = app.get("/payroll/export.csv?from=2026-01-01&until=2026-12-31", 200).await.text;
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let header = rows.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        let column = |name: &str| header.iter().position(|column| column == name).unwrap();
        let sum = |name: &str| rows.iter().map(|row| row[column(name)].parse::<i64>().unwrap()).sum::<i64>();
        assert_eq!(["regular_minutes", "rest_day_minutes", "statutory_holiday_minutes", "total_minutes"].map(sum), [960, 120, 480, 1560]);
        assert_eq!(rows.len(), 2);
        let book = app.get("/payroll/export.xlsx?from=2026-01-01&until=2026-12-31&lang=zh", 200).await;
        assert!(book.header("content-type").contains("spreadsheetml"));
        assert_eq!(pointers(&app.get("/payroll/export.csv?from=2026-02-01&until=2026-01-01", 422).await), ["#/until"]);
    }

    corrections_are_of_the_past_and_in_minutes_and_agents_see_their_own(app) {
        let draft = Draft::store(&app).await;
        let wrong = json!({ "agent_id": draft.seed.near, "starts_at": "2036-02-07T09:00:30Z", "ends_at": "2036-02-07T10:00:00Z",
            "is_worked": true, "reason": " " });
        assert_eq!(pointers(&app.post("/time-corrections", wrong, 422).await), ["#/ends_at", "#/starts_at", "#/reason", "#/agent_id"]);
        let fine = json!({ "agent_id": draft.second, "starts_at": "2026-02-07T09:00:00Z", "ends_at": "2026-02-07T10:00:00Z",
            "is_worked": true, "reason": "盘点" });
        app.post("/time-corrections", fine, 201).await;
        let key = json!({ "name": "王芳", "role": "agent", "agent_id": draft.first, "team_id": draft.seed.near });
        let key = app.post("/api-keys", key, 201).await.json();
        let own = app.with_token(key["token"].as_str().unwrap());
        assert_eq!(own.get("/time-corrections", 200).await.json()["items"], json!([]));
        assert_eq!(app.get("/time-corrections", 200).await.json()["items"].as_array().unwrap().len(), 1);
        own.get(&format!("{}/hours?month=2026-11", one("/agents", &draft.first)), 200).await;
        own.get(&format!("{}/hours?month=2026-11", one("/agents", &draft.second)), 404).await;
        own.get("/feeds/ledger", 403).await;
        let far = app.as_role("leader", Some(&draft.seed.far)).await;
        far.get(&format!("{}/hours?month=2026-11", one("/agents", &draft.second)), 404).await;
        assert_eq!(pointers(&app.get(&format!("{}/hours?month=2026-13", one("/agents", &draft.second)), 422).await), ["#/month"]);
    }

    a_draft_is_judged_by_the_overtime_that_the_month_has_left(app) {
        let draft = Draft::store(&app).await;
        adopt(&app, &draft, json!({ "max_monthly_overtime_minutes": 600 })).await;
        // Saturday, 5 December: eight hours on a day of rest.
        let shift = json!({ "op": "assign", "agent_id": draft.first, "date": "2026-12-05", "shift_template_id": draft.early,
            "queue_id": draft.seed.near_queue });
        app.send(draft.edit(&app, json!([shift])), 200).await;
        assert_eq!(broken(&app, &draft).await, Vec::<Value>::new());
        adopt(&app, &draft, json!({ "max_monthly_overtime_minutes": 479 })).await;
        let found = broken(&app, &draft).await;
        let facts: Vec<_> = found.iter().map(|one| (&one["rule"], &one["figure"], &one["limit"], &one["agent_id"])).collect();
        assert_eq!(facts, [(&json!("overtime"), &json!(480.0), &json!(479.0), &draft.first)]);
        let price = app.get(&format!("{}/costs", draft.path), 200).await.json();
        let premium = price["items"].as_array().unwrap().iter().find(|item| item["rule"] == "premium").unwrap();
        assert_eq!(premium["cost"], 8.0 * 2.0 * 4.0);
    }

    who_is_protected_is_kept_from_nights_and_overtime(app) {
        let draft = Draft::store(&app).await;
        adopt(&app, &draft, json!({})).await;
        let body = json!({ "agent_id": draft.first, "kind": "pregnant", "from": "2026-12-01" });
        app.post("/protections", body, 201).await;
        assert_eq!(broken(&app, &draft).await, Vec::<Value>::new());
        let shift = json!({ "op": "assign", "agent_id": draft.first, "date": "2026-12-03", "shift_template_id": draft.late,
            "queue_id": draft.seed.near_queue });
        let refused = app.send(draft.edit(&app, json!([shift])), 409).await.json();
        assert_eq!(refused["violations"][0]["rule"], "protection");
        assert_eq!(refused["violations"][0]["date"], "2026-12-03");
        // Nor may she work on a day of rest: that is overtime.
        let shift = json!({ "op": "assign", "agent_id": draft.first, "date": "2026-12-05", "shift_template_id": draft.early,
            "queue_id": draft.seed.near_queue });
        let refused = app.send(draft.edit(&app, json!([shift])), 409).await.json();
        let facts = |one: &Value| (one["rule"].clone(), one["date"].clone(), one["limit"].clone());
        let told: Vec<_> = refused["violations"].as_array().unwrap().iter().map(facts).collect();
        for rule in ["protection", "overtime"] {
            assert!(told.iter().any(|one| one.0 == rule && one.2 == 0.0), "{rule}: {told:?}");
        }
    }
}

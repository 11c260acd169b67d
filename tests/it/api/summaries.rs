//! Daily and weekly summaries.

use paiban::domain::measure::Measure;
use serde_json::{Value, json};

use super::compliance::{record, record_of};
use super::seed::{Seed, agent, id};
use crate::harness::on_both;

on_both! {
    a_day_is_read_as_json_text_and_picture_by_those_who_reach_the_team(app) {
        let seed = Seed::plant(&app).await;
        let counts = [(Measure::Sessions, 120), (Measure::Inquirers, 80), (Measure::OrderedPeople, 20)];
        record(&app, &seed, &seed.shop, "2026-11-20", &counts).await;
        let colleague = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        record_of(&app, &seed, &colleague, &seed.shop, "2026-11-20", &counts).await;
        let path = |team: &Value, rest: &str| format!("/teams/{}/summary?date=2026-11-20{rest}", team.as_str().unwrap());
        let day = app.get(&path(&seed.near, ""), 200).await.json();
        assert_eq!((&day["received"], &day["conversion"], &day["satisfaction_rate"]), (&json!(240.0), &json!(0.25), &Value::Null));
        let week = app.get(&path(&seed.near, "&period=week"), 200).await.json();
        assert_eq!((&week["from"], &week["until"], &week["received"]), (&json!("2026-11-16"), &json!("2026-11-22"), &json!(240.0)));
        let other = app.get(&path(&seed.far, ""), 200).await.json();
        assert_eq!((&other["received"], &other["by_hour"]), (&Value::Null, &json!([])));
        let text = app.get(&path(&seed.near, "&format=markdown&lang=zh"), 200).await;
        assert_eq!(text.header("content-type"), "text/markdown; charset=utf-8");
        assert!(text.text.starts_with("**一组 日报 2026-11-20**") && text.text.contains("- 下单转化率：25.0 %"), "{}", text.text);
        let picture = app.get(&path(&seed.near, "&format=svg&lang=en"), 200).await;
        assert!(picture.text.starts_with("<svg") && picture.text.contains("Chats 240 · Conversion 25.0 %"), "{}", picture.text);
        app.get(&path(&seed.near, "&period=month"), 400).await;
        let leader = app.as_role("leader", Some(&seed.far)).await;
        leader.get(&path(&seed.near, ""), 404).await;
        leader.get(&path(&seed.far, ""), 200).await;
        let agent = json!({ "name": "王芳", "role": "agent", "team_id": seed.near, "agent_id": seed.near_agent });
        let key = app.post("/api-keys", agent, 201).await.json();
        app.with_token(key["token"].as_str().unwrap()).get(&path(&seed.near, ""), 403).await;
    }
}

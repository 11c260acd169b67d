//! Calendars behind addresses.

use chrono::{Days, Utc};
use paiban::domain::calendar::local_of;
use paiban::store::agents;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, ZONE};
use crate::harness::{Answer, TestApp, on_both};

/// What a phone does with an address.
async fn fetched(app: &TestApp, url: &str, status: u16) -> Answer {
    let path = url.strip_prefix(&app.address).unwrap().replacen('/', "//", 1);
    app.send(app.without_token().request(Method::GET, &path), status).await
}

fn values<'a>(calendar: &'a str, property: &'a str) -> Vec<&'a str> {
    calendar.lines().filter_map(|line| line.strip_prefix(property)?.strip_prefix(':')).collect()
}

on_both! {
    an_address_lives_until_it_is_revoked(app) {
        let desk = Desk::open(&app).await;
        let roster = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0)], None).await;
        let path = format!("/agents/{}/calendar", desk.fang.id);
        let issued = app.post(&path, json!(null), 201).await;
        assert_eq!(issued.header("cache-control"), "no-store");
        let address = issued.json();
        let (url, other) = (address["url"].as_str().unwrap(), app.post(&path, json!(null), 201).await.json());
        assert_eq!(address["webcal_url"], url.replacen("http:", "webcal:", 1));

        let calendar = fetched(&app, url, 200).await;
        assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
        assert!(calendar.header("cache-control").starts_with("private, max-age="));
        assert_eq!(values(&calendar.text, "UID"), Vec::<&str>::new());
        desk.publish(roster).await;
        let calendar = fetched(&app, url, 200).await;
        assert_eq!(values(&calendar.text, "X-WR-CALNAME"), ["王芳 · 客服一组"]);
        // 17:00 in Shanghai, to two in the morning.
        assert_eq!(values(&calendar.text, "DTSTART"), [format!("{}T090000Z", desk.date(0).format("%Y%m%d"))]);
        assert_eq!(values(&calendar.text, "DTEND"), [format!("{}T180000Z", desk.date(0).format("%Y%m%d"))]);
        let known = app.without_token().request(Method::GET, &url[app.address.len()..].replacen('/', "//", 1))
            .header("If-None-Match", calendar.header("etag"));
        assert_eq!(app.send(known, 304).await.text, "");

        app.delete(&path, 204).await;
        for url in [url, other["url"].as_str().unwrap(), &url.replace("cal_", "cal_x")] {
            let refused = fetched(&app, url, 404).await;
            assert_eq!(refused.header("content-type"), "application/problem+json");
        }
        let log = app.get(&format!("/audit-entries?subject_id={}", desk.fang.id), 200).await.json();
        let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|line| &line["action"]).collect();
        assert_eq!(actions, ["issue", "issue", "revoke"]);
        assert!(!log.to_string().contains("cal_"), "{log}");
    }

    an_event_stays_the_same_event_when_a_week_is_published_again(app) {
        let desk = Desk::open(&app).await;
        let (kept, mut moved, dropped) = (desk.placed(&desk.fang, 0), desk.placed(&desk.fang, 2), desk.placed(&desk.fang, 4));
        let first = desk.draft(&desk.team, &[kept.clone(), moved.clone(), dropped.clone()], None).await;
        desk.publish(first).await;
        let address = app.post(&format!("/agents/{}/calendar", desk.fang.id), json!(null), 201).await.json();
        let url = address["url"].as_str().unwrap();
        let uid = |id: &dyn std::fmt::Display| format!("{id}@paiban");
        let before = fetched(&app, url, 200).await.text;
        let ids = [kept.assignment.id, moved.assignment.id, dropped.assignment.id].map(|id| uid(&id));
        assert_eq!(values(&before, "UID"), ids);
        assert_eq!(values(&before, "SEQUENCE"), ["0", "0", "0"]);

        moved.assignment.date = desk.date(3);
        moved.shift = desk.late.on(desk.date(3), ZONE);
        let second = desk.draft(&desk.team, &[kept, moved], None).await;
        desk.publish(second).await;
        let after = fetched(&app, url, 200).await.text;
        assert_eq!(values(&after, "UID"), ids[..2]);
        assert_eq!(values(&after, "SEQUENCE"), ["0", "1"]);
        assert_eq!(values(&after, "DTSTART")[1], format!("{}T090000Z", desk.date(3).format("%Y%m%d")));
    }

    agents_issue_their_own_address_and_leaders_those_of_their_team(app) {
        let desk = Desk::open(&app).await;
        let (neighbours, _, min) = desk.neighbours().await;
        let body = json!({ "name": "fang", "role": "agent", "team_id": desk.team.id, "agent_id": desk.fang.id });
        let key = app.post("/api-keys", body, 201).await.json();
        let fang = app.with_token(key["token"].as_str().unwrap());
        let path = |agent: &dyn std::fmt::Display| format!("/agents/{agent}/calendar");
        let own = fang.post(&path(&desk.fang.id), json!(null), 201).await.json();
        fang.post(&path(&desk.idle.id), json!(null), 403).await;
        fang.delete(&path(&desk.idle.id), 403).await;
        let leader = app.as_role("leader", Some(&json!(neighbours.id))).await;
        leader.post(&path(&min.id), json!(null), 201).await;
        leader.delete(&path(&desk.fang.id), 404).await;
        let dashboard = app.as_role("dashboard", None).await;
        dashboard.post(&path(&desk.fang.id), json!(null), 403).await;
        fetched(&app, own["url"].as_str().unwrap(), 200).await;
        fang.delete(&path(&desk.fang.id), 204).await;
        fetched(&app, own["url"].as_str().unwrap(), 404).await;
    }

    a_calendar_holds_four_weeks_past_and_ends_with_its_agent(app) {
        let mut desk = Desk::open(&app).await;
        let today = local_of(ZONE, Utc::now()).date();
        let weeks_ago = |weeks: u64| paiban::domain::calendar::monday_of(today) - Days::new(7 * weeks);
        for weeks in [3, 5] {
            desk.week = paiban::domain::calendar::PlanningWeek::new(weeks_ago(weeks), ZONE).unwrap();
            let roster = desk.draft(&desk.team, &[desk.placed(&desk.fang, 0)], None).await;
            desk.publish(roster).await;
        }
        let address = app.post(&format!("/agents/{}/calendar", desk.fang.id), json!(null), 201).await.json();
        let url = address["url"].as_str().unwrap();
        let calendar = fetched(&app, &format!("{url}?lang=zh"), 200).await.text;
        assert_eq!(values(&calendar, "DTSTART"), [format!("{}T090000Z", weeks_ago(3).format("%Y%m%d"))]);
        assert!(calendar.contains("休息"), "{calendar}");
        agents::archive(&desk.store, desk.fang.id, 1, Utc::now()).await.unwrap();
        fetched(&app, url, 404).await;
    }
}

//! A region whose teams are planned apart: a run of its own for each, and one that waits for them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::seed::{ids, one, pointers, slug};
use crate::harness::shop::{HEADER, Shop, WEEK, import};
use crate::harness::{TestApp, on_both};

/// The queue of each team, and the team that serves it.
const TEAMS: [(&str, &str); 2] = [("一组", "旗舰店售前"), ("二组", "旗舰店售后")];

/// Two teams of four at one site, below a team that has nothing of its own but a third one, still empty.
struct Region {
    site: Value,
    region: Value,
    teams: Vec<Value>,
    shop: Value,
}

impl Region {
    async fn open(app: &TestApp) -> Self {
        let hours: Vec<Value> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .map(|weekday| json!({ "weekday": weekday, "start": "09:00", "end": "21:00" }))
            .into();
        let site = app.post("/sites", json!({ "name": "杭州", "opening_hours": hours }), 201).await.json()["id"].clone();
        let team = |name: &str, parent: &Value| json!({ "site_id": site, "name": name, "parent_id": parent });
        let region = app.post("/teams", team("华东", &Value::Null), 201).await.json()["id"].clone();
        app.post("/teams", team("新组", &region), 201).await;
        let shop = json!({ "site_id": site, "name": "旗舰店", "platform": "tmall" });
        let shop = app.post("/shops", shop, 201).await.json()["id"].clone();
        for (code, start) in [("早", "09:00"), ("晚", "12:00")] {
            let template = json!({ "site_id": site, "code": code, "name": format!("{code}班"), "start": start,
                "length_minutes": 540, "breaks": [{ "offset_minutes": 240, "minutes": 60 }] });
            app.post("/shift-templates", template, 201).await;
        }
        let mut teams = Vec::new();
        for (name, queue) in TEAMS {
            let team = app.post("/teams", team(name, &region), 201).await.json()["id"].clone();
            let queue = json!({ "shop_id": shop, "team_id": team, "name": queue, "aht_secs": 300, "max_concurrent_chats": 3 });
            let queue = app.post("/queues", queue, 201).await.json()["id"].clone();
            for number in 0..4 {
                app.post("/agents", agent(&team, &format!("{name}{number}"), &queue), 201).await;
            }
            teams.push(team);
        }
        Self { site, region, teams, shop }
    }

    async fn load_history(app: &TestApp, queues: &[&str]) {
        let history: String = queues.iter().map(|queue| Shop::history_of(queue, 1)).collect();
        app.send(import(app, "/volume-imports", format!("{HEADER}{history}")), 200).await;
    }

    /// A request to plan the week of each team from forecast to draft.
    fn request(&self) -> Value {
        json!({ "kind": "forecast", "team_id": self.region, "week_start": WEEK, "through": "roster", "teams_apart": true,
            "time_limit_secs": 5 })
    }
}

fn agent(team: &Value, staff_number: &str, queue: &Value) -> Value {
    json!({ "team_id": team, "staff_number": staff_number, "name": "王芳", "post": "presale_agent", "employed_from": "2026-01-01",
        "skills": [{ "queue_id": queue }] })
}

fn start(app: &TestApp, body: &Value) -> reqwest::RequestBuilder {
    app.request(Method::POST, "/runs").header("Idempotency-Key", uuid::Uuid::new_v4().to_string()).json(body)
}

fn each(parts: &Value, field: &str) -> Vec<Value> {
    parts.as_array().unwrap().iter().map(|part| part[field].clone()).collect()
}

on_both! {
    one_request_plans_every_team_of_a_region(app) {
        let region = Region::open(&app).await;
        Region::load_history(&app, &TEAMS.map(|(_, queue)| queue)).await;
        let run = app.start_run(region.request()).await;
        assert_eq!((&run["state"], &run["part_of_run_id"], &run["progress"]["parts_count"]), (&json!("waiting"), &Value::Null, &json!(2)));
        assert_eq!(each(&run["parts"], "team_id"), region.teams, "the empty team has nothing to plan");

        let events = app.get(&format!("{}/events", one("/runs", &run["id"])), 200).await.text;
        assert!(events.contains("\"parts_done\":2,\"parts_count\":2") && events.contains("event: end\n"), "{events}");
        let ended = app.get(&one("/runs", &run["id"]), 200).await.json();
        assert_eq!((&ended["state"], &ended["problem"], &ended["next_run_id"]), (&json!("succeeded"), &Value::Null, &Value::Null));
        let parts = &ended["parts"];
        assert_eq!((each(parts, "team_name"), each(parts, "kind")), (vec![json!("一组"), json!("二组")], vec![json!("roster"); 2]));
        let (mut cost, mut bound) = (0.0, 0.0);
        for (place, id) in ended["result_ids"].as_array().unwrap().iter().enumerate() {
            let roster = app.get(&one("/rosters", id), 200).await.json();
            assert_eq!((&roster["team_id"], &roster["run_id"]), (&region.teams[place], &parts[place]["run_id"]));
            cost += roster["score"]["cost"].as_f64().unwrap();
            bound += roster["score"]["bound"].as_f64().unwrap();
        }
        let told = |figure: &str| ended["progress"][figure].as_f64().unwrap();
        assert!((told("best_cost") - cost).abs() < 1e-6 && (told("bound") - bound).abs() < 1e-6, "{ended} {cost} {bound}");

        // Three steps of two teams; each knows what it is a part of.
        let listed = app.get(&format!("/runs?part_of_run_id={}", run["id"].as_str().unwrap()), 200).await.json();
        assert_eq!(each(&listed["items"], "part_of_run_id"), vec![run["id"].clone(); 6]);
        assert_eq!(app.get("/runs", 200).await.json()["items"][0]["parts"], *parts);
        let entries = app.get("/audit-entries?limit=200", 200).await.json();
        let of_runs = entries["items"].as_array().unwrap().iter().filter(|entry| entry["subject_type"] == "run");
        assert_eq!(of_runs.map(|entry| [&entry["action"], &entry["subject_id"]]).collect::<Vec<_>>(), [[&json!("start"), &run["id"]]]);
    }

    a_team_that_fails_is_named_and_the_others_keep_their_drafts(app) {
        let region = Region::open(&app).await;
        Region::load_history(&app, &[TEAMS[0].1]).await;
        let run = app.start_run(region.request()).await;
        let failed = app.wait_for(&run).await;
        assert_eq!((&failed["state"], &failed["problem"]["type"]), (&json!("failed"), &json!("/problems/parts-failed")), "{failed}");
        let detail = failed["problem"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("1 of 2 teams") && detail.contains("二组: ") && detail.contains("3 weeks"), "{detail}");
        assert_eq!(failed["parts"][1]["problem"]["type"], "/problems/insufficient-history");
        assert_eq!(ids(&app, "/rosters").await, failed["parts"][0]["result_ids"].as_array().unwrap().clone());

        Region::load_history(&app, &[TEAMS[1].1]).await;
        let again = app.post(&format!("{}/retry", one("/runs", &run["id"])), json!({}), 202).await.json();
        assert_eq!((&again["state"], &again["parts"][0]["state"]), (&json!("waiting"), &json!("succeeded")));
        let ended = app.wait_for(&run).await;
        assert_eq!((&ended["state"], ids(&app, "/rosters").await.len()), (&json!("succeeded"), 2), "{ended}");
        assert_eq!(ended["result_ids"][0], failed["parts"][0]["result_ids"][0]);
    }

    a_cancelled_region_builds_nothing_more(app) {
        let region = Region::open(&app).await;
        Region::load_history(&app, &TEAMS.map(|(_, queue)| queue)).await;
        let run = app.start_run(region.request()).await;
        let asked = app.post(&format!("{}/cancel", one("/runs", &run["id"])), json!({}), 202).await.json();
        assert!(asked["is_cancel_requested"] == true || asked["state"] == "cancelled", "{asked}");
        let ended = app.wait_for(&run).await;
        assert_eq!((&ended["state"], &ended["problem"], &ended["result_ids"]), (&json!("cancelled"), &Value::Null, &json!([])));
        let open = app.get("/runs?state=queued", 200).await.json();
        assert_eq!((open["items"].clone(), ids(&app, "/rosters").await), (json!([]), vec![]));
    }

    a_region_that_cannot_be_planned_apart_is_told_all_reasons(app) {
        let region = Region::open(&app).await;
        let nothing = "01936d7e-0000-7000-8000-000000000000";
        let mut body = region.request();
        for field in ["forecast_id", "requirement_id", "keep_pins_of", "least_change_from"] {
            body[field] = json!(nothing);
        }
        body["gap"] = json!(1.5);
        let queue = json!({ "shop_id": region.shop, "team_id": region.region, "name": "总部" });
        let queue = app.post("/queues", queue, 201).await.json()["id"].clone();
        app.post("/agents", agent(&region.region, "主1", &queue), 201).await;
        let left = app.post("/agents", agent(&region.region, "离职", &queue), 201).await.json();
        app.patch(&one("/agents", &left["id"]), json!({ "employed_until": "2026-06-30" }), 200).await;
        let refused = app.send(start(&app, &body), 422).await;
        let expected = ["#/forecast_id", "#/requirement_id", "#/keep_pins_of", "#/least_change_from", "#/teams_apart", "#/gap"];
        assert_eq!(pointers(&refused), expected);
        let detail = refused.json()["errors"][4]["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("华东 has 1 queue(s) and 1 agent(s) of its own"), "{detail}");

        // One team is not a region.
        body = region.request();
        body["team_id"] = region.teams[0].clone();
        let refused = app.send(start(&app, &body), 422).await;
        assert_eq!(pointers(&refused), ["#/teams_apart", "#/teams_apart"]);
        assert!(refused.text.contains("and 0 has"), "{}", refused.text);
        assert_eq!(app.get("/runs", 200).await.json()["items"], json!([]));
    }

    a_queue_two_levels_down_belongs_to_the_team_directly_below(app) {
        let region = Region::open(&app).await;
        let team = |name: &str, parent: &Value| json!({ "site_id": region.site, "name": name, "parent_id": parent });
        let third = app.post("/teams", team("三组", &region.region), 201).await.json()["id"].clone();
        let desk = app.post("/teams", team("三组甲", &third), 201).await.json()["id"].clone();
        let queue = json!({ "shop_id": region.shop, "team_id": desk, "name": "专营店售前" });
        app.post("/queues", queue, 201).await;
        let run = app.start_run(region.request()).await;
        assert!(each(&run["parts"], "team_id").contains(&third) && run["progress"]["parts_count"] == 3, "{run}");
        app.wait_for(&run).await;
    }

    who_reaches_one_team_sees_its_part_alone(app) {
        let region = Region::open(&app).await;
        let run = app.start_run(region.request()).await;
        let part = run["parts"][0]["run_id"].clone();
        app.wait_for(&run).await;
        let whole = one("/runs", &run["id"]);
        let supervisor = app.as_role("supervisor", Some(&region.teams[0])).await;
        assert_eq!(slug(&supervisor.get(&whole, 404).await), "not-found");
        for action in ["cancel", "retry"] {
            supervisor.post(&format!("{whole}/{action}"), json!({}), 404).await;
        }
        supervisor.send(start(&supervisor, &region.request()), 404).await;
        assert_eq!(supervisor.get(&one("/runs", &part), 200).await.json()["part_of_run_id"], run["id"]);
        let listed = supervisor.get(&format!("/runs?part_of_run_id={}", run["id"].as_str().unwrap()), 200).await.json();
        assert_eq!(each(&listed["items"], "team_id"), [region.teams[0].clone()]);
        let above = app.as_role("supervisor", Some(&region.region)).await;
        above.get(&whole, 200).await;
        above.wait_for(&above.start_run(region.request()).await).await;
    }
}

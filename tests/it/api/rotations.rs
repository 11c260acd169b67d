//! Rotations: the library, design, documents, teams that work by them, and rosters that follow.

use reqwest::Method;
use serde_json::{Value, json};

use super::life;
use super::rosters::draft::{Draft, day};
use super::seed::{Seed, agent, id, one, pointers};
use crate::harness::{TestApp, on_both};

/// Five days on and two off, on other days in the second week.
fn two_weeks(team: &Value, template: &Value) -> Value {
    json!({ "team_id": team, "name": "两周轮休", "shifts": [{ "mark": "早", "shift_template_id": template }],
        "tracks": [{ "weeks": ["早 早 早 早 早 - -", "- - 早 早 早 早 早"] }],
        "rules": { "work": { "fewest": 5, "most": 10 }, "off": { "fewest": 2, "most": 4 } } })
}

/// The demand of as many on every day.
fn flat(seed: &Seed, needed: u32) -> Value {
    json!({ "team_id": seed.near, "shifts": [{ "shift_template_id": seed.template, "agents": vec![needed; 7] }] })
}

async fn designed(app: &TestApp, seed: &Seed, extra: Value) -> Value {
    let mut body = flat(seed, 5);
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    app.post("/rotation-designs", body, 200).await.json()
}

async fn adopted(app: &TestApp, team: &Value, rotation: &Value, starts_on: String) -> Value {
    let body = json!({ "team_id": team, "rotation_id": rotation, "starts_on": starts_on });
    id(app.post("/rotation-adoptions", body, 201).await)
}

/// The week that each agent begins on, after a placement.
async fn placed(app: &TestApp, adoption: &Value, anew: bool) -> Vec<(Value, Value)> {
    let path = format!("{}/placement?anew={anew}", one("/rotation-adoptions", adoption));
    let request = app.request(Method::POST, &path).header("If-Match", "*");
    let answer = app.send(request, 200).await.json();
    let places = answer["places"].as_array().unwrap();
    places.iter().map(|place| (place["agent_id"].clone(), place["week"].clone())).collect()
}

/// The roster that a run of that week builds.
async fn built(app: &TestApp, team: &Value, week: i64, extra: Value) -> Value {
    let mut body = json!({ "kind": "roster", "team_id": team, "week_start": day(week), "time_limit_secs": 5 });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let run = app.start_run(body).await;
    let run = app.wait_for(&run).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    app.get(&one("/rosters", &run["result_id"]), 200).await.json()
}

/// The days after the first week's Monday on which the agent works.
fn worked(roster: &Value, agent: &Value) -> Vec<i64> {
    let own = roster["assignments"].as_array().unwrap().iter().filter(|one| &one["agent_id"] == agent);
    let mut days: Vec<i64> =
        own.map(|one| (one["date"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap() - day(0)).num_days()).collect();
    days.sort_unstable();
    days
}

on_both! {
    a_rotation_lives(app) {
        let seed = Seed::plant(&app).await;
        life::is_lived(&app, "/rotations", two_weeks(&seed.near, &seed.template), json!({ "name": "两周轮休（新）" })).await;
    }

    a_rotation_reads_as_it_was_written_and_breaks_no_rule_of_its_own(app) {
        let seed = Seed::plant(&app).await;
        let made = app.post("/rotations", two_weeks(&seed.near, &seed.template), 201).await.json();
        assert_eq!(made["tracks"], json!([{ "weeks": ["早 早 早 早 早 - -", "- - 早 早 早 早 早"], "agents": [1, 1] }]));
        assert_eq!((&made["source"], &made["pattern_id"]), (&json!("drawn"), &Value::Null));
        let mut broken = two_weeks(&seed.near, &seed.template);
        broken["rules"]["work"]["most"] = json!(9);
        let refused = app.post("/rotations", broken, 422).await;
        assert_eq!(pointers(&refused), ["#/tracks/0/weeks"]);
        assert_eq!(refused.json()["errors"][0]["detail"], "week 2 Wed: 10 working days in a row, 5 to 9 allowed");
    }

    every_fault_of_a_rotation_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let mut body = two_weeks(&seed.near, &seed.template);
        body["name"] = json!("");
        body["tracks"] = json!([{ "weeks": ["早 晚 早 早 早 - -", "早 早"], "agents": [1] }]);
        body["rules"]["forbidden"] = json!([{ "before": "晚", "after": "早" }]);
        let refused = app.post("/rotations", body, 422).await;
        let told = ["tracks/0/weeks/0", "tracks/0/weeks/1", "rules/forbidden/0/before", "name", "tracks/0/agents"];
        assert_eq!(pointers(&refused), told.map(|place| format!("#/{place}")));
        let site = id(app.post("/sites", json!({ "name": "成都" }), 201).await);
        let template = json!({ "site_id": site, "code": "早", "name": "早班", "start": "08:00", "length_minutes": 480 });
        let elsewhere = id(app.post("/shift-templates", template, 201).await);
        let refused = app.post("/rotations", two_weeks(&seed.near, &elsewhere), 422).await;
        assert_eq!(pointers(&refused), ["#/shifts/0/shift_template_id"]);
    }

    named_patterns_stand_beside_each_other(app) {
        let seed = Seed::plant(&app).await;
        let patterns = app.get("/rotation-patterns", 200).await.json();
        assert_eq!(patterns["items"][0]["chinese"], "做五休二");
        let found = app.post("/rotation-staffings", flat(&seed, 5), 200).await.json();
        let of = |id: &str| found["patterns"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
        // Five on every day are 35 days a week; five days each make seven agents.
        let five_two = of("five-two");
        assert_eq!((&five_two["agents"], &five_two["is_proven"], &five_two["detail"]), (&json!(7), &json!(true), &Value::Null));
        assert_eq!((&of("four-crews")["agents"], of("four-crews")["detail"].is_string()), (&Value::Null, true));
        // What is told can be kept.
        let kept = json!({ "team_id": seed.near, "name": "做五休二", "source": "library", "pattern_id": "five-two",
            "shifts": [{ "mark": "早", "shift_template_id": seed.template }], "tracks": five_two["tracks"] });
        app.post("/rotations", kept, 201).await;
    }

    a_design_is_the_best_rotation_or_says_why_there_is_none(app) {
        let seed = Seed::plant(&app).await;
        let block = |fewest: u32, most: u32| json!({ "fewest": fewest, "most": most });
        let found = designed(&app, &seed, json!({ "agents": 7, "work": block(3, 7), "off": block(2, 2) })).await;
        assert_eq!((&found["status"], &found["agents"], &found["is_least"]), (&json!("designed"), &json!(7), &Value::Null));
        assert_eq!(found["tracks"][0]["weeks"].as_array().unwrap().len(), 7);
        assert!(found["merits"]["free_weekends"].as_u64().unwrap() > 0, "{found}");
        // Two days off that cannot move on: five on, two off, and one weekday too many are off on it.
        let none = designed(&app, &seed, json!({ "agents": 7, "work": block(5, 5), "off": block(2, 2) })).await;
        assert_eq!((&none["status"], &none["tracks"]), (&json!("impossible"), &json!([])));
        assert!(!none["reasons"].as_array().unwrap().is_empty() && !none["remedies"].as_array().unwrap().is_empty(), "{none}");
        let least = designed(&app, &seed, json!({ "work": block(3, 7), "off": block(2, 2) })).await;
        assert_eq!((&least["agents"], &least["is_least"]), (&json!(7), &json!(true)));
    }

    every_fault_of_a_design_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let block = json!({ "fewest": 1, "most": 5 });
        let mut body = flat(&seed, 5);
        body["agents"] = json!(0);
        body["time_limit_secs"] = json!(31);
        body["weights"] = json!({ "worked_weekend": -1 });
        body["forbidden"] = json!([{ "before": "晚", "after": "早" }]);
        (body["work"], body["off"]) = (block.clone(), block.clone());
        let refused = app.post("/rotation-designs", body, 422).await;
        assert_eq!(pointers(&refused), ["#/agents", "#/shifts", "#/weights/worked_weekend", "#/time_limit_secs"]);
        let unknown = json!(uuid::Uuid::now_v7().to_string());
        let body = json!({ "team_id": seed.near, "work": block, "off": block, "requirement_id": unknown,
            "shifts": [{ "shift_template_id": unknown, "agents": [1, 1, 1, 1, 1, 1, 1] }] });
        let refused = app.post("/rotation-designs", body, 422).await;
        assert_eq!(pointers(&refused), ["#/shifts/0/shift_template_id", "#/requirement_id"]);
    }

    the_agents_needed_are_taken_from_a_requirement(app) {
        let draft = Draft::store(&app).await;
        let requirement = draft.read(&app).await["requirement_id"].clone();
        let body = json!({ "team_id": draft.seed.near, "requirement_id": requirement, "shifts": [{ "shift_template_id": draft.early }],
            "work": { "fewest": 3, "most": 6 }, "off": { "fewest": 1, "most": 4 } });
        let found = app.post("/rotation-designs", body, 200).await.json();
        // One from 08:00 to 16:00 every day; two who take turns are enough.
        assert_eq!((&found["status"], &found["agents"], &found["unreached"]), (&json!("designed"), &json!(2), &json!([])));
    }

    an_adoption_lives(app) {
        let seed = Seed::plant(&app).await;
        let rotation = id(app.post("/rotations", two_weeks(&seed.near, &seed.template), 201).await);
        let body = json!({ "team_id": seed.near, "rotation_id": rotation, "starts_on": "2026-11-30", "usage": "preference",
            "places": [{ "agent_id": seed.near_agent, "track": 0, "week": 1 }] });
        life::is_lived(&app, "/rotation-adoptions", body, json!({ "usage": "frame" })).await;
    }

    every_fault_of_an_adoption_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let rotation = id(app.post("/rotations", two_weeks(&seed.near, &seed.template), 201).await);
        let twice = json!({ "agent_id": seed.near_agent, "track": 0, "week": 0 });
        let body = json!({ "team_id": seed.near, "rotation_id": rotation, "starts_on": "2026-12-01", "places": [twice, twice] });
        let refused = app.post("/rotation-adoptions", body, 422).await;
        assert_eq!(pointers(&refused), ["#/starts_on", "#/places/1/agent_id"]);
        adopted(&app, &seed.near, &rotation, "2026-11-30".into()).await;
        let body = json!({ "team_id": seed.near, "rotation_id": rotation, "starts_on": "2026-11-30",
            "places": [{ "agent_id": seed.far_agent, "track": 0, "week": 2 }, { "agent_id": seed.near_agent, "track": 1, "week": 0 }] });
        let refused = app.post("/rotation-adoptions", body, 422).await;
        assert_eq!(pointers(&refused), ["#/starts_on", "#/places/0", "#/places/0/agent_id", "#/places/1"]);
        let body = json!({ "team_id": seed.far, "rotation_id": rotation, "starts_on": "2026-11-30" });
        assert_eq!(pointers(&app.post("/rotation-adoptions", body, 422).await), ["#/rotation_id"]);
        for another in ["2026-11-23", "2026-12-07"] {
            adopted(&app, &seed.near, &rotation, another.into()).await;
        }
        let path = one("/rotations", &rotation);
        app.delete(&path, 409).await;
    }

    agents_are_placed_by_their_wishes_and_joiners_take_what_leavers_give_up(app) {
        let seed = Seed::plant(&app).await;
        let second = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        let rotation = id(app.post("/rotations", two_weeks(&seed.near, &seed.template), 201).await);
        let adoption = adopted(&app, &seed.near, &rotation, "2099-12-07".into()).await;
        // Whoever wishes the first Monday off begins on the second week.
        let wish = |agent: &Value| json!({ "agent_id": agent, "date": "2099-12-07", "kind": "day_off", "weight": 5 });
        let wished = id(app.post("/wishes", wish(&seed.near_agent), 201).await);
        let places = placed(&app, &adoption, false).await;
        assert_eq!(places, [(seed.near_agent.clone(), json!(1)), (second.clone(), json!(0))]);
        app.delete(&one("/wishes", &wished), 200).await;
        app.post("/wishes", wish(&second), 201).await;
        assert_eq!(placed(&app, &adoption, false).await, places, "who has a place keeps it");
        let anew = placed(&app, &adoption, true).await;
        assert_eq!(anew, [(seed.near_agent.clone(), json!(0)), (second.clone(), json!(1))]);
        app.delete(&one("/agents", &seed.near_agent), 200).await;
        let joiner = id(app.post("/agents", agent(&seed.near, "A3", &seed.near_queue), 201).await);
        assert_eq!(placed(&app, &adoption, false).await, [(second.clone(), json!(1)), (joiner.clone(), json!(0))]);
        // By hand, the other way round.
        let places = json!([{ "agent_id": joiner, "track": 0, "week": 1 }, { "agent_id": second, "track": 0, "week": 0 }]);
        let changed = app.patch(&one("/rotation-adoptions", &adoption), json!({ "places": places }), 200).await.json();
        assert_eq!(changed["places"], places);
    }

    rosters_follow_the_rotation_and_an_absence_moves_nobody(app) {
        let draft = Draft::store(&app).await;
        draft.insert_for(&app, day(7), &[]).await;
        let team = &draft.seed.near;
        let rules = json!({ "rules": { "weights": { "rotation": 5000.0 }, "max_consecutive_days": 10 } });
        app.patch(&one("/teams", team), rules, 200).await;
        let rotation = id(app.post("/rotations", two_weeks(team, &draft.early), 201).await);
        let body = json!({ "team_id": team, "rotation_id": rotation, "starts_on": day(0), "places": [
            { "agent_id": draft.first, "track": 0, "week": 0 }, { "agent_id": draft.second, "track": 0, "week": 1 }] });
        let adoption = id(app.post("/rotation-adoptions", body, 201).await);
        let leave = json!({ "agent_id": draft.first, "starts_at": "2026-12-01T00:00:00+08:00",
            "ends_at": "2026-12-02T00:00:00+08:00", "kind": "sick" });
        app.post("/leave", leave, 201).await;

        let week = built(&app, team, 0, json!({})).await;
        assert_eq!((&week["rotation_adoption_id"], &week["rotation_usage"]), (&adoption, &json!("frame")));
        assert_eq!(worked(&week, &draft.first), [0, 2, 3, 4]);
        assert_eq!(worked(&week, &draft.second), [2, 3, 4, 5, 6]);
        let judged = app.get(&format!("{}/violations", one("/rosters", &week["id"])), 200).await.json();
        assert!(judged["violations"].as_array().unwrap().iter().all(|one| one["rule"] != "rotation"), "{judged}");
        let next = built(&app, team, 7, json!({})).await;
        assert_eq!((worked(&next, &draft.first), worked(&next, &draft.second)), (vec![9, 10, 11, 12, 13], vec![7, 8, 9, 10, 11]));

        // Both weeks together are the same.
        let run = app.start_run(json!({ "kind": "roster", "team_id": team, "week_start": day(0), "weeks": 2, "time_limit_secs": 5 })).await;
        let run = app.wait_for(&run).await;
        assert_eq!(run["state"], "succeeded", "{run}");
        for (at, alone) in [week, next].iter().enumerate() {
            let together = app.get(&one("/rosters", &run["result_ids"][at]), 200).await.json();
            for agent in [&draft.first, &draft.second] {
                assert_eq!(worked(&together, agent), worked(alone, agent), "week {at}");
            }
        }
    }

    a_run_takes_the_rotation_as_a_preference_or_not_at_all(app) {
        let draft = Draft::store(&app).await;
        let team = &draft.seed.near;
        let rotation = id(app.post("/rotations", two_weeks(team, &draft.early), 201).await);
        // Nobody works on Monday and Tuesday by it, though somebody is needed: worth 160 a day, and the hours owed besides.
        let body = json!({ "team_id": team, "rotation_id": rotation, "starts_on": day(0), "places": [
            { "agent_id": draft.first, "track": 0, "week": 1 }, { "agent_id": draft.second, "track": 0, "week": 1 }] });
        app.post("/rotation-adoptions", body, 201).await;
        let price = |price: f64| json!({ "rules": { "weights": { "rotation": price }, "max_consecutive_days": 10 } });
        app.patch(&one("/teams", team), price(40.0), 200).await;
        let near = built(&app, team, 0, json!({ "rotation": "preference" })).await;
        assert_eq!(near["rotation_usage"], "preference");
        let on = |roster: &Value, number: i64| {
            [&draft.first, &draft.second].into_iter().filter(|agent| worked(roster, agent).contains(&number)).count()
        };
        assert_eq!((on(&near, 0), on(&near, 1)), (1, 1), "{near}");
        let judged = app.get(&format!("{}/violations", one("/rosters", &near["id"])), 200).await.json();
        let told: Vec<&Value> = judged["violations"].as_array().unwrap().iter().filter(|one| one["rule"] == "rotation").collect();
        assert!(told.iter().any(|one| one["date"] == json!(day(0)) && one["severity"] == "soft"), "{told:?}");
        assert!(told[0]["detail"].as_str().unwrap().contains("where the rotation gives"), "{told:?}");
        app.patch(&one("/teams", team), price(5000.0), 200).await;
        let dear = built(&app, team, 0, json!({ "rotation": "preference" })).await;
        assert_eq!((on(&dear, 0), on(&dear, 1), on(&dear, 2)), (0, 0, 2));
        let free = built(&app, team, 0, json!({ "rotation": "ignore" })).await;
        assert_eq!((&free["rotation_adoption_id"], on(&free, 0) > 0), (&Value::Null, true));
    }

    a_rotation_has_a_picture(app) {
        let seed = Seed::plant(&app).await;
        let rotation = id(app.post("/rotations", two_weeks(&seed.near, &seed.template), 201).await);
        let picture = app.get(&format!("{}/export.svg?lang=zh", one("/rotations", &rotation)), 200).await;
        assert_eq!(picture.header("content-type"), "image/svg+xml");
        assert!(picture.text.contains("两周轮休"));
    }
}

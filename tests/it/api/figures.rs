//! Team figures: what is counted, whose it is, and what it says.

use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, agent, id, one, pointers};
use crate::harness::shop::import;
use crate::harness::{TestApp, on_both};

fn register(agent: &str, shop: &Value, starts_at: &str, inquirers: i64, ordered: i64) -> Value {
    json!({ "agent": agent, "shop_id": shop, "starts_at": starts_at, "minutes": 120,
        "counts": { "inquirers": inquirers, "ordered_people": ordered } })
}

async fn record(app: &TestApp, registers: Value) -> Vec<Value> {
    let outcomes = app.post("/figure-registers", json!({ "registers": registers }), 200).await.json();
    outcomes.as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect()
}

async fn feed(app: &TestApp, query: &str) -> Vec<Value> {
    app.get(&format!("/feeds/figures?from=2026-10-01&to=2026-11-01&{query}"), 200).await.json().as_array().unwrap().clone()
}

async fn agents_key(app: &TestApp, team: &Value, agent: &Value) -> TestApp {
    let body = json!({ "name": "本人", "role": "agent", "team_id": team, "agent_id": agent });
    let key = app.post("/api-keys", body, 201).await.json();
    app.with_token(key["token"].as_str().unwrap())
}

on_both! {
    an_own_figure_lives_and_stands_in_for_a_shipped_one(app) {
        let body = json!({ "code": "refund_share", "name_zh": "纠纷退款率", "name_en": "Refunds", "numerator": "dispute_refunds",
            "denominator": "paid_orders", "unit": "order", "direction": "lower", "scale": "share", "bands": [0.01] });
        life::is_lived(&app, "/figures", body.clone(), json!({ "note": "按付款订单计" })).await;
        let mut own = body;
        own["code"] = json!("order_conversion");
        app.post("/figures", own, 201).await;
        let all = app.get("/figure-definitions", 200).await.json();
        let mine: Vec<&Value> = all.as_array().unwrap().iter().filter(|one| one["code"] == "order_conversion").collect();
        assert_eq!((mine.len(), &mine[0]["is_shipped"], &mine[0]["numerator"]), (1, &json!(false), &json!("dispute_refunds")));
    }

    a_figure_that_does_not_add_up_is_refused_with_every_fault(app) {
        let body = json!({ "code": "Bad", "name_zh": "坏", "name_en": "Bad", "numerator": "turns * sessions", "denominator": "rate",
            "unit": "turn", "direction": "higher", "scale": "share", "bands": [80] });
        let refused = app.post("/figures", body, 422).await;
        assert_eq!(pointers(&refused), ["#/code", "#/numerator", "#/denominator", "#/bands"]);
        let measures = app.get("/figure-measures", 200).await.json();
        assert!(measures.as_array().unwrap().iter().any(|one| one["code"] == "ordered_people" && one["part_of"] == "inquirers"));
    }

    a_saved_map_lives_and_reads_its_platforms_files(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "name": "千牛", "platform": "taobao", "columns": { "agent": "旺旺", "date": "日期", "measures": [
            { "header": "询单", "measure": "inquirers" }, { "header": "下单率", "measure": "ordered_people", "read_as": { "share_of": "inquirers" } } ] } });
        life::is_lived(&app, "/figure-maps", body.clone(), json!({ "name": "千牛（新）" })).await;
        let map = id(app.post("/figure-maps", body, 201).await);
        let path = format!("/figure-imports?map_id={}&shop_id={}", map.as_str().unwrap(), seed.shop.as_str().unwrap());
        let loaded = app.send(import(&app, &path, "旺旺,日期,询单,下单率,备注\nA1,2026-10-05,40,25%,x\n"), 200).await.json();
        assert_eq!((&loaded["inserted"], &loaded["unread"]), (&json!(1), &json!(["备注"])));
        let rows = feed(&app, "figures=order_conversion").await;
        assert_eq!((&rows[0]["numerator"], &rows[0]["denominator"], &rows[0]["value"]), (&json!(10.0), &json!(40.0), &json!(0.25)));
        assert_eq!((&rows[0]["staff_number"], &rows[0]["definition"]), (&json!("A1"), &json!("(ordered_people) / (inquirers)")));
        let shipped = app.get("/shipped-figure-maps", 200).await.json();
        assert_eq!((&shipped[0]["platform"], &shipped[1]["platform"]), (&json!("pinduoduo"), &json!("douyin")));
    }

    a_file_twice_changes_nothing_and_a_bad_one_loads_nothing_and_names_every_cell(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("/figure-imports?shop_id={}", seed.shop.as_str().unwrap());
        let good = "客服,开始时间,询单人数,下单人数\nA1,2026-10-05 08:00,40,10\nA1,2026-10-05 10:00,30,12\n";
        let first = app.send(import(&app, &path, good), 200).await.json();
        assert_eq!((&first["inserted"], &first["changed"], &first["unchanged"]), (&json!(2), &json!(0), &json!(0)));
        let again = app.send(import(&app, &path, good), 200).await.json();
        assert_eq!((&again["inserted"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(2)));
        let late = app.send(import(&app, &path, good.replace("40,10", "40,11")), 200).await.json();
        assert_eq!((&late["changed"], &late["unchanged"]), (&json!(1), &json!(1)));
        let day = format!("/agents/{}/figure-corrections?date=2026-10-05", seed.near_agent.as_str().unwrap());
        let before = app.get(&day, 200).await.json();
        assert_eq!(before[0]["before"][0]["counts"]["ordered_people"], 10);

        let bad = "客服,开始时间,询单人数,下单人数\nA1,2026-10-06 08:00,5,6\nA1,2100-01-01 08:00,5,1\nA1,2026-10-05 09:00,5,1\nA1,2026-10-06 10:00,-1,0\nA1,2026-10-06 12:00,9,3\n";
        let refused = app.send(import(&app, &path, bad), 422).await.json();
        let rows: Vec<&Value> = refused["rows"].as_array().unwrap().iter().map(|cell| &cell["row"]).collect();
        assert_eq!(rows, [2, 3, 5]);
        assert_eq!(feed(&app, "figures=order_conversion").await.len(), 1);
        let loaded = app.send(import(&app, &format!("{path}&on_error=skip"), bad), 200).await.json();
        assert_eq!((&loaded["inserted"], &loaded["skipped"]), (&json!(1), &json!(4)));
        assert!(loaded["rows"][2]["reason"].as_str().unwrap().contains("covers already"), "{}", loaded["rows"]);
    }

    a_correction_that_would_make_a_part_larger_than_its_whole_is_refused(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("/figure-imports?shop_id={}", seed.shop.as_str().unwrap());
        let both = "客服,开始时间,询单人数,下单人数\nA1,2026-10-05 08:00,40,18\n";
        app.send(import(&app, &path, both), 200).await;
        let alone = "客服,开始时间,询单人数\nA1,2026-10-05 08:00,3\n";
        let refused = app.send(import(&app, &path, alone), 422).await.json();
        let cell = &refused["rows"][0];
        assert_eq!((&cell["row"], &cell["column"]), (&json!(2), &json!("ordered_people")));
        assert!(cell["reason"].as_str().unwrap().contains("send both columns in one file"), "{cell}");
        let register = json!({ "agent": "A1", "shop_id": seed.shop, "starts_at": "2026-10-05T00:00:00Z", "minutes": 120,
            "counts": { "inquirers": 3 } });
        let outcomes = app.post("/figure-registers", json!({ "registers": [register] }), 200).await.json();
        assert_eq!((&outcomes[0]["outcome"], &outcomes[0]["errors"][0]["pointer"]), (&json!("refused"), &json!("#/counts/ordered_people")));
        let stored = feed(&app, "figures=order_conversion").await;
        assert_eq!((&stored[0]["numerator"], &stored[0]["denominator"]), (&json!(18.0), &json!(40.0)));
    }

    a_name_that_nobody_or_several_have_is_held_back_until_somebody_says_who_it_is(app) {
        let seed = Seed::plant(&app).await;
        app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await;
        let registers = json!([
            register("A1", &seed.shop, "2026-10-05T00:00:00Z", 40, 10),
            register("王芳", &seed.shop, "2026-10-05T02:00:00Z", 40, 10),
            register("旗舰店:小芳", &seed.shop, "2026-10-05T04:00:00Z", 20, 5),
            register("A1", &seed.shop, "2026-10-05T06:00:00Z", 4, 5),
            register("A1", &seed.shop, "2026-10-05T01:00:00Z", 4, 1),
        ]);
        assert_eq!(record(&app, registers).await, ["stored", "held", "held", "refused", "refused"]);
        let held = app.get("/held-figures", 200).await.json();
        assert_eq!((&held["items"][0]["reason"], held["items"][0]["candidates"].as_array().unwrap().len()), (&json!("ambiguous"), 3));
        assert_eq!(held["items"][1]["reason"], "unknown");
        let resolution = json!({ "shop_id": seed.shop, "agent": "旗舰店:小芳", "agent_id": seed.near_agent });
        let resolved = app.post("/held-figures/resolve", resolution.clone(), 200).await.json();
        assert_eq!((&resolved["stored"], &resolved["left_out"]), (&json!(1), &json!(0)));
        app.post("/held-figures/resolve", resolution, 404).await;
        assert_eq!(record(&app, json!([register("旗舰店:小芳", &seed.shop, "2026-10-06T04:00:00Z", 2, 1)])).await, ["stored"]);
        let rows = feed(&app, "figures=order_conversion").await;
        assert_eq!((&rows[0]["numerator"], &rows[0]["denominator"]), (&json!(15.0), &json!(60.0)));
    }

    what_is_held_back_is_for_whoever_reaches_its_queue(app) {
        let seed = Seed::plant(&app).await;
        let of = |queue: &Value| {
            let mut unknown = register("小芳", &seed.shop, "2026-10-05T00:00:00Z", 20, 5);
            unknown["queue_id"] = queue.clone();
            unknown
        };
        assert_eq!(record(&app, json!([of(&seed.near_queue)])).await, ["held"]);
        assert_eq!(record(&app, json!([of(&seed.far_queue)])).await, ["held"]);
        let leader = app.as_role("leader", Some(&seed.far)).await;
        let held = leader.get("/held-figures", 200).await.json();
        let queues: Vec<&Value> = held["items"].as_array().unwrap().iter().map(|item| &item["queue_id"]).collect();
        assert_eq!(queues, [&seed.far_queue]);
        let resolution = json!({ "shop_id": seed.shop, "agent": "小芳", "agent_id": seed.far_agent });
        assert_eq!(leader.post("/held-figures/resolve", resolution.clone(), 200).await.json()["stored"], 1);
        leader.post("/held-figures/resolve", resolution, 404).await;
        assert_eq!(app.get("/held-figures", 200).await.json()["items"][0]["queue_id"], seed.near_queue);
    }

    an_agent_sees_the_own_figures_only_and_a_leader_those_of_the_subtree(app) {
        let seed = Seed::plant(&app).await;
        let registers = json!([
            register("A1", &seed.shop, "2026-10-05T00:00:00Z", 40, 10),
            register("B1", &seed.shop, "2026-10-05T00:00:00Z", 50, 30),
        ]);
        record(&app, registers).await;
        let own = agents_key(&app, &seed.near, &seed.near_agent).await;
        let leader = app.as_role("leader", Some(&seed.far)).await;
        for (caller, agent) in [(&own, "A1"), (&leader, "B1")] {
            let rows = feed(caller, "figures=order_conversion").await;
            assert_eq!(rows.iter().map(|row| row["staff_number"].clone()).collect::<Vec<_>>(), [agent]);
            let compared = caller.get("/figure-comparisons?from=2026-10-01&to=2026-11-01&figures=order_conversion", 200).await.json();
            assert_eq!(compared["subjects"].as_array().unwrap().len(), 1);
        }
        assert_eq!(feed(&app, "grain=shop&figures=order_conversion").await.len(), 2);
        let day = format!("/agents/{}/figure-corrections?date=2026-10-05", seed.far_agent.as_str().unwrap());
        own.get(&day, 404).await;
        own.get("/figure-tails?from=2026-10-01&to=2026-11-01", 403).await;
        own.post("/figure-registers", json!({ "registers": [] }), 403).await;
        let elsewhere = format!("/figure-comparisons?from=2026-10-01&to=2026-11-01&team_id={}", seed.near.as_str().unwrap());
        leader.get(&elsewhere, 404).await;
    }

    a_figure_that_moved_is_named_and_one_within_chance_is_not(app) {
        let seed = Seed::plant(&app).await;
        let mut registers = Vec::new();
        for day in 1..=20 {
            let at = |month: u32| format!("2026-{month:02}-{day:02}T02:00:00Z");
            registers.push(register("A1", &seed.shop, &at(9), 100, 40 + day % 3));
            registers.push(register("A1", &seed.shop, &at(10), 100, 20 + day % 3));
            registers.push(register("B1", &seed.shop, &at(9), 100, 40 + day % 3));
            registers.push(register("B1", &seed.shop, &at(10), 100, 40 + (day + 1) % 3));
        }
        record(&app, json!(registers)).await;
        let path = "/figure-comparisons?from=2026-10-01&to=2026-10-21&base_from=2026-09-01&base_to=2026-09-21&figures=order_conversion";
        let compared = app.get(path, 200).await.json();
        assert_eq!(compared["definitions"][0]["code"], "order_conversion");
        let of = |agent: &Value| {
            let all = compared["subjects"].as_array().unwrap();
            all.iter().find(|one| one["id"] == *agent).unwrap()["figures"][0].clone()
        };
        let (near, far) = (of(&seed.near_agent), of(&seed.far_agent));
        assert_eq!((&near["is_more_than_chance"], &near["is_better"]), (&json!(true), &json!(false)));
        assert_eq!(far["is_more_than_chance"], false);
        let as_long_before = app.get("/figure-comparisons?from=2026-10-01&to=2026-10-21", 200).await.json();
        assert_eq!((&as_long_before["base_from"], &as_long_before["base_to"]), (&json!("2026-09-11"), &json!("2026-10-01")));
        let hours = app.get(&format!("{path}&by=weekday_hour"), 200).await.json();
        // Ten o'clock in Hangzhou, on seven weekdays.
        assert_eq!((hours["subjects"].as_array().unwrap().len(), &hours["subjects"][0]["hour"]), (7, &json!(10)));
        let tail = app.get("/figure-tails?from=2026-10-01&to=2026-10-21&count=1", 200).await.json();
        assert_eq!((&tail["entries"][0]["agent_id"], tail["entries"][0]["cases"].as_array().unwrap().len()), (&seed.near_agent, 3));
        assert_eq!(pointers(&app.get("/figure-comparisons?from=2026-10-21&to=2026-10-01", 422).await), ["#/to"]);
        assert_eq!(pointers(&app.get(&format!("{path},nonsense"), 422).await), ["#/figures"]);
    }

    a_follow_up_lives_and_is_done_only_with_its_result(app) {
        let seed = Seed::plant(&app).await;
        let body = json!({ "agent_id": seed.near_agent, "team_id": seed.near, "figure": "order_conversion", "from": "2026-11-01",
            "to": "2026-11-22", "cases": ["11-05 20:00"], "remedy": "话术培训" });
        life::is_lived(&app, "/follow-ups", body.clone(), json!({ "remedy": "每天分析异常聊天" })).await;
        let mut wrong = body.clone();
        (wrong["team_id"], wrong["figure"]) = (seed.far.clone(), json!("nonsense"));
        assert_eq!(pointers(&app.post("/follow-ups", wrong, 422).await), ["#/agent_id", "#/figure"]);
        let mut done = body.clone();
        done["state"] = json!("done");
        assert_eq!(pointers(&app.post("/follow-ups", done.clone(), 422).await), ["#/result"]);
        done["result"] = json!("转化回升");
        let made = id(app.post("/follow-ups", done, 201).await);
        let read = app.get(&one("/follow-ups", &made), 200).await.json();
        assert_eq!((&read["state"], &read["result"], &read["remedy"]), (&json!("done"), &json!("转化回升"), &json!("话术培训")));
        let cleared = app.patch(&one("/follow-ups", &made), json!({ "remedy": null }), 200).await.json();
        assert_eq!((&cleared["remedy"], &cleared["result"]), (&json!(""), &json!("转化回升")), "null clears, what is absent stays");
        app.post("/follow-ups", body, 201).await;
        let own = agents_key(&app, &seed.near, &seed.near_agent).await;
        let other = agents_key(&app, &seed.far, &seed.far_agent).await;
        let count = async |caller: &TestApp| caller.get("/follow-ups", 200).await.json()["items"].as_array().unwrap().len();
        assert_eq!((count(&own).await, count(&other).await), (2, 0));
    }

    figures_come_as_csv_and_taking_them_out_is_noted(app) {
        let seed = Seed::plant(&app).await;
        record(&app, json!([register("A1", &seed.shop, "2026-10-05T00:00:00Z", 40, 10)])).await;
        let csv = app.get("/feeds/figures?from=2026-10-01&to=2026-11-01&grain=team&format=csv", 200).await;
        assert!(csv.header("content-type").starts_with("text/csv"));
        let log = app.get("/audit-entries?limit=200", 200).await.json();
        assert!(log["items"].as_array().unwrap().iter().any(|line| line["action"] == "export" && line["after"]["rows"] == 1));
        assert_eq!(app.get("/feeds/figures?from=2025-10-01&to=2025-11-01", 200).await.json(), json!([]));
    }
}

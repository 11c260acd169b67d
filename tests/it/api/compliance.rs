//! Platform rules, and where each shop stands.

use paiban::domain::figure_day::{FigureDay, FigureKey, Place, Register};
use paiban::domain::ids::{AgentId, ShopId, TeamId};
use paiban::domain::measure::Measure;
use paiban::store::Store;
use paiban::store::figure_days::{self, Correction};
use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, id, pointers};
use crate::harness::{TestApp, on_both};

fn uuid(value: &Value) -> uuid::Uuid {
    value.as_str().unwrap().parse().unwrap()
}

/// Stores what was counted of the agent of `near` in a shop on a date.
pub async fn record(app: &TestApp, seed: &Seed, shop: &Value, date: &str, counts: &[(Measure, i64)]) {
    record_of(app, seed, &seed.near_agent, shop, date, counts).await;
}

/// Stores what was counted of an agent of `near`.
pub async fn record_of(app: &TestApp, seed: &Seed, agent: &Value, shop: &Value, date: &str, counts: &[(Measure, i64)]) {
    let store = Store::connect(&app.database_url, 2).await.unwrap();
    let place = Place { shop_id: ShopId(uuid(shop)), queue_id: None };
    let key = FigureKey { agent_id: AgentId(uuid(agent)), date: date.parse().unwrap(), place };
    let starts_at = format!("{date}T01:00:00Z").parse().unwrap();
    let register = Register { starts_at, minutes: 600, counts: counts.iter().copied().collect() };
    let day = FigureDay { key, team_id: TeamId(uuid(&seed.near)), registers: [register].into_iter().collect() };
    let tx = store.begin().await.unwrap();
    figure_days::merge(&tx, &[day], Correction { import_id: None, actor_name: "张", at: chrono::Utc::now() }).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await.unwrap();
}

/// A shop on Kuaishou with a queue of the team.
async fn kuaishou(app: &TestApp, seed: &Seed, team: &Value) -> Value {
    let shop = json!({ "site_id": seed.site, "name": "快手店", "platform": "kuaishou" });
    let shop = id(app.post("/shops", shop, 201).await);
    let queue = json!({ "shop_id": shop, "team_id": team, "name": "快手售前" });
    app.post("/queues", queue, 201).await;
    shop
}

const REVIEWS: [(Measure, i64); 4] =
    [(Measure::GoodReviews, 157), (Measure::NeutralReviews, 30), (Measure::BadReviews, 15), (Measure::AttitudeReviews, 2)];

on_both! {
    a_shop_is_told_how_many_reviews_it_is_from_the_limit(app) {
        let seed = Seed::plant(&app).await;
        let shop = kuaishou(&app, &seed, &seed.near).await;
        record(&app, &seed, &shop, "2026-11-10", &REVIEWS).await;
        let rows = app.get("/feeds/compliance?on=2026-11-20", 200).await.json();
        let row = |code: &str| rows.as_array().unwrap().iter().find(|row| row["rule"] == code).unwrap().clone();
        let good = row("kuaishou_good_review_rate");
        assert_eq!((&good["of"], &good["distance"], &good["is_met"]), (&json!(202.0), &json!(23), &json!(false)));
        assert_eq!((&good["distance_zh"], &good["until"], &good["needs_confirmation"]), (&json!("还需 23 条好评"), &json!("2026-11-30"), &json!(true)));
        let attitude = row("kuaishou_attitude_share");
        // 2 of 45: (2 + 0) / 45 = 0.0444, 3 / 46 = 0.0652.
        assert_eq!((&attitude["distance"], &attitude["distance_kind"]), (&json!(0), &json!("bad_left")));
        // What was counted after the date it is seen from is not in it, nor in another month.
        let early = app.get("/feeds/compliance?on=2026-11-09", 200).await.json();
        assert!(early.as_array().unwrap().iter().all(|row| row["of"] == 0.0), "{early}");
        let today = (chrono::Utc::now() + chrono::TimeDelta::hours(8)).date_naive();
        let now = app.get("/feeds/compliance", 200).await.json();
        assert!(now.as_array().unwrap().iter().all(|row| row["on"] == json!(today)), "{now}");
        let csv = app.get("/feeds/compliance?on=2026-11-20&format=csv", 200).await.text;
        assert!(csv.starts_with("shop_id,shop,platform,") && csv.contains("23 more good reviews"));
        let only = app.get(&format!("/feeds/compliance?on=2026-11-20&shop_id={}", seed.shop.as_str().unwrap()), 200).await.json();
        assert!(only.as_array().unwrap().iter().all(|row| row["platform"] == "tmall"), "{only}");
    }

    a_rule_is_confirmed_by_name_and_counts_with_its_new_limit(app) {
        let seed = Seed::plant(&app).await;
        let shop = kuaishou(&app, &seed, &seed.near).await;
        record(&app, &seed, &shop, "2026-11-10", &REVIEWS).await;
        let path = "/compliance-rules/kuaishou_good_review_rate/confirm";
        let faults = app.post(path, json!({ "target": 0.75, "source": "", "note": "x".repeat(1001) }), 422).await;
        assert_eq!(pointers(&faults), ["#/source", "#/note"]);
        assert_eq!(pointers(&app.post(path, json!({ "target": 75, "source": "规则中心" }), 422).await), ["#/target"]);
        app.post("/compliance-rules/made_up/confirm", json!({ "target": null, "source": "规则中心" }), 404).await;
        let confirmed = app.post(path, json!({ "target": 0.75, "source": "规则中心" }), 200).await.json();
        assert_eq!((&confirmed["needs_confirmation"], &confirmed["confirmation"]["author"]), (&json!(false), &json!("first admin")));
        let rows = app.get("/feeds/compliance?on=2026-11-20", 200).await.json();
        let good = rows.as_array().unwrap().iter().find(|row| row["rule"] == "kuaishou_good_review_rate").unwrap();
        // ⌊157 / 0.75⌋ − 202 = 7.
        assert_eq!((&good["is_met"], &good["distance"], &good["source"]), (&json!(true), &json!(7), &json!("规则中心")));
        let rules = app.get("/compliance-rules", 200).await.json();
        let waiting = rules.as_array().unwrap().iter().filter(|rule| rule["needs_confirmation"] == true).count();
        assert_eq!(waiting + 1, rules.as_array().unwrap().len());
        let log = app.get("/audit-entries", 200).await.json();
        assert!(log["items"].as_array().unwrap().iter().any(|line| line["action"] == "confirm" && line["after"]["target"] == 0.75));
    }

    a_leader_sees_the_shops_of_their_teams_only_and_confirms_nothing(app) {
        let seed = Seed::plant(&app).await;
        let near = kuaishou(&app, &seed, &seed.near).await;
        let leader = app.as_role("leader", Some(&seed.below)).await;
        assert_eq!(leader.get("/feeds/compliance", 200).await.json(), json!([]));
        let leader = app.as_role("leader", Some(&seed.near)).await;
        let rows = leader.get(&format!("/feeds/compliance?shop_id={}", near.as_str().unwrap()), 200).await.json();
        assert_eq!(rows.as_array().unwrap().len(), 3);
        let body = json!({ "target": 0.8, "source": "规则中心" });
        leader.post("/compliance-rules/kuaishou_good_review_rate/confirm", body.clone(), 403).await;
        let supervisor = app.as_role("supervisor", Some(&seed.near)).await;
        supervisor.post("/compliance-rules/kuaishou_good_review_rate/confirm", body, 403).await;
        let agent = json!({ "name": "王芳", "role": "agent", "team_id": seed.near, "agent_id": seed.near_agent });
        let key = app.post("/api-keys", agent, 201).await.json();
        app.with_token(key["token"].as_str().unwrap()).get("/feeds/compliance", 403).await;
    }

    a_rule_of_a_shipped_code_takes_its_place_until_it_is_archived_and_asks_to_be_confirmed(app) {
        let seed = Seed::plant(&app).await;
        let shop = kuaishou(&app, &seed, &seed.near).await;
        record(&app, &seed, &shop, "2026-11-10", &REVIEWS).await;
        let good = async |on: &str| {
            let rows = app.get(&format!("/feeds/compliance?on={on}"), 200).await.json();
            let mut rows = rows.as_array().unwrap().clone();
            rows.retain(|row| row["rule"] == "kuaishou_good_review_rate");
            assert_eq!(rows.len(), 1, "{rows:?}");
            rows.remove(0)
        };
        let confirm = "/compliance-rules/kuaishou_good_review_rate/confirm";
        app.post(confirm, json!({ "target": 0.9, "source": "旧规则" }), 200).await;
        assert_eq!(good("2026-11-20").await["target"], json!(0.9));
        let body = json!({ "code": "kuaishou_good_review_rate", "platforms": ["kuaishou"], "name_zh": "好评率", "name_en": "Good reviews",
            "figure": null, "numerator": "good_reviews + neutral_reviews", "denominator": "good_reviews + neutral_reviews + bad_reviews",
            "unit": "review", "direction": "higher", "target": 0.95, "period": "calendar_month", "effective_from": "2026-11-15",
            "effective_to": null, "source": "规则中心" });
        let rule = app.post("/own-compliance-rules", body.clone(), 201).await.json();
        // 187 of 202, and what was confirmed of the shipped rule says nothing of this one.
        let now = good("2026-11-20").await;
        assert_eq!((&now["counted"], &now["of"], &now["target"], &now["needs_confirmation"]), (&json!(187.0), &json!(202.0), &json!(0.95), &json!(true)));
        let mut rival = body.clone();
        rival["effective_from"] = json!("2026-12-01");
        assert_eq!(pointers(&app.post("/own-compliance-rules", rival.clone(), 422).await), ["#/effective_from"]);
        app.patch(&format!("/own-compliance-rules/{}", rule["id"].as_str().unwrap()), json!({ "effective_to": "2026-11-30" }), 200).await;
        app.post(confirm, json!({ "target": 0.8, "source": "规则中心" }), 200).await;
        assert_eq!((good("2026-11-20").await["target"].clone(), good("2026-11-20").await["needs_confirmation"].clone()), (json!(0.8), json!(false)));
        rival["target"] = json!(0.99);
        let later = app.post("/own-compliance-rules", rival, 201).await.json();
        assert_eq!((good("2026-11-20").await["target"].clone(), good("2026-12-02").await["target"].clone()), (json!(0.8), json!(0.99)));
        for own in [&rule, &later] {
            app.delete(&format!("/own-compliance-rules/{}", own["id"].as_str().unwrap()), 200).await;
        }
        assert_eq!(good("2026-11-20").await["counted"], json!(157.0), "the shipped one holds again");
    }

    an_own_rule_lives_and_every_fault_of_one_is_told_at_once(app) {
        let body = json!({ "code": "jd_satisfaction", "platforms": ["jd"], "name_zh": "满意度", "name_en": "Satisfaction",
            "figure": "satisfaction_rate", "unit": "review", "direction": "higher", "target": 0.8, "period": "last30_days",
            "source": "规则中心" });
        life::is_lived(&app, "/own-compliance-rules", body.clone(), json!({ "name_zh": "咚咚满意度" })).await;
        let mut wrong = body.clone();
        for (field, value) in [("code", json!("JD")), ("platforms", json!([])), ("figure", json!("made_up")), ("target", json!(80)), ("source", json!(" ")),
            ("direction", json!("neither")), ("effective_from", json!("2026-12-01")), ("effective_to", json!("2026-11-30"))] {
            wrong[field] = value;
        }
        let told = pointers(&app.post("/own-compliance-rules", wrong, 422).await);
        assert_eq!(told, ["#/target", "#/code", "#/figure", "#/direction", "#/platforms", "#/effective_to", "#/source"]);
        let mut unread = body.clone();
        (unread["figure"], unread["numerator"], unread["denominator"]) = (Value::Null, json!("made_up * 2"), json!("satisfaction_ratings"));
        assert_eq!(pointers(&app.post("/own-compliance-rules", unread, 422).await), ["#/numerator"]);
        let seed = Seed::plant(&app).await;
        let supervisor = app.as_role("supervisor", Some(&seed.near)).await;
        supervisor.post("/own-compliance-rules", body, 403).await;
    }
}

//! Measured figures for planning: proposed with evidence, accepted into agents and queues, or refused.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use paiban::domain::figure_day::{FigureDay, FigureKey, Place, Register};
use paiban::domain::ids::{AgentId, QueueId, ShopId, TeamId};
use paiban::domain::measure::Measure;
use paiban::services::planning_proposals;
use paiban::store::Store;
use paiban::store::figure_days::{self, Correction};
use serde_json::{Value, json};

use super::seed::{Seed, agent, id, one, pointers};
use crate::harness::shop::{Shop, WEEK};
use crate::harness::{TestApp, on_both};

fn uuid(value: &Value) -> uuid::Uuid {
    value.as_str().unwrap().parse().unwrap()
}

/// Today at the site.
fn today() -> NaiveDate {
    (Utc::now() + TimeDelta::hours(8)).date_naive()
}

/// How somebody works: so many chats held, so many seconds to a reply, and so many of ten customers satisfied.
#[derive(Clone, Copy)]
struct Way {
    held: f64,
    reply_secs: f64,
    satisfied: i64,
}

const USUAL: Way = Way { held: 1.2, reply_secs: 30.0, satisfied: 9 };
const FAST: Way = Way { reply_secs: 20.0, ..USUAL };

impl Way {
    /// Two hours on seat, with customers who think 40 s and ask five times.
    fn register(self, date: NaiveDate) -> Register {
        let chat_secs = self.held * 7200.0;
        let answers = (chat_secs / (self.reply_secs + 40.0)).round();
        let millis = |secs: f64| (secs * 1000.0).round() as i64;
        let counts = [
            (Measure::Sessions, (answers / 5.0).round() as i64),
            (Measure::AnsweredTurns, answers as i64),
            (Measure::ReplyMillis, millis(answers * self.reply_secs)),
            (Measure::SessionMillis, millis(chat_secs)),
            (Measure::OnlineMillis, millis(7200.0)),
            (Measure::SatisfactionRatings, 10),
            (Measure::Satisfied, self.satisfied),
        ];
        let starts_at = format!("{date}T02:00:00Z").parse().unwrap();
        Register { starts_at, minutes: 120, counts: counts.into_iter().collect() }
    }
}

/// Where people work.
struct Desk<'a> {
    team: &'a Value,
    shop: &'a Value,
    queue: &'a Value,
}

impl Seed {
    fn desk(&self) -> Desk<'_> {
        Desk { team: &self.near, shop: &self.shop, queue: &self.near_queue }
    }
}

/// Stores twenty days up to yesterday of people of a desk. The queue is recorded of the first only: the others serve one.
async fn record(app: &TestApp, desk: Desk<'_>, people: &[(&Value, Way)]) {
    let store = Store::connect(&app.database_url, 2).await.unwrap();
    let mut days = Vec::new();
    for (at, (agent, way)) in people.iter().enumerate() {
        let queue_id = (at == 0).then(|| QueueId(uuid(desk.queue)));
        let place = Place { shop_id: ShopId(uuid(desk.shop)), queue_id };
        for date in (1..=20).map(|back| today() - Days::new(back)) {
            let key = FigureKey { agent_id: AgentId(uuid(agent)), date, place };
            days.push(FigureDay { key, team_id: TeamId(uuid(desk.team)), registers: [way.register(date)].into_iter().collect() });
        }
    }
    let tx = store.begin().await.unwrap();
    figure_days::merge(&tx, &days, Correction { import_id: None, actor_name: "张", at: Utc::now() }).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await.unwrap();
}

/// Three who work as usual, one fast and good, one fast and bad.
struct Team {
    seed: Seed,
    good: Value,
    bad: Value,
}

async fn team(app: &TestApp) -> Team {
    let seed = Seed::plant(app).await;
    let mut more = Vec::new();
    for number in ["A2", "A3", "A4", "A5"] {
        more.push(id(app.post("/agents", agent(&seed.near, number, &seed.near_queue), 201).await));
    }
    let bad = Way { satisfied: 4, ..FAST };
    let people = [(&seed.near_agent, USUAL), (&more[0], USUAL), (&more[1], USUAL), (&more[2], FAST), (&more[3], bad)];
    record(app, seed.desk(), &people).await;
    Team { good: more[2].clone(), bad: more[3].clone(), seed }
}

async fn review(app: &TestApp, seed: &Seed) -> Vec<Value> {
    review_team(app, &seed.near).await
}

async fn review_team(app: &TestApp, team: &Value) -> Vec<Value> {
    let path = one("/teams", team) + "/planning-proposals";
    app.post(&path, json!({}), 200).await.json().as_array().unwrap().clone()
}

fn of<'a>(proposals: &'a [Value], kind: &str, agent: &Value) -> Option<&'a Value> {
    proposals.iter().find(|proposal| proposal["kind"] == kind && proposal["agent_id"] == *agent)
}

async fn proficiency(app: &TestApp, agent: &Value) -> (Value, Value) {
    let agent = app.get(&one("/agents", agent), 200).await.json();
    (agent["skills"][0]["proficiency"].clone(), agent["version"].clone())
}

/// Plans the week of a shop; gives the draft.
async fn planned(app: &TestApp, shop: &Shop) -> Value {
    let run = shop.plan(app).await;
    assert_eq!(run["state"], "succeeded", "{run}");
    app.get(&one("/rosters", &run["result_id"]), 200).await.json()
}

/// The heads that a roster was built for, added up over its intervals.
async fn required_heads(app: &TestApp, roster: &Value) -> f64 {
    let requirement = app.get(&one("/requirements", &roster["requirement_id"]), 200).await.json();
    let points = requirement["queues"][0]["points"].as_array().unwrap();
    points.iter().map(|point| point["required"].as_f64().unwrap()).sum()
}

async fn listed(app: &TestApp, path: &str) -> Vec<Value> {
    app.get(path, 200).await.json()["items"].as_array().unwrap().clone()
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

/// Who serves at that time: on shift and on no break.
fn on_seat(roster: &Value, at: DateTime<Utc>) -> Vec<String> {
    let within = |span: &Value| (instant(&span["starts_at"])..instant(&span["ends_at"])).contains(&at);
    let serves = |duty: &&Value| within(duty) && !duty["breaks"].as_array().unwrap().iter().any(within);
    roster["assignments"].as_array().unwrap().iter().filter(serves).map(|duty| duty["agent_id"].to_string()).collect()
}

on_both! {
    who_is_fast_and_good_is_proposed_above_one_with_the_evidence_and_counts_so_once_accepted(app) {
        let Team { seed, good, bad } = team(&app).await;
        let found = review(&app, &seed).await;
        let proposal = of(&found, "proficiency", &good).unwrap().clone();
        assert_eq!((&proposal["present"], &proposal["proposed"], &proposal["state"]), (&json!(1.0), &json!(1.25), &json!("open")));
        let evidence = &proposal["evidence"];
        assert_eq!((&evidence["basis"], &evidence["days"], &evidence["average_reply_secs"]), (&json!("reply_work"), &json!(20), &json!(20.0)));
        // Three chats at most, 0.4 of them waiting for a reply and 0.8 for the customer: the truncated product form ρⁿ·aᵐ/m! has these
        // means at ρ = 0.3513 and a = 0.9094, and S = 40 s · ρ / a. As usual they are 0.5143 and 0.6857, and S 21.86 s.
        let work = (evidence["reply_work_secs"].as_f64().unwrap(), evidence["team"]["reply_work_secs"].as_f64().unwrap());
        assert!((work.0 - 15.452).abs() < 0.01 && (15.452..21.862).contains(&work.1), "{work:?}");
        assert_eq!((&evidence["team"]["agents"], &evidence["team"]["quality"]), (&json!(5), &json!("passed")));
        assert_eq!((&evidence["quality"][0]["figure"], &evidence["quality"][0]["of"]), (&json!("satisfaction_rate"), &json!(200.0)));
        assert!(evidence["team"]["weight"].as_f64().unwrap() > 0.9, "{evidence}");
        assert_eq!(of(&found, "proficiency", &bad), None, "fast and bad is no more than the team");
        assert_eq!(proficiency(&app, &good).await, (json!(1.0), json!(1)), "nothing is in force yet");
        // Asked again it is the same proposal.
        assert_eq!(review(&app, &seed).await, found);

        let accepted = app.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]], "note": "下周起" }), 200).await.json();
        assert_eq!((&accepted[0]["state"], &accepted[0]["decided"]["note"]), (&json!("accepted"), &json!("下周起")));
        assert_eq!(proficiency(&app, &good).await, (json!(1.25), json!(2)));
        let log = app.get(&format!("/audit-entries?subject_id={}", good.as_str().unwrap()), 200).await.json();
        let change = log["items"].as_array().unwrap().iter().find(|line| line["action"] == "change").unwrap().clone();
        assert_eq!((&change["before"]["skills"][0]["proficiency"], &change["after"]["skills"][0]["proficiency"]), (&json!(1.0), &json!(1.25)));
        assert_eq!(of(&review(&app, &seed).await, "proficiency", &good), None, "it is in force");
        let again = app.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]] }), 422).await;
        assert_eq!(pointers(&again), ["#/ids/0"]);
    }

    decisions_are_all_or_none_and_what_is_refused_with_a_note_is_not_proposed_again(app) {
        let Team { seed, good, .. } = team(&app).await;
        let found = review(&app, &seed).await;
        let (fast, slow) = (of(&found, "proficiency", &good).unwrap(), of(&found, "proficiency", &seed.near_agent).unwrap());
        assert_eq!(slow["proposed"], json!(0.85));
        let nobody = uuid::Uuid::now_v7();
        let body = json!({ "ids": [fast["id"], nobody, fast["id"]] });
        assert_eq!(pointers(&app.post("/planning-proposals/accept", body, 422).await), ["#/ids/1", "#/ids/2"]);
        assert_eq!(proficiency(&app, &good).await, (json!(1.0), json!(1)));
        assert_eq!(pointers(&app.post("/planning-proposals/refuse", json!({ "ids": [] }), 422).await), ["#/ids", "#/note"]);
        let body = json!({ "ids": [slow["id"]], "note": "新流程刚上线" });
        assert_eq!(app.post("/planning-proposals/refuse", body, 200).await.json()[0]["state"], "refused");
        assert_eq!(proficiency(&app, &seed.near_agent).await, (json!(1.0), json!(1)));
        let open = review(&app, &seed).await;
        assert_eq!((of(&open, "proficiency", &seed.near_agent), open.len()), (None, found.len() - 1));
    }

    a_figure_changed_by_hand_is_not_overwritten(app) {
        let Team { seed, good, .. } = team(&app).await;
        let proposal = of(&review(&app, &seed).await, "proficiency", &good).unwrap().clone();
        let skills = |proficiency: f64| json!({ "skills": [{ "queue_id": seed.near_queue, "proficiency": proficiency }] });
        app.patch(&one("/agents", &good), skills(1.4), 200).await;
        let refused = app.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]] }), 422).await;
        assert_eq!(pointers(&refused), ["#/ids/0"]);
        assert_eq!(proficiency(&app, &good).await.0, json!(1.4));
        let anew = review(&app, &seed).await;
        let anew = of(&anew, "proficiency", &good).unwrap();
        assert_eq!((&anew["id"], &anew["present"], &anew["proposed"]), (&proposal["id"], &json!(1.4), &json!(1.25)));
        app.patch(&one("/agents", &good), skills(1.25), 200).await;
        review(&app, &seed).await;
        assert_eq!(app.get(&one("/planning-proposals", &proposal["id"]), 200).await.json()["state"], "withdrawn");
    }

    a_queue_has_the_handling_time_and_the_chats_at_once_that_were_measured(app) {
        let seed = Seed::plant(&app).await;
        let path = one("/queues", &seed.near_queue);
        app.patch(&path, json!({ "max_concurrent_chats": 3, "aht_secs": 200 }), 200).await;
        let second = id(app.post("/agents", agent(&seed.near, "A2", &seed.near_queue), 201).await);
        let busy = Way { held: 4.4, reply_secs: 60.0, satisfied: 9 };
        record(&app, seed.desk(), &[(&seed.near_agent, busy), (&second, busy)]).await;
        let found = review(&app, &seed).await;
        assert_eq!(found.iter().map(|proposal| proposal["kind"].clone()).collect::<Vec<_>>(), ["handling_time", "chats_at_once"]);
        let (time, chats) = (&found[0], &found[1]);
        // 7200·4.4/100 = 317 replies in 63 chats: 5.03 turns of the work and 40 s of thinking.
        let turn = time["turns"]["reply_secs"].as_f64().unwrap() + time["turns"]["think_secs"].as_f64().unwrap();
        assert!((time["turns"]["think_secs"].as_f64().unwrap() - 39.9).abs() < 0.2, "{time}");
        assert_eq!(time["proposed"].as_f64().unwrap(), (turn * 317.0 / 63.0).round());
        assert!(time["turns"]["reply_secs"].as_f64().unwrap() < 25.0, "replies wait for each other: {time}");
        assert_eq!((&chats["present"], &chats["proposed"]), (&json!(3.0), &json!(5.0)));
        assert!((chats["evidence"]["busiest_chats_at_once"].as_f64().unwrap() - 4.4).abs() < 1e-6);
        app.post("/planning-proposals/accept", json!({ "ids": [time["id"], chats["id"]] }), 200).await;
        let queue = app.get(&path, 200).await.json();
        assert_eq!((&queue["aht_secs"], &queue["max_concurrent_chats"]), (&time["proposed"], &json!(5)));
        assert_eq!(queue["service"]["turns"]["reply_secs"], time["turns"]["reply_secs"]);
        assert_eq!(review(&app, &seed).await, [] as [Value; 0]);
    }

    an_agent_reads_their_own_proposals_and_a_leader_those_of_their_teams_and_neither_accepts(app) {
        let Team { seed, good, bad } = team(&app).await;
        let near = app.as_role("leader", Some(&seed.near)).await;
        let found = review(&near, &seed).await;
        let proposal = of(&found, "proficiency", &good).unwrap();
        let path = one("/planning-proposals", &proposal["id"]);
        near.get(&path, 200).await;
        near.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]] }), 403).await;
        let key = async |agent: &Value| {
            let body = json!({ "name": "客服", "role": "agent", "team_id": seed.near, "agent_id": agent });
            app.with_token(app.post("/api-keys", body, 201).await.json()["token"].as_str().unwrap())
        };
        let own = key(&good).await;
        let listed = own.get("/planning-proposals", 200).await.json();
        assert_eq!(listed["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>(), [proposal["id"].clone()]);
        own.get(&path, 200).await;
        let other = key(&bad).await;
        assert_eq!(other.get("/planning-proposals", 200).await.json()["items"], json!([]));
        assert_eq!(other.get(&format!("/planning-proposals?agent_id={}", good.as_str().unwrap()), 200).await.json()["items"], json!([]));
        other.get(&path, 404).await;
        other.post(&(one("/teams", &seed.near) + "/planning-proposals"), json!({}), 403).await;
        let far = app.as_role("supervisor", Some(&seed.far)).await;
        far.get(&path, 404).await;
        assert_eq!(pointers(&far.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]] }), 422).await), ["#/ids/0"]);
        far.post(&(one("/teams", &seed.near) + "/planning-proposals"), json!({}), 404).await;
        let supervisor = app.as_role("supervisor", Some(&seed.near)).await;
        supervisor.post("/planning-proposals/accept", json!({ "ids": [proposal["id"]] }), 200).await;
        app.as_role("dashboard", None).await.get("/planning-proposals", 403).await;
    }

    what_was_measured_and_accepted_staffs_and_rosters_the_week(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let before = required_heads(&app, &planned(&app, &shop).await).await;
        let agents = listed(&app, "/agents").await;
        let (queue, site_shop) = (listed(&app, "/queues").await.remove(0), listed(&app, "/shops").await.remove(0));
        let slow = Way { held: 2.4, reply_secs: 90.0, satisfied: 9 };
        let people: Vec<_> = agents.iter().map(|agent| (&agent["id"], if *agent == agents[5] { Way { reply_secs: 50.0, ..slow } } else { slow })).collect();
        record(&app, Desk { team: &shop.team["id"], shop: &site_shop["id"], queue: &queue["id"] }, &people).await;

        let found = review_team(&app, &shop.team["id"]).await;
        let ids: Vec<_> = found.iter().map(|proposal| proposal["id"].clone()).collect();
        let time = found.iter().find(|proposal| proposal["kind"] == "handling_time").unwrap();
        assert!(time["proposed"].as_f64().unwrap() > 1.2 * time["present"].as_f64().unwrap(), "{time}");
        app.post("/planning-proposals/accept", json!({ "ids": ids }), 200).await;

        let roster = planned(&app, &shop).await;
        let after = required_heads(&app, &roster).await;
        assert!(after > 1.1 * before, "chats take longer: {before} heads of half hours, then {after}");
        let mut heads = std::collections::BTreeMap::new();
        for agent in listed(&app, "/agents").await {
            heads.insert(agent["id"].to_string(), agent["skills"][0]["proficiency"].as_f64().unwrap());
        }
        let fast = heads[&agents[5]["id"].to_string()];
        assert!(fast > 1.0 && heads.values().filter(|&&heads| heads < fast).count() == 5, "{heads:?}");
        let path = format!("{}/publish", one("/rosters", &roster["id"]));
        app.send(app.request(reqwest::Method::POST, &path).header("If-Match", "*"), 200).await;
        let until = WEEK.parse::<NaiveDate>().unwrap() + Days::new(7);
        let rows = app.get(&format!("/feeds/coverage?from={WEEK}&to={until}"), 200).await.json();
        let mut seen = 0;
        for row in rows.as_array().unwrap() {
            let on_seat = on_seat(&roster, instant(&row["starts_at"]));
            let by_hand: f64 = on_seat.iter().map(|agent| heads[agent]).sum();
            assert!((row["covered"].as_f64().unwrap() - by_hand).abs() < 1e-6, "{row} is {by_hand} by hand");
            seen += usize::from(on_seat.contains(&agents[5]["id"].to_string()));
        }
        assert!(seen > 0, "whoever counts for most is rostered");
    }

    the_clock_measures_every_team_once_a_week(app) {
        let Team { good, .. } = team(&app).await;
        let (one, other) = (Store::connect(&app.database_url, 2).await.unwrap(), Store::connect(&app.database_url, 2).await.unwrap());
        // Tomorrow noon at the site, on which the day counts as looked at whatever day it is.
        let noon: DateTime<Utc> = format!("{}T04:00:00Z", today() + Days::new(1)).parse().unwrap();
        let (first, second) =
            tokio::join!(planning_proposals::review_due(&one, 480, noon), planning_proposals::review_due(&other, 480, noon));
        assert_eq!(first.unwrap() + second.unwrap(), 3, "of three teams each once");
        assert_eq!(planning_proposals::review_due(&one, 480, noon + TimeDelta::hours(1)).await.unwrap(), 0);
        let listed = app.get(&format!("/planning-proposals?state=open&kind=proficiency&agent_id={}", good.as_str().unwrap()), 200).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(planning_proposals::review_due(&one, 480, noon + TimeDelta::days(7)).await.unwrap(), 3);
    }
}

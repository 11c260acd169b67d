//! Rule packs, labour rules of a site, holiday imports, protections.

use reqwest::Method;
use serde_json::{Value, json};

use super::life;
use super::seed::{Seed, id, ids, one, pointers, slug};
use crate::harness::{TestApp, on_both};

fn rules(changes: Value) -> Value {
    json!({ "effective_from": "2026-01-01", "pack": "cn-standard", "rest_days": "rostered", "changes": changes })
}

async fn audited(app: &TestApp, seed: &Seed) -> Vec<String> {
    let path = format!("/audit-entries?subject_id={}", seed.site.as_str().unwrap());
    let entries = app.get(&path, 200).await.json();
    let of_rules = entries["items"].as_array().unwrap().iter().filter(|entry| entry["subject_type"] == "labour_rules");
    of_rules.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    packs_and_calendars_say_where_they_come_from(app) {
        let packs = app.get("/labour-packs", 200).await.json();
        let standard = packs.as_array().unwrap().iter().find(|pack| pack["code"] == "cn-standard" && pack["version"] == "2025").unwrap();
        assert_eq!(standard["limits"]["max_monthly_overtime_minutes"]["value"], 2160);
        assert_eq!(standard["limits"]["min_daily_rest_minutes"]["is_legal"], false);
        assert_eq!(standard["rates"], json!({ "overtime": 1.5, "rest_day": 2.0, "statutory_holiday": 3.0 }));
        let calendars = app.get("/holiday-calendars", 200).await.json();
        assert_eq!(calendars.as_array().unwrap().iter().map(|one| one["year"].clone()).collect::<Vec<_>>(), [2025, 2026]);
    }

    a_site_tightens_its_pack_freely_and_loosens_the_law_as_admin_only(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/labour-rules", one("/sites", &seed.site));
        assert_eq!(app.get(&path, 200).await.json()["periods"], json!([]));
        let supervisor = app.as_role("supervisor", None).await;
        let set = supervisor.put(&path, rules(json!({ "max_monthly_overtime_minutes": 1800 })), 200).await;
        assert_eq!((set.header("etag"), &set.json()["periods"][0]["loosened"]), ("\"1\"", &json!([])));
        let loose = rules(json!({ "max_monthly_overtime_minutes": 3600 }));
        assert_eq!(slug(&supervisor.put(&path, loose.clone(), 403).await), "forbidden");
        let set = app.put(&path, loose, 200).await.json();
        assert_eq!(set["periods"][0]["loosened"], json!([{ "limit": "max_monthly_overtime_minutes", "legal": 2160, "own": 3600 }]));
        assert_eq!(audited(&app, &seed).await, ["change", "change", "loosen"]);
        // Looser still is for admins again.
        let looser = rules(json!({ "max_monthly_overtime_minutes": 3660 }));
        assert_eq!(slug(&supervisor.put(&path, looser, 403).await), "forbidden");
        // What is loose already may be tightened without an admin, and eleven hours of rest are a habit of the house.
        supervisor.put(&path, rules(json!({ "max_monthly_overtime_minutes": 3000, "min_daily_rest_minutes": 600 })), 200).await;
        assert_eq!(audited(&app, &seed).await.len(), 4);
        let stale = app.request(Method::PUT, &path).header("If-Match", "\"1\"").json(&rules(json!({})));
        assert_eq!(slug(&app.send(stale, 412).await), "version-conflict");
        let later = json!({ "effective_from": "2026-12-01", "pack": "cn-comprehensive", "cycle": "quarter" });
        assert_eq!(app.put(&path, later, 200).await.json()["periods"].as_array().unwrap().len(), 2);
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        near.get(&path, 200).await;
        assert_eq!(slug(&near.put(&path, rules(json!({})), 403).await), "forbidden");
    }

    every_fault_of_labour_rules_is_told_at_once(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/labour-rules", one("/sites", &seed.site));
        let wrong = json!({ "effective_from": "2026-01-01", "pack": "xx", "time_off_expires_after_days": 0,
            "posts": [{ "post": "presale_agent", "pack": "cn-comprehensive" }], "changes": { "max_consecutive_days": 99 } });
        assert_eq!(pointers(&app.put(&path, wrong, 422).await),
            ["#/pack", "#/posts/0/cycle", "#/changes/max_consecutive_days", "#/rest_day_work/expires_after_days"]);
        assert_eq!(pointers(&app.put(&path, rules(json!({ "max_coffee": 3 })), 422).await), ["#/changes/max_coffee"]);
    }

    holidays_are_imported_from_json_a_shipped_calendar_and_a_file_and_again_without_effect(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/holiday-imports", one("/sites", &seed.site));
        let year = json!({ "calendar": { "jurisdiction": "CN", "year": 2026 } });
        let first = app.post(&path, year.clone(), 200).await.json();
        assert_eq!((&first["created"], &first["unchanged"]), (&json!(28), &json!(0)));
        assert_eq!(app.post(&path, year, 200).await.json()["unchanged"], 28);
        let next = json!({ "days": [
            { "date": "2027-01-01", "name": "元旦", "kind": "statutory" },
            { "date": "2026-10-10", "name": "国庆补班", "kind": "make_up_workday" },
        ] });
        let done = app.post(&path, next, 200).await.json();
        let results: Vec<&Value> = done["days"].as_array().unwrap().iter().map(|day| &day["result"]).collect();
        assert_eq!(results, ["created", "changed"]);
        let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20271225\r\nDTEND;VALUE=DATE:20271227\r\n\
            SUMMARY:Weihnachten\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let done = app.post(&path, json!({ "ics": { "text": file, "kind": "statutory" } }), 200).await.json();
        assert_eq!(done["created"], 2);
        let listed = ids(&app, "/holidays?from=2027-01-01&until=2027-12-31").await;
        assert_eq!(listed.len(), 3);
        app.delete(&one("/holidays", &listed[0]), 200).await;
        let again = json!({ "days": [{ "date": "2027-01-01", "name": "元旦", "kind": "statutory" }] });
        assert_eq!(app.post(&path, again, 200).await.json()["created"], 1, "an archived day is no day");
        assert!(app.get(&one("/holidays", &listed[0]), 200).await.json()["archived_at"].is_null());
    }

    an_import_is_all_or_nothing_and_tells_every_fault(app) {
        let seed = Seed::plant(&app).await;
        let path = format!("{}/holiday-imports", one("/sites", &seed.site));
        let day = |date: &str, name: &str| json!({ "date": date, "name": name, "kind": "observance" });
        let wrong = json!({ "days": [day("2027-03-08", "三八"), day("2027-03-08", "x"), day("2027-03-09", "")] });
        assert_eq!(pointers(&app.post(&path, wrong, 422).await), ["#/days/1/date", "#/days/2/name"]);
        assert_eq!(ids(&app, "/holidays").await, Vec::<Value>::new());
        assert_eq!(pointers(&app.post(&path, json!({}), 422).await), ["#"]);
        let unknown = json!({ "calendar": { "jurisdiction": "CN", "year": 2030 } });
        assert_eq!(pointers(&app.post(&path, unknown, 422).await), ["#/year"]);
        let broken = json!({ "ics": { "text": "x", "kind": "statutory" } });
        assert_eq!(pointers(&app.post(&path, broken, 422).await), ["#/ics/text"]);
        let near = app.as_role("supervisor", Some(&seed.near)).await;
        let one_day = json!({ "days": [day("2027-03-08", "三八")] });
        near.post(&path, one_day.clone(), 403).await;
        app.post(&path, one_day, 200).await;
    }

    a_protection_lives_for_those_who_answer_for_the_agent(app) {
        let seed = Seed::plant(&app).await;
        let body = |agent: &Value| json!({ "agent_id": agent, "kind": "pregnant", "from": "2026-11-23" });
        life::is_lived(&app, "/protections", body(&seed.near_agent), json!({ "until": "2027-06-30" })).await;
        let leader = app.as_role("leader", Some(&seed.near)).await;
        assert_eq!(pointers(&leader.post("/protections", body(&seed.far_agent), 422).await), ["#/agent_id"]);
        let backwards = json!({ "agent_id": seed.near_agent, "kind": "minor", "from": "2026-11-23", "until": "2026-11-22" });
        assert_eq!(pointers(&app.post("/protections", backwards, 422).await), ["#/until"]);
        app.as_role("dashboard", None).await.get("/protections", 403).await;
        let kept = id(leader.post("/protections", body(&seed.near_agent), 201).await);
        let far = app.as_role("leader", Some(&seed.far)).await;
        assert_eq!(ids(&far, "/protections").await, Vec::<Value>::new());
        far.get(&one("/protections", &kept), 404).await;
    }
}

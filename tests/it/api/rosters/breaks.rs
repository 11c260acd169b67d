//! Breaks within windows: built, edited, kept by pins, published and exported.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::draft::{Draft, edit, publish, rules};
use crate::api::seed::{one, pointers};
use crate::harness::shop::Shop;
use crate::harness::{TestApp, on_both};

/// The early shift, 08:00 to 16:00, with an hour's break that starts at 11:00, 12:00 or 13:00.
fn movable() -> Value {
    json!({ "breaks": [{ "offset_minutes": 180, "minutes": 60, "window_minutes": 120, "step_minutes": 60 }] })
}

/// When the breaks of an assignment start, by the clock.
fn starts(assignment: &Value) -> Vec<String> {
    let breaks = assignment["breaks"].as_array().unwrap().iter();
    breaks.map(|rest| rest["starts_at"].as_str().unwrap()[11..16].to_owned()).collect()
}

async fn breaks_of(app: &TestApp, draft: &Draft, id: &Value) -> Vec<String> {
    let roster = draft.read(app).await;
    starts(roster["assignments"].as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap())
}

on_both! {
    an_edit_puts_breaks_where_coverage_suffers_least_or_where_it_says(app) {
        let draft = Draft::store(&app).await;
        app.patch(&one("/shift-templates", &draft.early), movable(), 200).await;
        let [first, second, _] = draft.assignments(&app).await;
        assert_eq!(breaks_of(&app, &draft, &first).await, ["11:00"], "a draft follows its templates");
        // Both would be away at eleven, and one is needed.
        let anew = json!({ "op": "change", "assignment_id": second, "shift_template_id": draft.early });
        let edited = app.send(draft.edit(&app, json!([anew])), 200).await.json();
        assert_eq!(starts(&edited["changed"][0]), ["12:00"]);
        assert_eq!(edited["cost"].as_f64().unwrap() - edited["cost_before"].as_f64().unwrap(), -20.0 - 0.5);
        let said = json!({ "op": "change", "assignment_id": second, "break_offsets": [300] });
        app.send(draft.edit(&app, json!([said])), 200).await;
        assert_eq!(breaks_of(&app, &draft, &second).await, ["13:00"]);
        for (offsets, wrong) in [(json!([210]), "at 11:30"), (json!([180, 240]), "2 breaks are placed"), (json!([]), "0 breaks")] {
            let said = json!({ "op": "change", "assignment_id": second, "break_offsets": offsets });
            let refused = app.send(draft.edit(&app, json!([said])), 409).await.json();
            assert_eq!(rules(&refused["violations"]), ["break-window"]);
            assert!(refused["violations"][0]["detail"].as_str().unwrap().contains(wrong), "{refused}");
        }
        let mut assign = draft.assign(&draft.second, 2);
        assign["break_offsets"] = json!([240]);
        let edited = app.send(draft.edit(&app, json!([assign])), 200).await.json();
        assert_eq!(starts(&edited["changed"][0]), ["12:00"]);
    }

    pinned_breaks_stay_through_edits_and_publication(app) {
        let draft = Draft::store(&app).await;
        app.patch(&one("/shift-templates", &draft.early), movable(), 200).await;
        let [first, ..] = draft.assignments(&app).await;
        let noon = json!({ "op": "change", "assignment_id": first, "break_offsets": [240] });
        let pin = json!({ "op": "pin", "assignment_id": first });
        app.send(draft.edit(&app, json!([noon, pin])), 200).await;
        let later = json!({ "op": "change", "assignment_id": first, "break_offsets": [300] });
        let refused = app.send(draft.edit(&app, json!([later])), 409).await.json();
        assert_eq!(rules(&refused["violations"]), ["pin"]);
        let version = draft.read(&app).await["version"].clone();
        publish(&app, &draft.path, &format!("\"{version}\""), 200).await;
        let csv = app.get(&format!("{}/export.csv", draft.path), 200).await.text;
        assert!(csv.contains("12:00-13:00") && csv.contains("11:00-12:00"), "{csv}");
        // What was published stays, and stays right, when the template is edited.
        app.patch(&one("/shift-templates", &draft.early), json!({ "breaks": [] }), 200).await;
        assert_eq!(breaks_of(&app, &draft, &first).await, ["12:00"]);
        let now = app.get(&format!("{}/violations", draft.path), 200).await.json();
        assert!(!rules(&now["violations"]).contains(&"break-window".to_owned()), "{now}");
        let late = json!({ "edits": [{ "op": "unpin", "assignment_id": first }] });
        app.send(edit(&app, &draft.path, "*", late), 409).await;
    }

    a_build_puts_breaks_within_their_windows_and_not_all_at_once(app) {
        let shop = Shop::open(&app).await;
        Shop::load_history(&app).await;
        let templates = app.get("/shift-templates", 200).await.json();
        for template in templates["items"].as_array().unwrap() {
            let breaks = json!([{ "offset_minutes": 180, "minutes": 60, "window_minutes": 120, "step_minutes": 30 },
                { "offset_minutes": 420, "minutes": 15, "is_paid": true, "window_minutes": 45 }]);
            app.patch(&one("/shift-templates", &template["id"]), json!({ "breaks": breaks }), 200).await;
        }
        let limit = json!({ "rules": { "max_break_share": 0.25, "weights": { "crowded_break_hour": 25.0 } } });
        let team = app.patch(&one("/teams", &shop.team["id"]), limit, 200).await.json();
        assert_eq!(team["rules"]["max_break_share"], 0.25);
        let run = shop.plan(&app).await;
        assert_eq!(run["state"], "succeeded", "{run}");
        let roster = app.get(&format!("/rosters/{}", run["result_id"].as_str().unwrap()), 200).await.json();
        let mut lunches = BTreeSet::new();
        for assignment in roster["assignments"].as_array().unwrap() {
            let begins: i64 = assignment["starts_at"].as_str().unwrap()[11..13].parse().unwrap();
            let minutes: Vec<i64> = starts(assignment)
                .iter()
                .map(|clock| (clock[..2].parse::<i64>().unwrap() - begins) * 60 + clock[3..].parse::<i64>().unwrap())
                .collect();
            assert!([180, 210, 240, 270, 300].contains(&minutes[0]), "{assignment}");
            assert!([420, 435, 450, 465].contains(&minutes[1]), "{assignment}");
            lunches.insert(minutes[0]);
        }
        assert!(lunches.len() > 1, "everybody is away at {lunches:?}");
    }

    a_share_of_breaks_above_all_of_them_is_refused(app) {
        let shop = Shop::open(&app).await;
        let rules = json!({ "rules": { "max_break_share": 1.5, "weights": { "crowded_break_hour": -1.0 } } });
        let refused = app.patch(&one("/teams", &shop.team["id"]), rules, 422).await;
        assert_eq!(pointers(&refused), ["#/rules/max_break_share", "#/rules/weights/crowded_break_hour"]);
    }
}

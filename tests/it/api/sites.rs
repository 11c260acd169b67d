//! Sites: made, read, listed, changed, archived.

use reqwest::Method;
use serde_json::json;

use crate::harness::on_both;

on_both! {
    a_site_is_made_read_changed_and_archived(app) {
        let made = app.post("/sites", json!({ "name": "杭州" }), 201).await;
        let (location, site) = (made.header("location").to_owned(), made.json());
        assert_eq!(site["zone"], "Asia/Shanghai");
        assert_eq!(made.header("etag"), "\"1\"");
        let path = location.strip_prefix("/api/v1").unwrap();
        assert_eq!(app.get(path, 200).await.json(), site);

        let changed = app.patch(path, json!({ "zone": "Europe/Berlin" }), 200).await.json();
        assert_eq!((&changed["zone"], &changed["name"], &changed["version"]), (&json!("Europe/Berlin"), &json!("杭州"), &json!(2)));

        let archived = app.delete(path, 200).await.json();
        assert!(archived["archived_at"].is_string());
        assert_eq!(app.get("/sites", 200).await.json()["items"], json!([]));
        assert_eq!(app.get(path, 200).await.json()["name"], "杭州");
    }

    an_edit_needs_the_version_that_was_read(app) {
        let site = app.post("/sites", json!({ "name": "杭州" }), 201).await.json();
        let path = format!("/sites/{}", site["id"].as_str().unwrap());
        let edit = |tag: Option<&str>| {
            let request = app.request(Method::PATCH, &path).json(&json!({ "name": "上海" }));
            match tag {
                Some(tag) => request.header("If-Match", tag),
                None => request,
            }
        };
        app.send(edit(None), 428).await;
        app.send(edit(Some("\"1\"")), 200).await;
        app.send(edit(Some("\"1\"")), 412).await;
        app.send(edit(Some("\"2\"")), 200).await;
    }

    all_faults_are_told_at_once(app) {
        let body = json!({ "name": "", "zone": "Asia/Hangzhou", "opening_hours": [{ "weekday": "mon", "start": "20:00", "end": "02:00" }] });
        let problem = app.post("/sites", body, 422).await.json();
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["#/name", "#/zone", "#/opening_hours/0/end"]);
    }

    a_list_is_paged(app) {
        for name in ["一", "二", "三"] {
            app.post("/sites", json!({ "name": name }), 201).await;
        }
        let first = app.get("/sites?limit=2", 200).await.json();
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let rest = app.get(&format!("/sites?limit=2&cursor={}", first["next_cursor"].as_str().unwrap()), 200).await.json();
        assert_eq!(rest["items"][0]["name"], "三");
        assert_eq!(rest["next_cursor"], json!(null));
        app.get("/sites?limit=0", 400).await;
    }
}

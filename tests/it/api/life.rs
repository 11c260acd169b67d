//! What everything kept has in common, from its making to its archive.

use reqwest::Method;
use serde_json::{Value, json};

use super::seed::{id, ids, one, slug};
use crate::harness::TestApp;

/// Makes one, reads, lists, changes and archives it, and tries every wrong way to. `patch` changes a single field.
pub async fn is_lived(app: &TestApp, collection: &str, body: Value, patch: Value) {
    let made = app.post(collection, body.clone(), 201).await;
    let path = made.header("location").trim_start_matches("/api/v1").to_owned();
    assert_eq!((made.header("etag"), made.json()["version"].clone()), ("\"1\"", json!(1)));
    let of_body = body.as_object().unwrap().iter().filter(|(_, value)| value.is_string());
    of_body.for_each(|(field, value)| assert_eq!(&made.json()[field], value, "{field}"));

    let read = app.get(&path, 200).await;
    assert_eq!((read.json(), read.header("etag")), (made.json(), "\"1\""));
    let it = id(made);
    assert!(ids(app, collection).await.contains(&it));

    changes_expect_a_version(app, &path, &patch).await;
    let changed = app.get(&path, 200).await.json();
    assert_eq!(changed["version"], 2);
    let (field, value) = patch.as_object().unwrap().iter().next().unwrap();
    assert_eq!(&changed[field], value);
    let unknown = app.patch(&path, json!({ "no_such_field": 1 }), 400).await;
    assert_eq!(slug(&unknown), "malformed-request");

    app.send(app.request(Method::DELETE, &path), 428).await;
    let archived = app.delete(&path, 200).await.json();
    assert!(archived["archived_at"].is_string());
    assert!(!ids(app, collection).await.contains(&it));
    assert!(ids(app, &format!("{collection}?include_archived=true")).await.contains(&it));
    assert_eq!(slug(&app.patch(&path, patch, 409).await), "archived");

    assert_eq!(slug(&app.get(&one(collection, &json!(uuid::Uuid::now_v7().to_string())), 404).await), "not-found");
    app.without_token().get(collection, 401).await;
    app.as_role("dashboard", None).await.post(collection, body, 403).await;
}

async fn changes_expect_a_version(app: &TestApp, path: &str, patch: &Value) {
    let change = |version: Option<&str>| {
        let request = app.request(Method::PATCH, path).json(patch);
        version.map_or_else(|| request.try_clone().unwrap(), |version| request.try_clone().unwrap().header("If-Match", version))
    };
    assert_eq!(slug(&app.send(change(None), 428).await), "precondition-required");
    assert_eq!(slug(&app.send(change(Some("\"7\"")), 412).await), "version-conflict");
    assert_eq!(app.send(change(Some("\"1\"")), 200).await.header("etag"), "\"2\"");
}

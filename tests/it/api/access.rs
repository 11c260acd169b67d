//! Every route, tried with every role: the document says what a route needs, the domain says what a role carries.

use paiban::domain::access::{Permission, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestApp, on_both};

/// An id that nothing has.
const NOBODY: &str = "01936d7e-0000-7000-8000-00000000ffff";

/// An operation that needs a permission, with a request that its document shows as an example.
struct Operation {
    method: Method,
    path: String,
    permission: Permission,
    body: Option<Value>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(paiban::app::openapi_document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(permission) = operation["x-permission"].as_str() else { continue };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let target = schema["$ref"].as_str().map(|reference| document.pointer(&reference[1..]).unwrap()).unwrap_or(schema);
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.strip_prefix("/api/v1").unwrap().replace("{id}", NOBODY) + &query(&operation["parameters"]),
                permission: serde_json::from_value(json!(permission)).unwrap(),
                body: Some(target["example"].clone()).filter(|example| !example.is_null()),
            });
        }
    }
    found
}

/// The parameters that a query must have.
fn query(parameters: &Value) -> String {
    let parameters = parameters.as_array().into_iter().flatten();
    let required = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let value = |parameter: &Value| if parameter["schema"]["format"] == "date" { "2026-11-23" } else { NOBODY };
    let pairs: Vec<String> =
        required.map(|parameter| format!("{}={}", parameter["name"].as_str().unwrap(), value(parameter))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

async fn status(app: &TestApp, operation: &Operation) -> u16 {
    let key = uuid::Uuid::new_v4().to_string();
    let request = app.request(operation.method.clone(), &operation.path).header("If-Match", "*").header("Idempotency-Key", key);
    let request = match &operation.body {
        Some(body) => request.json(body),
        None => request,
    };
    request.send().await.unwrap().status().as_u16()
}

on_both! {
    every_route_refuses_whoever_has_no_valid_key(app) {
        let (nobody, stranger) = (app.without_token(), app.with_token("paiban_made-up"));
        for operation in operations() {
            for caller in [&nobody, &stranger] {
                assert_eq!(status(caller, &operation).await, 401, "{} {}", operation.method, operation.path);
            }
            // Nor is anybody told what is wrong with a request.
            let path = operation.path.split('?').next().unwrap();
            let strange = Operation { path: format!("{path}?not-a-parameter=1"), ..operation };
            assert_eq!(status(&nobody, &strange).await, 401, "{} {path}", strange.method);
        }
    }

    every_route_lets_in_the_roles_that_carry_its_permission_and_no_others(app) {
        let roles = [
            (Role::Supervisor, "supervisor"),
            (Role::Leader, "leader"),
            (Role::Dashboard, "dashboard"),
        ];
        for (role, name) in roles {
            let caller = app.as_role(name, None).await;
            for operation in operations() {
                let status = status(&caller, &operation).await;
                let is_refused = matches!(status, 401 | 403);
                let what = format!("{name}: {} {} answered {status}", operation.method, operation.path);
                assert_eq!(is_refused, !role.allows(operation.permission), "{what}");
                assert!(status < 500, "{what}");
            }
        }
    }

    a_revoked_key_is_refused_at_once(app) {
        let key = app.post("/api-keys", json!({ "name": "看板", "role": "dashboard" }), 201).await.json();
        let dashboard = app.with_token(key["token"].as_str().unwrap());
        dashboard.get("/sites", 200).await;
        app.delete(&format!("/api-keys/{}", key["id"].as_str().unwrap()), 200).await;
        dashboard.get("/sites", 401).await;
    }

    an_expired_key_is_refused(app) {
        let expired = json!({ "name": "old", "role": "dashboard", "expires_at": "2020-01-01T00:00:00Z" });
        let problem = app.post("/api-keys", expired, 422).await.json();
        assert_eq!(problem["errors"][0]["pointer"], "#/expires_at");
    }

    keys_and_their_use_are_in_the_audit_log_without_secrets(app) {
        let key = app.post("/api-keys", json!({ "name": "看板", "role": "dashboard" }), 201).await.json();
        let entries = app.get(&format!("/audit-entries?subject_id={}", key["id"].as_str().unwrap()), 200).await.json();
        assert_eq!(entries["items"][0]["action"], "issue");
        assert_eq!(entries["items"][0]["actor"], "first admin");
        assert!(entries["items"][0]["request_id"].is_string());
        assert!(!entries.to_string().contains(key["token"].as_str().unwrap()));
    }

    a_key_is_for_a_team_and_an_agent_that_there_are(app) {
        let nobody = uuid::Uuid::now_v7();
        let body = json!({ "name": "王芳", "role": "agent", "team_id": nobody, "agent_id": nobody });
        assert_eq!(crate::api::seed::pointers(&app.post("/api-keys", body, 422).await), ["#/team_id", "#/agent_id"]);
    }
}

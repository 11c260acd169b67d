//! The contract: what the service says of itself.

use std::path::Path;

use paiban::http::openapi;
use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(paiban::app::openapi_document()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
    });
    methods.collect()
}

#[test]
fn the_committed_document_is_what_the_service_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap();
    let said = openapi::pretty(&paiban::app::openapi_document());
    assert!(committed == said, "openapi/openapi.json is stale; run `make openapi`");
}

#[test]
fn every_operation_has_a_summary_a_tag_and_its_problems() {
    let document = document();
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} needs one tag");
        let problem = &operation["responses"]["500"]["content"]["application/problem+json"];
        assert!(problem.is_object(), "{name} does not describe its problems");
    }
}

#[test]
fn every_operation_says_what_it_needs_or_that_it_is_open() {
    for (name, operation) in operations(&document()) {
        let is_open = operation["security"].as_array().is_some_and(|all| all.iter().all(|one| one == &serde_json::json!({})));
        assert!(is_open || operation["x-permission"].is_string(), "{name} names no permission");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference} is not in the document");
    }
}

#[test]
fn every_body_has_an_example() {
    let document = document();
    let has_example = |schema: &Value| {
        let target = schema["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
        let schema = target.unwrap_or(schema);
        ["example", "examples"].iter().any(|key| !schema[*key].is_null()) || schema["type"] == "array"
    };
    for (name, operation) in operations(&document) {
        let content = &operation["requestBody"]["content"]["application/json"];
        if content.is_object() {
            assert!(has_example(&content["schema"]) || !content["example"].is_null(), "{name} shows no example of its body");
        }
    }
}

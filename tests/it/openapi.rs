//! The contract: what the service says of itself.

use std::path::Path;

use jsonschema::Registry;
use paiban::http::openapi;
use serde_json::{Value, json};

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

/// Where the schemas that have an example lie, and those that parameters and contents show an example of, with the examples.
fn examples(value: &Value, at: String) -> Vec<(String, Value)> {
    let Value::Object(fields) = value else {
        let items = value.as_array().into_iter().flatten().enumerate();
        return items.flat_map(|(index, item)| examples(item, format!("{at}/{index}"))).collect();
    };
    let schema = if fields.contains_key("schema") { format!("{at}/schema") } else { at.clone() };
    let own = ["example", "examples"].into_iter().filter_map(|key| Some((key, fields.get(key)?)));
    let own = own.flat_map(|(key, shown)| if key == "example" { vec![shown.clone()] } else { shown.as_array().unwrap().clone() });
    let parts = fields.iter().filter(|(key, _)| !key.starts_with("example"));
    let parts = parts.flat_map(|(key, part)| examples(part, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))));
    own.map(|shown| (schema.clone(), shown)).chain(parts).collect()
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = document();
    let shown = examples(&document, String::new());
    assert!(shown.len() > 200, "{} examples", shown.len());
    let registry = Registry::new().add("urn:paiban", document).unwrap().prepare().unwrap();
    let options = jsonschema::options().with_registry(&registry).should_validate_formats(true);
    for (at, example) in shown {
        let validator =
            options.clone().build(&json!({ "$ref": format!("urn:paiban#{}", at.replace('{', "%7B").replace('}', "%7D")) }));
        let faults: Vec<String> =
            validator.unwrap().iter_errors(&example).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{at} shows {example}, but {faults:?}");
    }
}

/// Whether it holds for every object of the document.
fn every_object(value: &Value, holds: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            holds(value);
            fields.values().for_each(|field| every_object(field, holds));
        }
        Value::Array(items) => items.iter().for_each(|item| every_object(item, holds)),
        _ => {}
    }
}

#[test]
fn nothing_closed_is_a_part_of_something_larger() {
    let document = document();
    every_object(&document, &mut |object| {
        for part in object["allOf"].as_array().into_iter().flatten() {
            let target = part["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
            assert_ne!(target.unwrap_or(part)["additionalProperties"], false, "{part} forbids the fields beside it");
        }
    });
}

#[test]
fn the_items_of_every_page_have_a_name() {
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        if name.starts_with("PageView_") {
            assert!(schema["properties"]["items"]["items"]["$ref"].is_string(), "{name} holds its items' type itself");
        }
    }
}

#[test]
fn an_edit_takes_the_version_and_answers_with_the_new_one() {
    for (name, operation) in operations(&document()).into_iter().filter(|(_, operation)| operation["x-if-match"] == true) {
        let parameters = operation["parameters"].as_array().unwrap();
        let version =
            parameters.iter().find(|one| one["name"] == "If-Match").unwrap_or_else(|| panic!("{name} takes no version"));
        assert_eq!((&version["in"], &version["required"]), (&"header".into(), &true.into()), "{name}");
        let answers = operation["responses"].as_object().unwrap();
        let done = answers.iter().find(|(status, _)| status.starts_with('2')).unwrap().1;
        assert!(done["headers"]["ETag"].is_object(), "{name} does not tell the new version");
    }
}

#[test]
fn who_may_hear_that_nothing_has_changed_can_ask_for_it() {
    let mut asked = 0;
    for (name, operation) in operations(&document()).into_iter().filter(|pair| pair.1["responses"]["304"].is_object()) {
        let mut parameters = operation["parameters"].as_array().unwrap().iter();
        assert!(parameters.any(|one| one["name"] == "If-None-Match" && one["required"] == false), "{name} takes no condition");
        for status in ["200", "304"] {
            assert!(operation["responses"][status]["headers"]["ETag"].is_object(), "{name} has no version with {status}");
        }
        asked += 1;
    }
    assert!(asked > 1);
}

#[test]
fn files_are_bytes_and_not_lists_of_numbers() {
    let mut files = 0;
    every_object(&document()["paths"], &mut |object| {
        for (media, content) in object["content"].as_object().into_iter().flatten() {
            let is_file = media.contains("spreadsheet") || media.contains("octet-stream");
            files += usize::from(is_file);
            assert!(
                !is_file || content["schema"] == serde_json::json!({ "type": "string", "format": "binary" }),
                "{media}: {content}"
            );
        }
    });
    assert!(files > 5, "{files}");
}

#[test]
fn a_patch_requires_nothing_and_a_view_promises_its_nulls() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas.iter().filter(|(name, _)| name.ends_with("Patch")) {
        assert!(schema["required"].is_null(), "{name} requires {}", schema["required"]);
    }
    let required = |name: &str, field: &str| schemas[name]["required"].as_array().unwrap().contains(&field.into());
    for (name, field) in [("PromotionView", "queue_id"), ("FollowUpView", "cases"), ("PageView_SiteView", "next_cursor")] {
        assert!(required(name, field), "{name} may lack {field}");
    }
    assert!(!required("PromotionCreate", "queue_id"));
}

#[test]
fn a_type_of_the_wire_shares_its_name_with_no_other() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut named = std::collections::BTreeMap::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut is_schema = false;
        for line in text.lines().map(str::trim) {
            is_schema |= line.starts_with("#[derive(") && line.contains("ToSchema");
            let kind = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")).filter(|_| is_schema);
            let word = line.split_once(" = ").filter(|(name, rest)| name.ends_with("View") && rest.ends_with('}')).map(|it| it.0);
            if let Some(rest) = kind.or(word) {
                is_schema &= kind.is_none();
                let name = rest.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default().to_owned();
                let other = named.insert(name.clone(), path.clone()).filter(|_| !name.is_empty());
                assert!(other.is_none(), "{name} is in {} and in {}", path.display(), other.unwrap_or_default().display());
            }
        }
    }
    assert!(named.len() > 250, "only {} types were found", named.len());
}

//! Schemas as a generated client can hold them: one object a type, named once, complete where the service writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use utoipa::openapi::schema::{AllOf, ArrayItems, Object, Schema, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Settles the schemas of the whole document.
pub(super) fn settle(document: &mut OpenApi) {
    if let Some(components) = &mut document.components {
        merge_parts(&mut components.schemas);
        name_items(&mut components.schemas);
    }
    let sent = sent_by_callers(document);
    let schemas = document.components.iter_mut().flat_map(|components| &mut components.schemas);
    schemas.filter(|(name, _)| !sent.contains(*name)).for_each(|(_, schema)| require_nulls(schema));
}

/// What a view flattens becomes its own: as a member of `allOf`, a body that is closed against unknown fields would forbid the
/// fields beside it. Only answers flatten, and they write every field.
fn merge_parts(schemas: &mut Schemas) {
    let whole = |(name, schema): (&String, &RefOr<Schema>)| match schema {
        RefOr::T(Schema::AllOf(parts)) => Some((name.clone(), merged(parts, schemas)?)),
        _ => None,
    };
    let merged: Vec<_> = schemas.iter().filter_map(whole).collect();
    schemas.extend(merged.into_iter().map(|(name, object)| (name, object.into())));
}

fn merged(parts: &AllOf, schemas: &Schemas) -> Option<Object> {
    let mut whole = Object::with_type(Type::Object);
    whole.description.clone_from(&parts.description);
    whole.example.clone_from(&parts.example);
    for part in &parts.items {
        whole.properties.extend(object_of(part, schemas)?.properties);
    }
    whole.required = whole.properties.keys().cloned().collect();
    Some(whole)
}

fn object_of(schema: &RefOr<Schema>, schemas: &Schemas) -> Option<Object> {
    match schema {
        RefOr::Ref(to) => object_of(schemas.get(to.ref_location.rsplit('/').next()?)?, schemas),
        RefOr::T(Schema::Object(object)) => Some(object.clone()),
        RefOr::T(Schema::AllOf(parts)) => merged(parts, schemas),
        RefOr::T(_) => None,
    }
}

/// The items of a page are a type that has a name: a generator would else make a second one of them.
fn name_items(schemas: &mut Schemas) {
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas {
        let Some(item) = name.strip_prefix("PageView_").filter(|item| names.contains(*item)) else { continue };
        if let RefOr::T(Schema::Object(page)) = schema
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
        {
            items.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(item))));
        }
    }
}

/// The schemas that bodies and parameters are made of.
fn sent_by_callers(document: &OpenApi) -> BTreeSet<String> {
    let document = json!(document);
    let operations = document["paths"].as_object().into_iter().flat_map(|paths| paths.values());
    let operations = operations.flat_map(|item| item.as_object().into_iter().flat_map(|item| item.values()));
    let mut open: Vec<&Value> = operations.flat_map(|operation| [&operation["requestBody"], &operation["parameters"]]).collect();
    let mut sent = BTreeSet::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(items) => open.extend(items),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix("#/components/schemas/")
                    && sent.insert(name.to_owned())
                {
                    open.push(&document["components"]["schemas"][name]);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    sent
}

/// A field that can be `null` in an answer is there as `null`; what an answer leaves out is an empty list.
fn require_nulls(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            let missing = |name: &&String| !object.required.contains(*name);
            let nullable = object.properties.iter().filter(|(_, property)| is_nullable(property)).map(|(name, _)| name);
            let added: Vec<String> = nullable.filter(missing).cloned().collect();
            object.required.extend(added);
        }
        RefOr::T(Schema::OneOf(choices)) => choices.items.iter_mut().for_each(require_nulls),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(require_nulls),
        _ => {}
    }
}

fn is_nullable(schema: &RefOr<Schema>) -> bool {
    let schema = json!(schema);
    let is_null = |one: &Value| one == "null" || one["type"] == "null";
    let is_anything = ["$ref", "type", "oneOf", "allOf", "anyOf"].iter().all(|key| schema[*key].is_null());
    is_anything || ["type", "oneOf"].iter().any(|key| schema[*key].as_array().is_some_and(|all| all.iter().any(is_null)))
}

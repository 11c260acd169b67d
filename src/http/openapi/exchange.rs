//! What an exchange carries beside its JSON: versions in headers, and files.

use std::collections::BTreeSet;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Content, OpenApi, RefOr, Required, Response};

use super::{extension, operations};

/// Adds the headers by which edits of one version and answers of one version are told.
pub(super) fn add_versions(document: &mut OpenApi) {
    let mut kept = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        let is_edited = operations(item).any(|operation| extension(operation, "x-if-match"));
        if !is_edited {
            continue;
        }
        operations(item).filter(|operation| extension(operation, "x-if-match")).for_each(take_version);
        operations(item).for_each(|operation| tell_version(operation, &["200", "201"]));
        kept.extend(item.get.iter().filter_map(|operation| body_of(operation, "200")));
    }
    let made = document.paths.paths.values_mut().filter_map(|item: &mut PathItem| item.post.as_mut());
    for operation in made.filter(|operation| body_of(operation, "201").is_some_and(|body| kept.contains(&body))) {
        tell_version(operation, &["201"]);
        tell(operation, "201", "Location", "Where it is");
    }
}

/// Adds the headers by which those who have an answer are told that it still holds.
pub(super) fn add_condition(operation: &mut Operation) {
    if !operation.responses.responses.contains_key("304") {
        return;
    }
    add_header(operation, "If-None-Match", Required::False, "The `ETag` of what you have");
    tell_version(operation, &["200", "304"]);
}

fn text() -> Object {
    Object::with_type(Type::String)
}

fn take_version(operation: &mut Operation) {
    add_header(operation, "If-Match", Required::True, "The `ETag` that was read, quotes included; `*` for whatever is there");
}

fn add_header(operation: &mut Operation, name: &str, required: Required, description: &str) {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(text()));
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter.build()));
}

fn tell_version(operation: &mut Operation, statuses: &[&str]) {
    statuses.iter().for_each(|status| tell(operation, status, "ETag", "Its version"));
}

fn tell(operation: &mut Operation, status: &str, name: &str, description: &str) {
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
        let header = HeaderBuilder::new().schema(Some(text())).description(Some(description)).build();
        response.headers.entry(name.to_owned()).or_insert(RefOr::T(header));
    }
}

/// The name of the schema of an answer.
fn body_of(operation: &Operation, status: &str) -> Option<String> {
    let RefOr::T(Response { content, .. }) = operation.responses.responses.get(status)? else { return None };
    match content.get("application/json")? {
        RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) => Some(schema.ref_location.clone()),
        _ => None,
    }
}

/// Files are bytes; left alone they would be lists of numbers.
pub(super) fn name_files(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        let files = body.content.iter_mut().filter(|(media, _)| *media != "application/json");
        files.for_each(|(_, content)| hold_bytes(content));
    }
    for answer in operation.responses.responses.values_mut() {
        let RefOr::T(answer) = answer else { continue };
        answer.content.iter_mut().filter(|(media, _)| media.contains("spreadsheet")).for_each(|(_, content)| hold_bytes(content));
    }
}

fn hold_bytes(content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content {
        let bytes = ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        content.schema = Some(RefOr::T(Schema::Object(bytes.build())));
    }
}

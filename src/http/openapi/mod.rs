//! The OpenAPI document: what the handlers say of themselves, completed by what holds for all of them.

mod exchange;
mod schemas;

use serde_json::json;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};

use super::problem::Problem;
use super::words::{CauseStateView, PayClassView};

/// The parts that belong to no handler.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "paiban",
        version = "1.0.0",
        description = "排班: the workforce service for online shops' customer-service teams. From inquiry history it forecasts volume, \
            sizes the staff, builds next week's roster, publishes it and serves all of it.\n\n\
            **Times** are RFC 3339 with an offset; dates are local to the site; stretches are half-open `[start, end)`. \
            **Errors** are `application/problem+json`; `detail` says what to do. **Lists** are pages: send `next_cursor` as `cursor`. \
            **Edits** carry `If-Match` with the `ETag` that was read. **Long work** is a run: 202, then poll or stream it. \
            **Keys** go into `Authorization: Bearer`; `x-permission` of each operation says what the key's role must carry.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "organisation", description = "Sites, teams, agents, shops, queues, shift templates, peak windows, holidays"),
        (name = "absence", description = "Leave and wishes"),
        (name = "labour", description = "Rule packs, holiday calendars, protections, corrections of time, hours by pay class"),
        (name = "volumes", description = "Inquiry history"),
        (name = "figures", description = "What is counted of agents, and what it says"),
        (name = "planning", description = "Runs, forecasts, staffing requirements, planning policies"),
        (name = "rosters", description = "Drafts, edits, publication, history"),
        (name = "rotations", description = "Named patterns, design, kept rotations, and the teams that work by them"),
        (name = "feeds", description = "Flat data, files, calendars and pictures for dashboards and phones"),
        (name = "alerts", description = "What went wrong, until it is verified gone"),
        (name = "compliance", description = "Platform rules and where each shop stands"),
        (name = "access", description = "Keys and the audit log"),
        (name = "service", description = "Health and metrics"),
    ),
    // Schemas of answers are collected with their paths; these are of problems, of a query, and of what rows name only.
    components(schemas(Problem, CauseStateView, PayClassView))
)]
struct Frame;

/// The document without paths, for the app to collect them into.
pub fn frame() -> OpenApi {
    Frame::openapi()
}

/// Adds what every operation shares: the key, and the problems that its shape can lead to.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let header = ApiKeyValue::with_description("X-Api-Key", "For clients that cannot set Authorization");
    components.add_security_scheme("api_key_header", SecurityScheme::ApiKey(ApiKey::Header(header)));
    let either = ["api_key", "api_key_header"].map(|scheme| SecurityRequirement::new::<_, [&str; 0], &str>(scheme, []));
    document.security = Some(either.into());
    schemas::settle(&mut document);
    exchange::add_versions(&mut document);
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            exchange::name_files(operation);
            exchange::add_condition(operation);
            add_problems(path, operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().filter_map(Option::as_mut)
}

fn extension(operation: &Operation, name: &str) -> bool {
    operation.extensions.as_ref().is_some_and(|extensions| extensions.contains_key(name))
}

fn add_problems(path: &str, operation: &mut Operation) {
    if extension(operation, "x-permission") {
        add(operation, "401", "The key is missing, unknown, expired or revoked");
        add(operation, "403", "The key's role does not carry the permission");
    }
    let takes_input = operation.request_body.is_some() || operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    if takes_input {
        add(operation, "400", "Something cannot be parsed");
    }
    let of_query = |parameter| match parameter {
        &RefOr::T(Parameter { ref name, parameter_in: ParameterIn::Query, .. }) => Some(name.as_str()),
        _ => None,
    };
    let asked: Vec<&str> = operation.parameters.iter().flatten().filter_map(of_query).collect();
    // A filter of a list that names nothing within reach leaves the list empty; elsewhere it is the thing that is asked for.
    let names_a_thing = !asked.contains(&"cursor") && asked.iter().any(|name| name.ends_with("_id"));
    let has_rules = asked.iter().any(|name| !["cursor", "limit"].contains(name));
    if path.contains('{') || names_a_thing {
        add(operation, "404", "Not there, or outside the key's scope");
    }
    if operation.request_body.is_some() {
        add(operation, "413", "The body is too large");
        add(operation, "415", "The body has another media type");
    }
    if operation.request_body.is_some() || has_rules {
        add(operation, "422", "The input breaks rules; `errors` lists every fault");
    }
    if extension(operation, "x-if-match") {
        add(operation, "409", "The state of the thing, or something that needs it, does not allow this");
        add(operation, "412", "It was changed since you read it");
        add(operation, "428", "If-Match is missing");
    }
    add(operation, "500", "Something failed on our side");
}

/// Adds a problem response, unless the handler describes one for that status itself.
fn add(operation: &mut Operation, status: &str, description: &str) {
    if operation.responses.responses.contains_key(status) {
        return;
    }
    let schema = RefOr::Ref(Ref::from_schema_name(Problem::name()));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(description).content("application/problem+json", content).build();
    operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
}

/// The document as the committed file holds it.
pub fn pretty(document: &OpenApi) -> String {
    let mut text = serde_json::to_string_pretty(&json!(document)).expect("the document is plain data");
    text.push('\n');
    text
}

//! What happens to every request: a measure, and a problem body where it failed.

use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use super::problem::Problem;

/// Counts and times a request by method, route and status.
///
/// # Errors
/// Only those of the handlers inside.
pub async fn measure<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let began = Instant::now();
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let labels = [
        ("method", response.request().method().to_string()),
        ("route", route),
        ("status", response.status().as_str().to_owned()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(began.elapsed().as_secs_f64());
    Ok(response)
}

/// Gives every failed response a problem body with the path and the request id.
///
/// # Errors
/// None of its own.
pub async fn finish_problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let instance = request.path().to_owned();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.to_string()).unwrap_or_default();
    // Handlers' and extractors' errors are responses by now; what the server itself fails with goes on outwards.
    let response = next.call(request).await?;
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return Ok(response.map_into_left_body());
    }
    let carried = response.response().extensions().get::<Problem>().cloned();
    let mut problem = carried.unwrap_or_else(|| Problem::of_bare_status(response.status()));
    problem.instance = instance;
    problem.request_id = request_id;
    let body = serde_json::to_vec(&problem).expect("a problem is plain data");
    let (request, response) = response.into_parts();
    let mut response = response.set_body(BoxBody::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// The path as logs may hold it: the address of a calendar is a secret.
fn without_secret(path: &str) -> &str {
    match path.find("/calendars/") {
        Some(at) => &path[..at + "/calendars/".len()],
        None => path,
    }
}

/// The log span of a request. It is told of only when it failed: `/metrics` counts the others.
pub struct Spans;

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied().expect("the logger makes the id first");
        tracing::info_span!("request", request.id = %id, http.method = %request.method(), http.path = without_secret(request.path()))
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_hold_no_address_of_a_calendar() {
        assert_eq!(without_secret("/api/v1/calendars/cal_x.ics"), "/api/v1/calendars/");
        assert_eq!(without_secret("/api/v1/agents/7/calendar"), "/api/v1/agents/7/calendar");
    }
}

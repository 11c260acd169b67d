//! Is it alive, is it ready, what does it count.

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::ApiError;
use super::state::AppState;

/// How long the database may take to answer: whoever asks so often waits no longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "status": "ready" }))]
pub struct HealthView {
    /// `alive` or `ready`.
    pub status: &'static str,
}

/// Is the process alive?
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "It is", body = HealthView)))]
#[get("/health/live")]
pub async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().json(HealthView { status: "alive" })
}

/// Can it serve: is the database there and its schema current?
#[utoipa::path(tag = "service", security(()), responses(
    (status = 200, description = "It can", body = HealthView),
    (status = 503, description = "The database is not there or not migrated", body = super::problem::Problem,
        content_type = "application/problem+json")))]
#[get("/health/ready")]
pub async fn get_readiness(state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let silent = || ApiError::Unavailable("the database does not answer; check database.url and whether the server runs");
    let answer = tokio::time::timeout(PATIENCE, state.store.is_migrated()).await.map_err(|_| silent())?;
    let is_current = answer.map_err(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "the database does not answer: {error}");
        silent()
    })?;
    if !is_current {
        return Err(ApiError::Unavailable("the database schema is not current; run `paiban migrate`"));
    }
    Ok(HttpResponse::Ok().json(HealthView { status: "ready" }))
}

/// Metrics in the Prometheus text format.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "Counters and histograms", body = String)))]
#[get("/metrics")]
pub async fn get_metrics(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(state.metrics.render())
}

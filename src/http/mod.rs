//! The REST API: one file per resource with its DTOs and handlers. A handler translates; it neither queries nor solves.

pub mod access;
pub mod extract;
pub mod feeds;
pub mod health;
pub mod keys;
pub mod middleware;
pub mod openapi;
pub mod plans;
pub mod problem;
pub mod runs;
pub mod sites;
pub mod state;
pub mod violations;
pub mod volumes;
pub mod windows;

use utoipa_actix_web::service_config::ServiceConfig;

use self::problem::ApiError;

/// The one list of resources below `/api/v1`.
pub fn routes(api: &mut ServiceConfig<'_>) {
    sites::routes(api);
    volumes::routes(api);
    runs::routes(api);
    plans::routes(api);
    feeds::routes(api);
    keys::routes(api);
}

/// The answer to a path that no route knows.
///
/// # Errors
/// Always.
pub async fn unknown_route() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::UnknownRoute)
}

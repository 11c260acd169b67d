//! The REST API: one file per resource with its DTOs and handlers. A handler translates; it neither queries nor solves.

pub mod access;
pub mod extract;
pub mod health;
pub mod middleware;
pub mod openapi;
pub mod problem;
pub mod rosters;
pub mod sites;
pub mod state;
pub mod violations;
pub mod windows;

use utoipa_actix_web::service_config::ServiceConfig;

use self::problem::ApiError;

/// The one list of routes below `/api/v1`.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(sites::create_site)
        .service(sites::list_sites)
        .service(sites::get_site)
        .service(sites::patch_site)
        .service(sites::archive_site)
        .configure(rosters::routes);
}

/// The answer to a path that no route knows.
///
/// # Errors
/// Always.
pub async fn unknown_route() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::UnknownRoute)
}

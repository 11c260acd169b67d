//! The REST API: one file per resource with its DTOs and handlers. A handler translates; it neither queries nor solves.

pub mod access;
pub mod agents;
pub mod extract;
pub mod health;
pub mod holidays;
pub mod kept;
pub mod leave;
pub mod middleware;
pub mod openapi;
pub mod peak_windows;
pub mod planning_policies;
pub mod problem;
pub mod queues;
pub mod roster_rules;
pub mod shift_templates;
pub mod shops;
pub mod sites;
pub mod state;
pub mod teams;
pub mod violations;
pub mod windows;
pub mod wishes;
pub mod words;

use utoipa_actix_web::service_config::ServiceConfig;

use self::problem::ApiError;

/// The one list of routes below `/api/v1`.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.configure(sites::routes)
        .configure(teams::routes)
        .configure(agents::routes)
        .configure(shops::routes)
        .configure(queues::routes)
        .configure(shift_templates::routes)
        .configure(peak_windows::routes)
        .configure(holidays::routes)
        .configure(leave::routes)
        .configure(wishes::routes)
        .configure(planning_policies::routes);
}

/// The answer to a path that no route knows.
///
/// # Errors
/// Always.
pub async fn unknown_route() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::UnknownRoute)
}

//! Rotations: weeks of shifts and days off that agents walk through.

mod adoptions;
mod demand;
mod design;
mod documents;
mod patterns;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    documents::routes(api);
    adoptions::routes(api);
    api.service(adoptions::place_rotation_agents);
    api.service(patterns::list_rotation_patterns).service(patterns::staff_rotation_patterns).service(design::design_rotation);
}

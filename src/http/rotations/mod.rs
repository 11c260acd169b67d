//! Rotations: weeks of shifts and days off that agents walk through.

mod design;
mod documents;
mod words;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    documents::routes(api);
    api.service(design::list_rotation_patterns).service(design::staff_rotation_patterns).service(design::design_rotation);
}

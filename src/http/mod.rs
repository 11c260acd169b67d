//! The REST API: one file per resource with its DTOs and handlers. A handler translates; it neither queries nor solves.

pub mod access;
pub mod adjustments;
pub mod agents;
pub mod audit;
pub mod borrowed_profiles;
pub mod extract;
pub mod feeds;
pub mod figures;
pub mod forecast_accuracy;
pub mod forecasts;
pub mod health;
pub mod history_overrules;
pub mod holidays;
pub mod kept;
pub mod keys;
pub mod leave;
pub mod middleware;
pub mod openapi;
pub mod peak_windows;
pub mod plan_figures;
pub mod planning_policies;
pub mod plans;
pub mod problem;
pub mod promotions;
pub mod queue_service;
pub mod queues;
pub mod roster_rules;
pub mod rosters;
pub mod runs;
pub mod shift_templates;
pub mod shops;
pub mod sites;
pub mod staffing;
pub mod state;
pub mod teams;
pub mod unmatched;
pub mod violations;
pub mod volumes;
pub mod windows;
pub mod wish_memory;
pub mod wishes;
pub mod words;

use utoipa_actix_web::service_config::ServiceConfig;

/// The one list of resources below `/api/v1`.
pub fn routes(api: &mut ServiceConfig<'_>) {
    sites::routes(api);
    teams::routes(api);
    agents::routes(api);
    shops::routes(api);
    queues::routes(api);
    shift_templates::routes(api);
    peak_windows::routes(api);
    promotions::routes(api);
    holidays::routes(api);
    leave::routes(api);
    wishes::routes(api);
    wish_memory::routes(api);
    planning_policies::routes(api);
    volumes::routes(api);
    history_overrules::routes(api);
    borrowed_profiles::routes(api);
    plan_figures::routes(api);
    adjustments::routes(api);
    figures::routes(api);
    runs::routes(api);
    forecasts::routes(api);
    forecast_accuracy::routes(api);
    plans::routes(api);
    rosters::routes(api);
    staffing::routes(api);
    feeds::routes(api);
    keys::routes(api);
    audit::routes(api);
}

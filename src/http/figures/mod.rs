//! Team figures: what they are, what is counted, and what it says.

mod corrections;
mod definitions;
mod intake;
mod maps;
mod reading;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use definitions::DailyWindowView;
pub(super) use reading::ComparisonQuery;

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    definitions::all_routes(api);
    maps::all_routes(api);
    intake::routes(api);
    reading::routes(api);
    corrections::routes(api);
}

/// Codes that a query names, by comma.
pub(super) fn codes(text: Option<&str>) -> Vec<String> {
    let codes = text.unwrap_or_default().split(',').map(str::trim).filter(|code| !code.is_empty());
    codes.map(str::to_owned).collect()
}

//! Questions to the staffing model: what if, what a roster would give, and how many to hire.

mod headcount;
mod simulation;
mod what_if;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::domain::fault::Faults;

/// The routes of this folder.
pub fn routes(api: &mut ServiceConfig<'_>) {
    api.service(what_if::answer_what_if).service(simulation::simulate_roster).service(headcount::plan_heads);
}

/// A factor that may double or halve a few times, and no slip of the keyboard.
fn expect_factor(faults: &mut Faults, pointer: impl std::fmt::Display, factor: f64) {
    faults.expect((0.01..=100.0).contains(&factor), pointer, format!("must be between 0.01 and 100, got {factor}"));
}

/// A share below one.
fn expect_share(faults: &mut Faults, pointer: impl std::fmt::Display, share: f64) {
    faults.expect((0.0..1.0).contains(&share), pointer, format!("must be 0 or more and below 1, got {share}"));
}

/// An amount of money, in whatever currency the caller plans in.
fn expect_cost(faults: &mut Faults, pointer: impl std::fmt::Display, cost: f64) {
    faults.expect((0.0..=1e9).contains(&cost), pointer, format!("must be between 0 and 1000000000, got {cost}"));
}

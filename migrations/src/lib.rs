//! The database schema, one file per change.
//!
//! Portable SQL only: the same statements run on SQLite and on PostgreSQL; dashboards' views aside, which only PostgreSQL has.
//! SQLite can neither change a column nor add a foreign key later, so every table is created with all it needs, after the
//! tables it refers to. Identifiers come from the program; nothing is ever deleted by a cascade.

use sea_orm_migration::{MigrationTrait, async_trait};
pub use sea_orm_migration::{MigratorTrait, prelude::SchemaManagerConnection};

mod table;

mod m20261122_000001_create_sites;
mod m20261122_000002_create_teams;
mod m20261122_000003_create_shops;
mod m20261122_000004_create_agents;
mod m20261122_000005_create_shift_templates;
mod m20261122_000006_create_peak_windows;
mod m20261122_000007_create_leaves;
mod m20261122_000008_create_volumes;
mod m20261122_000009_create_runs;
mod m20261122_000010_create_forecasts;
mod m20261122_000011_create_requirements;
mod m20261122_000012_create_rosters;
mod m20261122_000013_create_api_keys;
mod m20261122_000014_create_audit_entries;
mod m20261122_000015_add_roster_notices;
mod m20261122_000016_add_roster_relaxations;
mod m20261122_000017_add_roster_least_change;
mod m20261122_000019_plan_weeks_together;
mod m20261122_000020_add_queue_service;
mod m20261122_000021_extend_forecasts;
mod m20261122_000022_create_forecast_inputs;
mod m20261122_000030_create_rotations;
mod m20261122_000040_create_labour_rules;
mod m20261122_000050_create_figures;
mod m20261122_000051_create_follow_ups;
mod m20261122_000060_create_compliance;
mod m20261122_000061_create_alerts;
mod m20261122_000062_create_summaries;
mod m20261122_000063_create_causes;
mod m20261122_000064_create_dashboard_views;
mod m20261122_000070_create_planning_proposals;
mod m20261122_000071_create_tail_watches;
mod m20261122_000072_create_team_alert_rules;
mod m20261122_000073_create_compliance_rules;
mod m20261122_000080_plan_teams_apart;

/// All changes, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_sites::Migration),
            Box::new(m20261122_000002_create_teams::Migration),
            Box::new(m20261122_000003_create_shops::Migration),
            Box::new(m20261122_000004_create_agents::Migration),
            Box::new(m20261122_000005_create_shift_templates::Migration),
            Box::new(m20261122_000006_create_peak_windows::Migration),
            Box::new(m20261122_000007_create_leaves::Migration),
            Box::new(m20261122_000008_create_volumes::Migration),
            Box::new(m20261122_000009_create_runs::Migration),
            Box::new(m20261122_000010_create_forecasts::Migration),
            Box::new(m20261122_000011_create_requirements::Migration),
            Box::new(m20261122_000012_create_rosters::Migration),
            Box::new(m20261122_000013_create_api_keys::Migration),
            Box::new(m20261122_000014_create_audit_entries::Migration),
            Box::new(m20261122_000015_add_roster_notices::Migration),
            Box::new(m20261122_000016_add_roster_relaxations::Migration),
            Box::new(m20261122_000017_add_roster_least_change::Migration),
            Box::new(m20261122_000019_plan_weeks_together::Migration),
            Box::new(m20261122_000020_add_queue_service::Migration),
            Box::new(m20261122_000021_extend_forecasts::Migration),
            Box::new(m20261122_000022_create_forecast_inputs::Migration),
            Box::new(m20261122_000030_create_rotations::Migration),
            Box::new(m20261122_000040_create_labour_rules::Migration),
            Box::new(m20261122_000050_create_figures::Migration),
            Box::new(m20261122_000051_create_follow_ups::Migration),
            Box::new(m20261122_000060_create_compliance::Migration),
            Box::new(m20261122_000061_create_alerts::Migration),
            Box::new(m20261122_000062_create_summaries::Migration),
            Box::new(m20261122_000063_create_causes::Migration),
            Box::new(m20261122_000064_create_dashboard_views::Migration),
            Box::new(m20261122_000070_create_planning_proposals::Migration),
            Box::new(m20261122_000071_create_tail_watches::Migration),
            Box::new(m20261122_000072_create_team_alert_rules::Migration),
            Box::new(m20261122_000073_create_compliance_rules::Migration),
            Box::new(m20261122_000080_plan_teams_apart::Migration),
        ]
    }
}

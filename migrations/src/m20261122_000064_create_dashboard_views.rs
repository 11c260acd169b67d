//! Views for dashboards that read SQL, on PostgreSQL: SQLite is a file of one process, and no dashboard connects to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// In the order in which they can be dropped.
const VIEWS: [&str; 10] = [
    "paiban_v1_compliance",
    "paiban_v1_forecast_vs_actual",
    "paiban_v1_coverage",
    "paiban_v1_roster",
    "paiban_v1_figures_by_queue",
    "paiban_v1_figures_by_shop",
    "paiban_v1_figures_by_team",
    "paiban_v1_figures_by_agent",
    "paiban_v1_figure_parts",
    "paiban_v1_measures",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let views = include_str!("m20261122_000064_create_dashboard_views.sql");
        manager.get_connection().execute_unprepared(views).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for view in VIEWS {
            manager.get_connection().execute_unprepared(&format!("DROP VIEW {view}")).await?;
        }
        Ok(())
    }
}

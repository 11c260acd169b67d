//! Staffing requirements: one row per run, queue and interval.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, date, double_null, pk_uuid, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("requirements")
                    .col(pk_uuid("id"))
                    .col(uuid("run_id"))
                    .col(uuid("forecast_id"))
                    .col(uuid("team_id"))
                    .col(date("week_start"))
                    .col(big_integer("interval_minutes"))
                    .col(timestamp_with_time_zone("grid_starts_at"))
                    .col(big_integer("grid_len"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut refers("requirements", "run_id", "runs"))
                    .foreign_key(&mut refers("requirements", "forecast_id", "forecasts"))
                    .foreign_key(&mut refers("requirements", "team_id", "teams"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("requirement_points")
                    .col(uuid("requirement_id"))
                    .col(uuid("queue_id"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(big_integer("on_seat"))
                    .col(big_integer("required"))
                    .col(double_null("service_level"))
                    .col(double_null("occupancy"))
                    .col(boolean("is_peak"))
                    .foreign_key(&mut refers("requirement_points", "requirement_id", "requirements"))
                    .foreign_key(&mut refers("requirement_points", "queue_id", "queues"))
                    .primary_key(&mut key(&["requirement_id", "queue_id", "starts_at"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("requirements", &["run_id"])).await?;
        manager.create_index(index("requirements", &["team_id", "week_start"])).await?;
        manager.create_index(index("requirements", &["forecast_id"])).await?;
        manager.create_index(index("requirement_points", &["queue_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["requirement_points", "requirements"]).await
    }
}

//! Forecasts: one row per run, queue and interval.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, date, double, json_binary_null, pk_uuid, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("forecasts")
                    .col(pk_uuid("id"))
                    .col(uuid("run_id"))
                    .col(uuid("team_id"))
                    .col(date("week_start"))
                    .col(big_integer("interval_minutes"))
                    .col(timestamp_with_time_zone("grid_starts_at"))
                    .col(big_integer("grid_len"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut refers("forecasts", "run_id", "runs"))
                    .foreign_key(&mut refers("forecasts", "team_id", "teams"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("forecast_queues")
                    .col(uuid("forecast_id"))
                    .col(uuid("queue_id"))
                    .col(json_binary_null("backtest"))
                    .foreign_key(&mut refers("forecast_queues", "forecast_id", "forecasts"))
                    .foreign_key(&mut refers("forecast_queues", "queue_id", "queues"))
                    .primary_key(&mut key(&["forecast_id", "queue_id"]))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("forecast_points")
                    .col(uuid("forecast_id"))
                    .col(uuid("queue_id"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(double("expected"))
                    .col(double("p10"))
                    .col(double("p90"))
                    .foreign_key(&mut refers("forecast_points", "forecast_id", "forecasts"))
                    .foreign_key(&mut refers("forecast_points", "queue_id", "queues"))
                    .primary_key(&mut key(&["forecast_id", "queue_id", "starts_at"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("forecasts", &["run_id"])).await?;
        manager.create_index(index("forecasts", &["team_id", "week_start"])).await?;
        manager.create_index(index("forecast_queues", &["queue_id"])).await?;
        manager.create_index(index("forecast_points", &["queue_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["forecast_points", "forecast_queues", "forecasts"]).await
    }
}

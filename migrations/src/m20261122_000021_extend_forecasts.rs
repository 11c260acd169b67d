//! More of a forecast: further quantiles and handling time by point, faults of the history by queue, totals of shops and teams.
//! Handling time is recorded with volumes.
//!
//! A point stored before has no further quantiles: they stay null.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{double_null, json_binary, json_binary_null, string, uuid, uuid_null};

use crate::table::{drop_tables, key, refers, table};

const POINT_COLUMNS: [&str; 4] = ["p05", "p50", "p95", "aht_secs"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = |name: &'static str, column: ColumnDef| Table::alter().table(name).add_column(column).take();
        for column in POINT_COLUMNS {
            manager.alter_table(add("forecast_points", double_null(column))).await?;
        }
        manager.alter_table(add("forecast_queues", json_binary_null("faults"))).await?;
        manager.alter_table(add("forecast_queues", uuid_null("borrowed_from"))).await?;
        manager.alter_table(add("volumes", double_null("aht_secs"))).await?;
        manager
            .create_table(
                table("forecast_totals")
                    .col(uuid("forecast_id"))
                    .col(string("kind"))
                    .col(uuid("of_id"))
                    .col(json_binary("points"))
                    .foreign_key(&mut refers("forecast_totals", "forecast_id", "forecasts"))
                    .primary_key(&mut key(&["forecast_id", "kind", "of_id"]))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["forecast_totals"]).await?;
        let drop = |name: &'static str, column: &'static str| Table::alter().table(name).drop_column(column).take();
        manager.alter_table(drop("volumes", "aht_secs")).await?;
        manager.alter_table(drop("forecast_queues", "borrowed_from")).await?;
        manager.alter_table(drop("forecast_queues", "faults")).await?;
        for column in POINT_COLUMNS {
            manager.alter_table(drop("forecast_points", column)).await?;
        }
        Ok(())
    }
}

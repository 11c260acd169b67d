//! Intervals with their own uplift or minimum cover.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, double_null, json_binary, string, uuid, uuid_null};

use crate::table::{drop_tables, editable, index, refers};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("peak_windows")
                    .col(uuid("team_id"))
                    .col(uuid_null("queue_id"))
                    .col(string("name"))
                    .col(json_binary("days"))
                    .col(big_integer("start_minute"))
                    .col(big_integer("end_minute"))
                    .col(double_null("uplift"))
                    .col(big_integer("min_agents"))
                    .foreign_key(&mut refers("peak_windows", "team_id", "teams"))
                    .foreign_key(&mut refers("peak_windows", "queue_id", "queues"))
                    .take(),
            )
            .await?;
        manager.create_index(index("peak_windows", &["team_id"])).await?;
        manager.create_index(index("peak_windows", &["queue_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["peak_windows"]).await
    }
}

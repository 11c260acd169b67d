//! Runs, and what the clock found due.
//!
//! `active_key` names kind, team and week while a run is queued or running and is null afterwards: unique, it keeps a second
//! one out. It stands in for a partial index, which is not portable. `due_work` lets one of several processes win:
//! its row is taken before the run is made, hence no foreign key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, date, integer, json_binary, json_binary_null, pk_uuid, string, string_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("runs")
                    .col(pk_uuid("id"))
                    .col(string("kind"))
                    .col(uuid("team_id"))
                    .col(date("week_start"))
                    .col(string("state"))
                    .col(json_binary("params"))
                    .col(uuid_null("result_id"))
                    .col(uuid_null("parent_run_id"))
                    .col(integer("attempt"))
                    .col(string_null("owner"))
                    .col(timestamp_with_time_zone_null("heartbeat_at"))
                    .col(boolean("is_cancel_requested"))
                    .col(json_binary_null("progress"))
                    .col(json_binary_null("problem"))
                    .col(string("created_by"))
                    .col(timestamp_with_time_zone("queued_at"))
                    .col(timestamp_with_time_zone_null("started_at"))
                    .col(timestamp_with_time_zone_null("finished_at"))
                    .col(string_null("active_key"))
                    .foreign_key(&mut refers("runs", "team_id", "teams"))
                    .foreign_key(&mut refers("runs", "parent_run_id", "runs"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("due_work")
                    .col(string("kind"))
                    .col(uuid("team_id"))
                    .col(date("due_on"))
                    .col(uuid("run_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut refers("due_work", "team_id", "teams"))
                    .primary_key(&mut key(&["kind", "team_id", "due_on"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("runs", &["active_key"])).await?;
        manager.create_index(index("runs", &["team_id", "week_start"])).await?;
        manager.create_index(index("runs", &["state", "heartbeat_at"])).await?;
        manager.create_index(index("runs", &["parent_run_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["due_work", "runs"]).await
    }
}

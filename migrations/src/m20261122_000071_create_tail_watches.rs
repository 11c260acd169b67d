//! How the tail of each team is watched, and the days on which it was.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, json_binary, string, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, index, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let watches = table("tail_watches")
            .col(uuid("team_id"))
            .col(json_binary("watch"))
            .col(string("author"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut refers("tail_watches", "team_id", "teams"))
            .primary_key(&mut key(&["team_id"]))
            .take();
        let checks = table("tail_checks")
            .col(uuid("team_id"))
            .col(date("date"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut refers("tail_checks", "team_id", "teams"))
            .primary_key(&mut key(&["team_id", "date"]))
            .take();
        manager.create_table(watches).await?;
        manager.create_table(checks).await?;
        manager.create_index(index("follow_ups", &["figure_code", "to_date"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_follow_ups_figure_code_to_date").table("follow_ups").to_owned()).await?;
        drop_tables(manager, &["tail_checks", "tail_watches"]).await
    }
}

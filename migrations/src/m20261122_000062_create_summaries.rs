//! Summaries as the clock built them: what went to the group chat stays what it was, whatever is corrected later.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, json_binary, string, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let summaries = table("summaries")
            .col(uuid("team_id"))
            .col(string("period"))
            .col(date("first_date"))
            .col(json_binary("summary"))
            .col(timestamp_with_time_zone("built_at"))
            .foreign_key(&mut refers("summaries", "team_id", "teams"))
            .primary_key(&mut key(&["team_id", "period", "first_date"]))
            .take();
        manager.create_table(summaries).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["summaries"]).await
    }
}

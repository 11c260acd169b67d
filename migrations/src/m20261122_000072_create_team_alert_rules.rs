//! Alert rules as teams have them: edges, quiet hours and weight below the organisation's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, string, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rules = table("team_alert_rules")
            .col(uuid("team_id"))
            .col(string("code"))
            .col(json_binary("rule"))
            .col(string("author"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut refers("team_alert_rules", "team_id", "teams"))
            .primary_key(&mut key(&["team_id", "code"]))
            .take();
        manager.create_table(rules).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["team_alert_rules"]).await
    }
}

//! Causes of weak figures, with the actions against them.
//!
//! `open_key` is the agent and the figure until the cause is closed, and null after: a figure has one cause at a time.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date_null, integer, json_binary, pk_uuid, string, string_null, uuid};

use crate::table::{drop_tables, index, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let causes = table("causes")
            .col(pk_uuid("id"))
            .col(string_null("open_key"))
            .col(uuid("agent_id"))
            .col(uuid("team_id"))
            .col(string("state"))
            .col(date_null("check_on"))
            .col(json_binary("details"))
            .col(integer("version"))
            .foreign_key(&mut refers("causes", "agent_id", "agents"))
            .foreign_key(&mut refers("causes", "team_id", "teams"))
            .take();
        manager.create_table(causes).await?;
        manager.create_index(unique("causes", &["open_key"])).await?;
        manager.create_index(index("causes", &["team_id", "state"])).await?;
        manager.create_index(index("causes", &["agent_id"])).await?;
        manager.create_index(index("causes", &["check_on"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["causes"]).await
    }
}

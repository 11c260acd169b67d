//! How the chats of a queue run and what is asked beyond its service goal, null for queues stored before; and the goal that
//! decides a requirement.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary_null, string_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("queues").add_column(json_binary_null("service")).take()).await?;
        manager.alter_table(Table::alter().table("requirement_points").add_column(string_null("binding")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("requirement_points").drop_column("binding").take()).await?;
        manager.alter_table(Table::alter().table("queues").drop_column("service").take()).await
    }
}

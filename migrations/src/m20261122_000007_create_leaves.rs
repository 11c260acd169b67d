//! Leave and wishes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, date, string, timestamp_with_time_zone, uuid, uuid_null};

use crate::table::{drop_tables, editable, index, refers};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("leaves")
                    .col(uuid("agent_id"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(timestamp_with_time_zone("ends_at"))
                    .col(string("kind"))
                    .foreign_key(&mut refers("leaves", "agent_id", "agents"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                editable("wishes")
                    .col(uuid("agent_id"))
                    .col(date("date"))
                    .col(string("kind"))
                    .col(uuid_null("shift_template_id"))
                    .col(big_integer("weight"))
                    .foreign_key(&mut refers("wishes", "agent_id", "agents"))
                    .foreign_key(&mut refers("wishes", "shift_template_id", "shift_templates"))
                    .take(),
            )
            .await?;
        manager.create_index(index("leaves", &["agent_id", "starts_at"])).await?;
        manager.create_index(index("wishes", &["agent_id", "date"])).await?;
        manager.create_index(index("wishes", &["shift_template_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["wishes", "leaves"]).await
    }
}

//! Inquiry volumes, and the imports they came with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, double, pk_uuid, string, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("volumes")
                    .col(uuid("queue_id"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(big_integer("minutes"))
                    .col(double("inquiries"))
                    .foreign_key(&mut refers("volumes", "queue_id", "queues"))
                    .primary_key(&mut key(&["queue_id", "starts_at"]))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("volume_imports")
                    .col(pk_uuid("id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(string("file_name"))
                    .col(string("file_sha256"))
                    .col(string("actor_name"))
                    .col(big_integer("inserted"))
                    .col(big_integer("changed"))
                    .col(big_integer("unchanged"))
                    .col(big_integer("skipped"))
                    .col(big_integer("faults"))
                    .take(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["volume_imports", "volumes"]).await
    }
}

//! Who changed what.
//!
//! No foreign keys: an entry outlives whatever it speaks of.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary_null, pk_uuid, string, string_null, timestamp_with_time_zone, uuid, uuid_null};

use crate::table::{drop_tables, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("audit_entries")
                    .col(pk_uuid("id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(uuid_null("actor_key_id"))
                    .col(string("actor_name"))
                    .col(string("action"))
                    .col(string("subject_type"))
                    .col(uuid("subject_id"))
                    .col(uuid_null("team_id"))
                    .col(json_binary_null("before"))
                    .col(json_binary_null("after"))
                    .col(string_null("request_id"))
                    .take(),
            )
            .await?;
        manager.create_index(index("audit_entries", &["subject_id"])).await?;
        manager.create_index(index("audit_entries", &["team_id"])).await?;
        manager.create_index(index("audit_entries", &["at"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["audit_entries"]).await
    }
}

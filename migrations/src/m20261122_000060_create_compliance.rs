//! What users say of platform rules. The rules themselves come with the program; a confirmation is never changed, the latest
//! counts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{double_null, pk_uuid, string, text, timestamp_with_time_zone};

use crate::table::{drop_tables, index, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let confirmations = table("compliance_confirmations")
            .col(pk_uuid("id"))
            .col(string("code"))
            .col(double_null("target"))
            .col(text("source"))
            .col(text("note"))
            .col(string("author"))
            .col(timestamp_with_time_zone("at"))
            .take();
        manager.create_table(confirmations).await?;
        manager.create_index(index("compliance_confirmations", &["code", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["compliance_confirmations"]).await
    }
}

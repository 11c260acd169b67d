//! Reusable shifts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json_binary, string, uuid};

use crate::table::{drop_tables, editable, refers, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("shift_templates")
                    .col(uuid("site_id"))
                    .col(string("code"))
                    .col(string("name"))
                    .col(big_integer("start_minute"))
                    .col(big_integer("length_minutes"))
                    .col(json_binary("breaks"))
                    .foreign_key(&mut refers("shift_templates", "site_id", "sites"))
                    .take(),
            )
            .await?;
        manager.create_index(unique("shift_templates", &["site_id", "code"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["shift_templates"]).await
    }
}

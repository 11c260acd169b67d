//! Platform rules of the users' own: new ones, and what a shipped one says by now.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, string};

use crate::table::{drop_tables, editable, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(editable("compliance_rules").col(string("code")).col(json_binary("rule")).take()).await?;
        manager.create_index(index("compliance_rules", &["code"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["compliance_rules"]).await
    }
}

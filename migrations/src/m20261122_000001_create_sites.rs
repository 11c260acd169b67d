//! Sites, and the days of a site that are not ordinary ones.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, json_binary, string, uuid};

use crate::table::{drop_tables, editable, refers, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(editable("sites").col(string("name")).col(string("zone")).col(json_binary("opening_hours")).take())
            .await?;
        manager
            .create_table(
                editable("holidays")
                    .col(uuid("site_id"))
                    .col(date("date"))
                    .col(string("name"))
                    .col(string("kind"))
                    .foreign_key(&mut refers("holidays", "site_id", "sites"))
                    .take(),
            )
            .await?;
        manager.create_index(unique("holidays", &["site_id", "date"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["holidays", "sites"]).await
    }
}

//! Shops and their queues.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, double, string, uuid};

use crate::table::{drop_tables, editable, index, refers, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("shops")
                    .col(uuid("site_id"))
                    .col(string("name"))
                    .col(string("platform"))
                    .foreign_key(&mut refers("shops", "site_id", "sites"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                editable("queues")
                    .col(uuid("shop_id"))
                    .col(uuid("team_id"))
                    .col(string("name"))
                    .col(string("kind"))
                    .col(big_integer("max_concurrent_chats"))
                    .col(double("aht_secs"))
                    .col(double("service_target"))
                    .col(big_integer("service_threshold_secs"))
                    .col(double("max_occupancy"))
                    .col(double("shrinkage"))
                    .col(big_integer("min_agents"))
                    .foreign_key(&mut refers("queues", "shop_id", "shops"))
                    .foreign_key(&mut refers("queues", "team_id", "teams"))
                    .take(),
            )
            .await?;
        manager.create_index(index("shops", &["site_id"])).await?;
        manager.create_index(unique("queues", &["name"])).await?;
        manager.create_index(index("queues", &["shop_id"])).await?;
        manager.create_index(index("queues", &["team_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["queues", "shops"]).await
    }
}

//! Rotations of teams, who walks where in them, and which of them a roster was built by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, date, json_binary, json_binary_null, string, string_null, uuid, uuid_null};

use crate::table::{drop_tables, editable, index, refers};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(rotations()).await?;
        manager.create_table(adoptions()).await?;
        manager.create_index(index("rotations", &["team_id"])).await?;
        manager.create_index(index("rotation_adoptions", &["team_id", "starts_on"])).await?;
        manager.create_index(index("rotation_adoptions", &["rotation_id"])).await?;
        for mut column in [uuid_null("rotation_adoption_id"), string_null("rotation_usage")] {
            manager.alter_table(Table::alter().table("rosters").add_column(&mut column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["rotation_usage", "rotation_adoption_id"] {
            manager.alter_table(Table::alter().table("rosters").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["rotation_adoptions", "rotations"]).await
    }
}

fn rotations() -> TableCreateStatement {
    editable("rotations")
        .col(uuid("team_id"))
        .col(string("name"))
        .col(string("source"))
        .col(string_null("pattern_id"))
        .col(json_binary("shifts"))
        .col(json_binary("tracks"))
        .col(json_binary_null("rules"))
        .foreign_key(&mut refers("rotations", "team_id", "teams"))
        .take()
}

fn adoptions() -> TableCreateStatement {
    editable("rotation_adoptions")
        .col(uuid("team_id"))
        .col(uuid("rotation_id"))
        .col(date("starts_on"))
        .col(string("usage"))
        .col(boolean("is_paused_on_holidays"))
        .col(json_binary("places"))
        .foreign_key(&mut refers("rotation_adoptions", "team_id", "teams"))
        .foreign_key(&mut refers("rotation_adoptions", "rotation_id", "rotations"))
        .take()
}

//! Teams, and when the clock builds their weeks.
//!
//! `leader_id` has no foreign key: agents refer to teams, and SQLite cannot add a key later. The store checks it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, json_binary_null, string, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::table::{drop_tables, editable, index, key, refers, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("teams")
                    .col(uuid("site_id"))
                    .col(uuid_null("parent_id"))
                    .col(string("name"))
                    .col(uuid_null("leader_id"))
                    .col(json_binary_null("rules"))
                    .foreign_key(&mut refers("teams", "site_id", "sites"))
                    .foreign_key(&mut refers("teams", "parent_id", "teams"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("team_policies")
                    .col(uuid("team_id"))
                    .col(boolean("is_enabled"))
                    .col(big_integer("build_days_ahead"))
                    .col(big_integer("build_at_minute"))
                    .col(big_integer("forecast_at_minute"))
                    .col(big_integer("interval_minutes"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut refers("team_policies", "team_id", "teams"))
                    .primary_key(&mut key(&["team_id"]))
                    .take(),
            )
            .await?;
        manager.create_index(index("teams", &["site_id"])).await?;
        manager.create_index(index("teams", &["parent_id"])).await?;
        manager.create_index(index("teams", &["leader_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["team_policies", "teams"]).await
    }
}

//! Agents and the queues they can serve.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, date, date_null, double, json_binary, string, uuid};

use crate::table::{drop_tables, editable, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("agents")
                    .col(uuid("team_id"))
                    .col(string("staff_number"))
                    .col(string("name"))
                    .col(string("post"))
                    .col(big_integer("min_weekly_minutes"))
                    .col(big_integer("max_weekly_minutes"))
                    .col(boolean("is_full_time"))
                    .col(date("employed_from"))
                    .col(date_null("employed_until"))
                    .col(json_binary("availability"))
                    .foreign_key(&mut refers("agents", "team_id", "teams"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("agent_skills")
                    .col(uuid("agent_id"))
                    .col(uuid("queue_id"))
                    .col(double("proficiency"))
                    .foreign_key(&mut refers("agent_skills", "agent_id", "agents"))
                    .foreign_key(&mut refers("agent_skills", "queue_id", "queues"))
                    .primary_key(&mut key(&["agent_id", "queue_id"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("agents", &["staff_number"])).await?;
        manager.create_index(index("agents", &["team_id"])).await?;
        manager.create_index(index("agent_skills", &["queue_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["agent_skills", "agents"]).await
    }
}

//! Rosters and their assignments.
//!
//! An assignment keeps its id in a re-opened draft, so its key takes in the roster. It keeps its own copy of the shift's
//! times, so that a later edit of the template does not move a published shift. `published_key` names team and week while
//! the roster is the published one and is null otherwise.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, date, json_binary, json_binary_null, string, string_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::table::{drop_tables, editable, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                editable("rosters")
                    .col(uuid("team_id"))
                    .col(date("week_start"))
                    .col(string("zone"))
                    .col(string("status"))
                    .col(big_integer("revision"))
                    .col(uuid_null("replaces_id"))
                    .col(uuid_null("requirement_id"))
                    .col(uuid_null("run_id"))
                    .col(json_binary("rules"))
                    .col(json_binary_null("score"))
                    .col(json_binary("gaps"))
                    .col(timestamp_with_time_zone_null("published_at"))
                    .col(big_integer("publish_sequence"))
                    .col(string_null("published_key"))
                    .foreign_key(&mut refers("rosters", "team_id", "teams"))
                    .foreign_key(&mut refers("rosters", "replaces_id", "rosters"))
                    .foreign_key(&mut refers("rosters", "requirement_id", "requirements"))
                    .foreign_key(&mut refers("rosters", "run_id", "runs"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                table("assignments")
                    .col(uuid("roster_id"))
                    .col(uuid("id"))
                    .col(uuid("agent_id"))
                    .col(date("date"))
                    .col(uuid("shift_template_id"))
                    .col(uuid("queue_id"))
                    .col(boolean("is_pinned"))
                    .col(timestamp_with_time_zone("starts_at"))
                    .col(timestamp_with_time_zone("ends_at"))
                    .col(json_binary("breaks"))
                    .col(big_integer("paid_minutes"))
                    .col(big_integer("sequence"))
                    .foreign_key(&mut refers("assignments", "roster_id", "rosters"))
                    .foreign_key(&mut refers("assignments", "agent_id", "agents"))
                    .foreign_key(&mut refers("assignments", "shift_template_id", "shift_templates"))
                    .foreign_key(&mut refers("assignments", "queue_id", "queues"))
                    .primary_key(&mut key(&["roster_id", "id"]))
                    .take(),
            )
            .await?;
        manager.create_index(unique("rosters", &["team_id", "week_start", "revision"])).await?;
        manager.create_index(unique("rosters", &["published_key"])).await?;
        manager.create_index(unique("rosters", &["run_id"])).await?;
        manager.create_index(index("rosters", &["status", "week_start"])).await?;
        manager.create_index(index("assignments", &["agent_id", "date"])).await?;
        manager.create_index(index("assignments", &["shift_template_id", "date"])).await?;
        manager.create_index(index("assignments", &["queue_id", "date"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["assignments", "rosters"]).await
    }
}

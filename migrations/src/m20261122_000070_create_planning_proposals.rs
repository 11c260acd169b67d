//! Measured figures for planning, to be accepted or refused, and the weeks in which the clock looked for them.
//!
//! `open_key` is what a proposal is about until it is decided, and null after: a subject has one open proposal.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    date, integer, json_binary, pk_uuid, string, string_null, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(proposals()).await?;
        manager.create_table(reviews()).await?;
        manager.create_index(unique("planning_proposals", &["open_key"])).await?;
        manager.create_index(index("planning_proposals", &["team_id", "state"])).await?;
        manager.create_index(index("planning_proposals", &["agent_id"])).await?;
        manager.create_index(index("planning_proposals", &["queue_id", "state"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["planning_reviews", "planning_proposals"]).await
    }
}

fn proposals() -> TableCreateStatement {
    table("planning_proposals")
        .col(pk_uuid("id"))
        .col(string_null("open_key"))
        .col(string("kind"))
        .col(uuid("team_id"))
        .col(uuid_null("agent_id"))
        .col(uuid("queue_id"))
        .col(string("state"))
        .col(json_binary("details"))
        .col(integer("version"))
        .foreign_key(&mut refers("planning_proposals", "team_id", "teams"))
        .foreign_key(&mut refers("planning_proposals", "agent_id", "agents"))
        .foreign_key(&mut refers("planning_proposals", "queue_id", "queues"))
        .take()
}

/// One row for each team and week that was looked at, by the Monday it began with.
fn reviews() -> TableCreateStatement {
    table("planning_reviews")
        .col(uuid("team_id"))
        .col(date("monday"))
        .col(timestamp_with_time_zone("at"))
        .foreign_key(&mut refers("planning_reviews", "team_id", "teams"))
        .primary_key(&mut key(&["team_id", "monday"]))
        .take()
}

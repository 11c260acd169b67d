//! Alerts, the changes that users made to alert rules, and which checks were made.
//!
//! `open_key` is the rule and the subject while an alert is not verified, and null after: that a subject has one alert at a
//! time is for the database to keep, whichever process checks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, json_binary, pk_uuid, string, string_null, timestamp_with_time_zone, uuid};

use crate::table::{drop_tables, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [alerts(), rules(), checks()] {
            manager.create_table(table).await?;
        }
        manager.create_index(unique("alerts", &["open_key"])).await?;
        manager.create_index(index("alerts", &["team_id", "state"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["alert_checks", "alert_rules", "alerts"]).await
    }
}

fn alerts() -> TableCreateStatement {
    table("alerts")
        .col(pk_uuid("id"))
        .col(string_null("open_key"))
        .col(string("kind"))
        .col(string("state"))
        .col(uuid("team_id"))
        .col(json_binary("details"))
        .col(integer("version"))
        .foreign_key(&mut refers("alerts", "team_id", "teams"))
        .take()
}

fn rules() -> TableCreateStatement {
    table("alert_rules")
        .col(string("code"))
        .col(json_binary("rule"))
        .col(string("author"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(&mut key(&["code"]))
        .take()
}

/// One row for each quarter of an hour that was checked.
fn checks() -> TableCreateStatement {
    table("alert_checks")
        .col(timestamp_with_time_zone("slot"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(&mut key(&["slot"]))
        .take()
}

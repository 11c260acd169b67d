//! The labour rules of sites, protections of agents, and corrections of time worked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, date, date_null, integer, json_binary, pk_uuid, string, string_null, timestamp_with_time_zone, uuid,
};

use crate::table::{drop_tables, editable, index, key, refers, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [labour_rules(), protections(), time_corrections()] {
            manager.create_table(table).await?;
        }
        manager.create_index(unique("labour_rules", &["site_id", "version"])).await?;
        manager.create_index(index("protections", &["agent_id"])).await?;
        manager.create_index(index("time_corrections", &["agent_id", "starts_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["time_corrections", "protections", "labour_rules"]).await
    }
}

/// One row for each date from which a site's rules are others; versions count the changes of the whole site.
fn labour_rules() -> TableCreateStatement {
    table("labour_rules")
        .col(uuid("site_id"))
        .col(date("effective_from"))
        .col(integer("version"))
        .col(string("pack"))
        .col(string_null("cycle"))
        .col(json_binary("posts"))
        .col(json_binary("changes"))
        .col(string("rest_days"))
        .col(json_binary("rest_day_work"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut refers("labour_rules", "site_id", "sites"))
        .primary_key(&mut key(&["site_id", "effective_from"]))
        .take()
}

fn protections() -> TableCreateStatement {
    editable("protections")
        .col(uuid("agent_id"))
        .col(string("kind"))
        .col(date("first_date"))
        .col(date_null("last_date"))
        .foreign_key(&mut refers("protections", "agent_id", "agents"))
        .take()
}

/// Never changed and never deleted.
fn time_corrections() -> TableCreateStatement {
    table("time_corrections")
        .col(pk_uuid("id"))
        .col(uuid("agent_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(boolean("is_worked"))
        .col(string("reason"))
        .col(string("author"))
        .col(timestamp_with_time_zone("made_at"))
        .foreign_key(&mut refers("time_corrections", "agent_id", "agents"))
        .take()
}

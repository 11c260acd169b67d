//! Follow-ups: what is to be done about a weak figure, by whom, and what came of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, date_null, json_binary, string, text, uuid, uuid_null};

use crate::table::{drop_tables, editable, index, refers};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = editable("follow_ups")
            .col(uuid("agent_id"))
            .col(uuid("team_id"))
            .col(uuid_null("owner_id"))
            .col(string("figure_code"))
            .col(date("from_date"))
            .col(date("to_date"))
            .col(json_binary("cases"))
            .col(text("remedy"))
            .col(text("result"))
            .col(date_null("due_on"))
            .col(string("state"))
            .foreign_key(&mut refers("follow_ups", "agent_id", "agents"))
            .foreign_key(&mut refers("follow_ups", "team_id", "teams"))
            .foreign_key(&mut refers("follow_ups", "owner_id", "agents"))
            .take();
        manager.create_table(table).await?;
        manager.create_index(index("follow_ups", &["agent_id"])).await?;
        manager.create_index(index("follow_ups", &["team_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["follow_ups"]).await
    }
}

//! Runs whose teams are planned apart: a run of its own for each team, which names the run that waits for it. Null for every other
//! run. No foreign key: SQLite cannot add one later, and the two are stored in one transaction.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;

use crate::table::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("runs").add_column(uuid_null("part_of_run_id")).take()).await?;
        manager.create_index(index("runs", &["part_of_run_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_runs_part_of_run_id").table("runs").to_owned()).await?;
        manager.alter_table(Table::alter().table("runs").drop_column("part_of_run_id").take()).await
    }
}

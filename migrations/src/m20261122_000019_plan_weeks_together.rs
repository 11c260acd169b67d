//! Runs of several weeks: a result for each of them, so a run's forecasts, requirements and rosters are told apart by week; and
//! with a roster the weeks that it was planned together with. Null in rows from before: one week.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, date_null, json_binary_null};

use crate::table::unique;

/// Made once by a run for each of its weeks.
const RESULTS: [&str; 3] = ["forecasts", "requirements", "rosters"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in added() {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        for name in RESULTS {
            manager.drop_index(Index::drop().name(format!("uq_{name}_run_id")).table(name).to_owned()).await?;
            manager.create_index(unique(name, &["run_id", "week_start"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in RESULTS {
            manager.drop_index(Index::drop().name(format!("uq_{name}_run_id_week_start")).table(name).to_owned()).await?;
            manager.create_index(unique(name, &["run_id"])).await?;
        }
        for (table, column) in added() {
            manager.alter_table(Table::alter().table(table).drop_column(column.get_column_name()).take()).await?;
        }
        Ok(())
    }
}

fn added() -> [(&'static str, ColumnDef); 4] {
    [
        ("runs", big_integer_null("weeks")),
        ("runs", json_binary_null("result_ids")),
        ("rosters", date_null("horizon_start")),
        ("rosters", big_integer_null("horizon_weeks")),
    ]
}

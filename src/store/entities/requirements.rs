//! `requirements`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "requirements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub run_id: Uuid,
    pub forecast_id: Uuid,
    pub team_id: Uuid,
    pub week_start: Date,
    pub interval_minutes: i64,
    pub grid_starts_at: DateTimeUtc,
    pub grid_len: i64,
    pub created_at: DateTimeUtc,
}

super::without_relations!();

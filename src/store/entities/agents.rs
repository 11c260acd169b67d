//! `agents`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub team_id: Uuid,
    pub staff_number: String,
    pub name: String,
    pub post: String,
    pub min_weekly_minutes: i64,
    pub max_weekly_minutes: i64,
    pub is_full_time: bool,
    pub employed_from: Date,
    pub employed_until: Option<Date>,
    pub availability: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

super::without_relations!();

//! `follow_ups`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_ups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agent_id: Uuid,
    pub team_id: Uuid,
    pub owner_id: Option<Uuid>,
    pub figure_code: String,
    pub from_date: Date,
    pub to_date: Date,
    pub cases: Json,
    #[sea_orm(column_type = "Text")]
    pub remedy: String,
    #[sea_orm(column_type = "Text")]
    pub result: String,
    pub due_on: Option<Date>,
    pub state: String,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

super::without_relations!();

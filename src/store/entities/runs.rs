//! `runs`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub team_id: Uuid,
    pub week_start: Date,
    pub state: String,
    pub params: Json,
    pub result_id: Option<Uuid>,
    pub parent_run_id: Option<Uuid>,
    pub attempt: i32,
    pub owner: Option<String>,
    pub heartbeat_at: Option<DateTimeUtc>,
    pub is_cancel_requested: bool,
    pub progress: Option<Json>,
    pub problem: Option<Json>,
    pub created_by: String,
    pub queued_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
    pub active_key: Option<String>,
    pub weeks: Option<i64>,
    pub result_ids: Option<Json>,
    pub part_of_run_id: Option<Uuid>,
}

super::without_relations!();

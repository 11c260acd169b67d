//! `rosters`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rosters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub team_id: Uuid,
    pub week_start: Date,
    pub zone: String,
    pub status: String,
    pub revision: i64,
    pub replaces_id: Option<Uuid>,
    pub requirement_id: Option<Uuid>,
    pub run_id: Option<Uuid>,
    pub least_change_from: Option<Uuid>,
    pub rules: Json,
    pub relaxations: Option<Json>,
    pub score: Option<Json>,
    pub gaps: Json,
    pub notices: Option<Json>,
    pub published_at: Option<DateTimeUtc>,
    pub publish_sequence: i64,
    pub published_key: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
    pub horizon_start: Option<Date>,
    pub horizon_weeks: Option<i64>,
    pub rotation_adoption_id: Option<Uuid>,
    pub rotation_usage: Option<String>,
}

super::without_relations!();

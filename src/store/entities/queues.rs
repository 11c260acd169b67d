//! `queues`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "queues")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub shop_id: Uuid,
    pub team_id: Uuid,
    pub name: String,
    pub kind: String,
    pub max_concurrent_chats: i64,
    pub aht_secs: f64,
    pub service_target: f64,
    pub service_threshold_secs: i64,
    pub max_occupancy: f64,
    pub shrinkage: f64,
    pub min_agents: i64,
    pub service: Option<Json>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

super::without_relations!();

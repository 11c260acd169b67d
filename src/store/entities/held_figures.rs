//! `held_figures`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "held_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub import_id: Option<Uuid>,
    pub row: Option<i64>,
    pub agent_name: String,
    pub reason: String,
    pub candidates: Json,
    pub shop_id: Uuid,
    pub queue_id: Option<Uuid>,
    pub starts_at: DateTimeUtc,
    pub minutes: i64,
    pub counts: Json,
}

super::without_relations!();

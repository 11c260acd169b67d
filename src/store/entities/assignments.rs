//! `assignments`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub roster_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agent_id: Uuid,
    pub date: Date,
    pub shift_template_id: Uuid,
    pub queue_id: Uuid,
    pub is_pinned: bool,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub breaks: Json,
    pub paid_minutes: i64,
    pub sequence: i64,
}

super::without_relations!();

//! `requirement_points`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "requirement_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub requirement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub starts_at: DateTimeUtc,
    pub on_seat: i64,
    pub required: i64,
    pub service_level: Option<f64>,
    pub occupancy: Option<f64>,
    pub is_peak: bool,
    pub binding: Option<String>,
}

super::without_relations!();

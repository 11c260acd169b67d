//! `forecast_points`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub forecast_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub starts_at: DateTimeUtc,
    pub expected: f64,
    pub p05: Option<f64>,
    pub p10: f64,
    pub p50: Option<f64>,
    pub p90: f64,
    pub p95: Option<f64>,
    pub aht_secs: Option<f64>,
}

super::without_relations!();

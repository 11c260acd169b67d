//! `forecast_totals`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_totals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub forecast_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub of_id: Uuid,
    pub points: Json,
}

super::without_relations!();

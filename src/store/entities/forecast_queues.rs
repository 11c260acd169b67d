//! `forecast_queues`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_queues")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub forecast_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub queue_id: Uuid,
    pub backtest: Option<Json>,
    pub faults: Option<Json>,
    pub borrowed_from: Option<Uuid>,
}

super::without_relations!();

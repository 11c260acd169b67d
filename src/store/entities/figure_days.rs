//! `figure_days`, as migrated, without the sums that stand beside the registers: those are named by measure.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "figure_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place_id: Uuid,
    pub shop_id: Uuid,
    pub queue_id: Option<Uuid>,
    pub team_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub registers: String,
}

super::without_relations!();

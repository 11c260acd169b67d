//! `labour_rules`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "labour_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub effective_from: Date,
    pub version: i32,
    pub pack: String,
    pub cycle: Option<String>,
    pub posts: Json,
    pub changes: Json,
    pub rest_days: String,
    pub rest_day_work: Json,
    pub updated_at: DateTimeUtc,
}

super::without_relations!();

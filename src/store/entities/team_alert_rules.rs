//! `team_alert_rules`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "team_alert_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub rule: Json,
    pub author: String,
    pub at: DateTimeUtc,
}

super::without_relations!();

//! `alerts`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "alerts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub open_key: Option<String>,
    pub kind: String,
    pub state: String,
    pub team_id: Uuid,
    pub details: Json,
    pub version: i32,
}

super::without_relations!();

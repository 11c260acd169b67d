//! `causes`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "causes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub open_key: Option<String>,
    pub agent_id: Uuid,
    pub team_id: Uuid,
    pub state: String,
    pub check_on: Option<Date>,
    pub details: Json,
    pub version: i32,
}

super::without_relations!();

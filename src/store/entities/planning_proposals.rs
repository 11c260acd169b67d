//! `planning_proposals`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "planning_proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub open_key: Option<String>,
    pub kind: String,
    pub team_id: Uuid,
    pub agent_id: Option<Uuid>,
    pub queue_id: Uuid,
    pub state: String,
    pub details: Json,
    pub version: i32,
}

super::without_relations!();

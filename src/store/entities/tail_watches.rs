//! `tail_watches`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tail_watches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: Uuid,
    pub watch: Json,
    pub author: String,
    pub at: DateTimeUtc,
}

super::without_relations!();

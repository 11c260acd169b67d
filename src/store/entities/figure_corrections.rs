//! `figure_corrections`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "figure_corrections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub import_id: Option<Uuid>,
    pub actor_name: String,
    pub agent_id: Uuid,
    pub date: Date,
    pub place_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub before: String,
}

super::without_relations!();

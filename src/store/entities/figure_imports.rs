//! `figure_imports`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "figure_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub file_name: String,
    pub file_sha256: String,
    pub actor_name: String,
    pub inserted: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub held: i64,
    pub skipped: i64,
    pub faults: i64,
}

super::without_relations!();

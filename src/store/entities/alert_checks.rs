//! `alert_checks`, as migrated.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_checks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: DateTimeUtc,
    pub at: DateTimeUtc,
}

super::without_relations!();

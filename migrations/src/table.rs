//! Columns, keys and indices that many tables share, named one way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, pk_uuid, timestamp_with_time_zone, timestamp_with_time_zone_null};

/// A table with no column yet.
pub fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

/// A table whose rows are edited under a version and archived, never deleted.
pub fn editable(name: &'static str) -> TableCreateStatement {
    table(name)
        .col(pk_uuid("id"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .take()
}

/// `column` refers to the `id` of `target`, which cannot be deleted while it does.
pub fn refers(name: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{name}_{column}"))
        .from(name, column)
        .to(target, "id")
        .on_delete(ForeignKeyAction::Restrict)
        .on_update(ForeignKeyAction::Restrict)
        .take()
}

/// A primary key of several columns.
pub fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(*column);
    }
    key.primary().take()
}

/// An index for a lookup.
pub fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("ix_{name}_{}", columns.join("_"))).table(name);
    for column in columns {
        index.col(*column);
    }
    index
}

/// An index that also keeps the columns unique together; rows with a null in it are never equal.
pub fn unique(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = index(name, columns);
    index.name(format!("uq_{name}_{}", columns.join("_"))).unique().take()
}

/// Drops tables, in the order given.
///
/// # Errors
/// What the database says.
pub async fn drop_tables(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(*name).take()).await?;
    }
    Ok(())
}

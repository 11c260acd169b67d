//! What users say of platform rules. Only ever added to.

use std::collections::BTreeMap;

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};
use uuid::Uuid;

use super::editable::stored;
use super::entities::compliance_confirmations::{self as table, Column, Entity};
use super::row::Reader;
use super::{Db, StoreError};
use crate::domain::compliance::{Confirmation, Target};

/// Adds one, and gives it back as it is stored.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert(db: &impl Db, id: Uuid, confirmation: &Confirmation) -> Result<Confirmation, StoreError> {
    let stored = Confirmation { at: stored(confirmation.at), ..confirmation.clone() };
    let row = table::Model {
        id,
        code: stored.code.clone(),
        target: stored.target.map(Target::get),
        source: stored.source.clone(),
        note: stored.note.clone(),
        author: stored.author.clone(),
        at: stored.at,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&db.executor()).await?;
    Ok(stored)
}

/// The latest of every rule. There are as many as somebody has made by hand: all are read.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn latest(db: &impl Db) -> Result<BTreeMap<String, Confirmation>, StoreError> {
    let rows = Entity::find().order_by_asc(Column::At).order_by_asc(Column::Id).all(&db.executor()).await?;
    rows.into_iter().map(|row| Ok((row.code.clone(), parse(row)?))).collect()
}

fn parse(row: table::Model) -> Result<Confirmation, StoreError> {
    let reader = Reader::new("compliance_confirmations", row.id);
    let target = reader.checked("target", row.target.map(Target::new).transpose())?;
    let table::Model { code, source, note, author, at, .. } = row;
    Ok(Confirmation { code, target, source, note, author, at })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::testing::{NOW, on_both};
    use super::*;

    on_both! {
        the_latest_word_on_a_rule_counts(store) {
            let first = Confirmation {
                code: "kuaishou_attitude_share".into(),
                target: Some(Target::new(0.06).unwrap()),
                source: "规则中心".into(),
                note: String::new(),
                author: "主管".into(),
                at: NOW,
            };
            let later = Confirmation { target: None, author: "经理".into(), at: NOW + Duration::days(1), ..first.clone() };
            insert(&store, Uuid::now_v7(), &later).await.unwrap();
            insert(&store, Uuid::now_v7(), &first).await.unwrap();
            assert_eq!(latest(&store).await.unwrap(), BTreeMap::from([(later.code.clone(), later)]));
        }
    }
}

//! Alert rules as teams have them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::connection::Executor;
use super::editable::stored;
use super::entities::team_alert_rules::{self as table, Column, Entity};
use super::row::{Reader, json};
use super::{Db, StoreError, Tx};
use crate::domain::alert::AlertRule;
use crate::domain::ids::TeamId;

/// Every team's own rules, by team and code.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn all(db: &impl Db) -> Result<BTreeMap<(TeamId, String), AlertRule>, StoreError> {
    let parse = |row: table::Model| {
        let rule = Reader::new("team_alert_rules", format!("{} {}", row.team_id, row.code)).json("rule", row.rule)?;
        Ok(((TeamId(row.team_id), row.code), rule))
    };
    Entity::find().all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// Stores a team's own rule, in place of the one before.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn put(tx: &Tx, team_id: TeamId, rule: &AlertRule, author: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (code, author, at) = (rule.code.clone(), author.to_owned(), stored(now));
    let row = table::Model { team_id: team_id.0, code, rule: json(rule), author, at };
    let overwrite =
        OnConflict::columns([Column::TeamId, Column::Code]).update_columns([Column::Rule, Column::Author, Column::At]).to_owned();
    let insert = Entity::insert(row.into_active_model().reset_all()).on_conflict(overwrite);
    insert.exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Forgets a team's own rule: the one above it holds again. What it was stays in the audit log.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn remove(tx: &Tx, team_id: TeamId, code: &str) -> Result<(), StoreError> {
    let own = Expr::col("team_id").eq(team_id.0).and(Expr::col("code").eq(code));
    Entity::delete_many().filter(own).exec(&tx.executor()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::team::alerts::shipped;

    on_both! {
        a_teams_rule_replaces_the_one_before_until_it_is_removed(store) {
            let team_id = testing::desk(&store).await.team.id;
            let tx = store.begin().await.unwrap();
            let strict = AlertRule { open_at: 0.99, clear_at: 0.995, ..shipped()[0].clone() };
            for rule in [&shipped()[0], &strict, &shipped()[1]] {
                put(&tx, team_id, rule, "主管", NOW).await.unwrap();
            }
            assert_eq!(all(&tx).await.unwrap()[&(team_id, strict.code.clone())], strict);
            remove(&tx, team_id, &strict.code).await.unwrap();
            assert_eq!(all(&tx).await.unwrap(), [((team_id, shipped()[1].code.clone()), shipped()[1].clone())].into());
        }
    }
}

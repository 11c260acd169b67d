//! Alerts, the rules that users changed, and the checks that were made.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult};

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::{alert_checks, alert_rules, alerts};
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, scope};
use crate::domain::access::Scope;
use crate::domain::alert::{Alert, AlertKind, AlertRule, AlertState};
use crate::domain::ids::{AlertId, TeamId};

/// How long it is remembered that a check was made.
const KEPT: Duration = Duration::days(2);

/// Which alerts to list.
#[derive(Debug, Clone, Copy)]
pub struct AlertFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those that watch this.
    pub kind: Option<AlertKind>,
    /// Only those in this state.
    pub state: Option<AlertState>,
}

/// An alert and the version of its row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAlert {
    /// The alert.
    pub alert: Alert,
    /// Counts its changes, from 1.
    pub version: i32,
}

/// Stores a new alert. `false` when its subject has one already.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, alert: &Alert) -> Result<bool, StoreError> {
    let insert = alerts::Entity::insert(row(alert, 1).into_active_model().reset_all())
        .on_conflict_do_nothing_on([alerts::Column::OpenKey]);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// Replaces an alert at the version that was read.
///
/// # Errors
/// [`StoreError::VersionConflict`] when somebody changed it meanwhile.
pub async fn update(tx: &Tx, alert: &Alert, expected: i32) -> Result<StoredAlert, StoreError> {
    let current = Expr::col("id").eq(alert.id.0).and(Expr::col("version").eq(expected));
    let row = row(alert, expected.wrapping_add(1)).into_active_model().reset_all();
    if alerts::Entity::update_many().set(row).filter(current).exec(&tx.executor()).await?.rows_affected == 0 {
        let found = get(tx, alert.id).await?.ok_or(StoreError::NotFound { kind: "alert", id: alert.id.0 })?.version;
        return Err(StoreError::VersionConflict { kind: "alert", id: alert.id.0, expected, found });
    }
    Ok(StoredAlert { alert: alert.clone(), version: expected.wrapping_add(1) })
}

/// Reads an alert.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: AlertId) -> Result<Option<StoredAlert>, StoreError> {
    alerts::Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Lists alerts, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &AlertFilter<'_>, page: Page) -> Result<Listed<StoredAlert>, StoreError> {
    let mut query = alerts::Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Expr::col("kind").eq(word(&kind)));
    }
    if let Some(state) = filter.state {
        query = query.filter(Expr::col("state").eq(word(&state)));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// Every alert that is not verified yet.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn unverified(db: &impl Db) -> Result<Vec<StoredAlert>, StoreError> {
    let rows = alerts::Entity::find().filter(Expr::col("open_key").is_not_null()).all(&db.executor()).await?;
    rows.into_iter().map(parse).collect()
}

/// Takes the check of a slot, and forgets old ones. `false` when it was made before; another process that makes it now is
/// waited for.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn take_check(tx: &Tx, slot: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = alert_checks::Model { slot: stored(slot), at: stored(now) };
    let insert =
        alert_checks::Entity::insert(row.into_active_model().reset_all()).on_conflict_do_nothing_on([alert_checks::Column::Slot]);
    let is_mine = matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..));
    if is_mine {
        let old = Expr::col("slot").lt(stored(slot - KEPT));
        alert_checks::Entity::delete_many().filter(old).exec(&tx.executor()).await?;
    }
    Ok(is_mine)
}

/// Whether the check of a slot was made, so that a tick need not look at everything to find out.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn is_checked(db: &impl Db, slot: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(alert_checks::Entity::find_by_id(stored(slot)).one(&db.executor()).await?.is_some())
}

/// Stores what users made of a rule.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn put_rule(tx: &Tx, rule: &AlertRule, author: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let row = alert_rules::Model { code: rule.code.clone(), rule: json(rule), author: author.to_owned(), at: stored(at) };
    let overwrite = OnConflict::column("code").update_columns(["rule", "author", "at"]).to_owned();
    let insert = alert_rules::Entity::insert(row.into_active_model().reset_all()).on_conflict(overwrite);
    insert.exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// The rules that users changed, by code.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn changed_rules(db: &impl Db) -> Result<BTreeMap<String, AlertRule>, StoreError> {
    let rows = alert_rules::Entity::find().all(&db.executor()).await?;
    rows.into_iter().map(|row| Ok((row.code.clone(), Reader::new("alert_rules", &row.code).json("rule", row.rule)?))).collect()
}

fn row(alert: &Alert, version: i32) -> alerts::Model {
    let is_open = alert.state != AlertState::Verified;
    alerts::Model {
        id: alert.id.0,
        open_key: is_open.then(|| format!("{} {}", alert.rule_code, alert.subject)),
        kind: word(&alert.kind),
        state: word(&alert.state),
        team_id: alert.team_id.0,
        details: json(alert),
        version,
    }
}

fn parse(row: alerts::Model) -> Result<StoredAlert, StoreError> {
    Ok(StoredAlert { alert: Reader::new("alerts", row.id).json("details", row.details)?, version: row.version })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both, open};
    use super::*;
    use crate::domain::alert::{Mark, Observation};
    use crate::team::alerts::{Act, act, shipped, step};

    fn new_alert(team_id: TeamId) -> Alert {
        let rule = shipped().iter().find(|rule| rule.code == "coverage_gap").unwrap();
        let (cause_zh, cause_en) = ("缺人".into(), "short".into());
        let seen = Observation {
            subject: "2026-11-23".into(),
            team_id,
            shop_id: None,
            owner_id: None,
            local_minute: 720,
            value: 3.0,
            cause_zh,
            cause_en,
        };
        step(rule, None, Some(&seen), NOW).unwrap()
    }

    on_both! {
        a_subject_has_one_alert_until_it_is_verified(store) {
            let team_id = testing::desk(&store).await.team.id;
            let (first, second) = (new_alert(team_id), new_alert(team_id));
            let tx = store.begin().await.unwrap();
            assert!(insert(&tx, &first).await.unwrap());
            assert!(!insert(&tx, &second).await.unwrap());
            let mark = || Mark { by: "组长".into(), at: NOW, note: String::new() };
            let resolved = act(first, Act::Resolve, mark()).unwrap();
            assert_eq!(update(&tx, &resolved, 1).await.unwrap().version, 2);
            assert!(matches!(update(&tx, &resolved, 1).await.unwrap_err(), StoreError::VersionConflict { found: 2, .. }));
            assert!(!insert(&tx, &second).await.unwrap());
            let verified = act(resolved, Act::Verify, mark()).unwrap();
            update(&tx, &verified, 2).await.unwrap();
            assert!(insert(&tx, &second).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(unverified(&store).await.unwrap(), [StoredAlert { alert: second.clone(), version: 1 }]);
            let scope = Scope::Teams([team_id].into());
            let all = AlertFilter { scope: &scope, team_id: Some(team_id), kind: Some(AlertKind::Coverage), state: None };
            assert_eq!(list(&store, &all, Page::ALL).await.unwrap().items.len(), 2);
            let gone = AlertFilter { state: Some(AlertState::Verified), ..all };
            assert_eq!(list(&store, &gone, Page::ALL).await.unwrap().items, [StoredAlert { alert: verified, version: 3 }]);
            let elsewhere = Scope::Teams([TeamId::generate()].into());
            assert_eq!(list(&store, &AlertFilter { scope: &elsewhere, ..gone }, Page::ALL).await.unwrap().items, []);
        }

        of_two_processes_one_makes_a_check(at url) {
            let (one, other) = (open(&url).await, open(&url).await);
            let take = |store: crate::store::Store| async move {
                let tx = store.begin().await.unwrap();
                let is_mine = take_check(&tx, NOW, NOW).await.unwrap();
                tx.commit().await.unwrap();
                is_mine
            };
            let (first, second) = tokio::join!(take(one.clone()), take(other));
            assert!(first ^ second, "{first} {second}");
            assert!(is_checked(&one, NOW).await.unwrap());
            assert!(!take(one.clone()).await);
            let tx = one.begin().await.unwrap();
            assert!(take_check(&tx, NOW + KEPT + Duration::minutes(15), NOW).await.unwrap());
            tx.commit().await.unwrap();
            assert!(!is_checked(&one, NOW).await.unwrap());
        }

        a_changed_rule_replaces_the_one_before(store) {
            let rule = AlertRule { open_at: 0.8, ..shipped()[1].clone() };
            for open_at in [0.7, 0.8] {
                let tx = store.begin().await.unwrap();
                put_rule(&tx, &AlertRule { open_at, ..rule.clone() }, "主管", NOW).await.unwrap();
                tx.commit().await.unwrap();
            }
            assert_eq!(changed_rules(&store).await.unwrap(), BTreeMap::from([(rule.code.clone(), rule)]));
        }
    }
}

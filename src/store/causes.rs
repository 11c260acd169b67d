//! Causes of weak figures, with the actions against them.

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult};

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows};
use super::entities::causes::{self as table, Column, Entity};
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, scope};
use crate::domain::access::Scope;
use crate::domain::cause::{Cause, CauseState};
use crate::domain::ids::{AgentId, CauseId, TeamId};

/// Which causes to list.
#[derive(Debug, Clone, Copy)]
pub struct CauseFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this team.
    pub team_id: Option<TeamId>,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those in this state.
    pub state: Option<CauseState>,
}

/// A cause and the version of its row.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCause {
    /// The cause.
    pub cause: Cause,
    /// Counts its changes, from 1.
    pub version: i32,
}

/// Stores a new cause. `false` when the agent's figure has one already.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn insert(tx: &Tx, cause: &Cause) -> Result<bool, StoreError> {
    let insert = Entity::insert(row(cause, 1).into_active_model().reset_all()).on_conflict_do_nothing_on([Column::OpenKey]);
    Ok(matches!(insert.exec_without_returning(&tx.executor()).await?, TryInsertResult::Inserted(1..)))
}

/// Replaces a cause at the version that was read.
///
/// # Errors
/// [`StoreError::VersionConflict`] when somebody changed it meanwhile.
pub async fn update(tx: &Tx, cause: &Cause, expected: i32) -> Result<StoredCause, StoreError> {
    let version = expected.wrapping_add(1);
    let current = Expr::col("id").eq(cause.id.0).and(Expr::col("version").eq(expected));
    let row = row(cause, version).into_active_model().reset_all();
    if Entity::update_many().set(row).filter(current).exec(&tx.executor()).await?.rows_affected == 0 {
        let found = get(tx, cause.id).await?.ok_or(StoreError::NotFound { kind: "cause", id: cause.id.0 })?.version;
        return Err(StoreError::VersionConflict { kind: "cause", id: cause.id.0, expected, found });
    }
    Ok(StoredCause { cause: cause.clone(), version })
}

/// Reads a cause.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: CauseId) -> Result<Option<StoredCause>, StoreError> {
    Entity::find_by_id(id.0).one(&db.executor()).await?.map(parse).transpose()
}

/// Lists causes, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &CauseFilter<'_>, page: Page) -> Result<Listed<StoredCause>, StoreError> {
    let mut query = Entity::find().filter(scope::team_within("team_id", filter.scope));
    if let Some(team_id) = filter.team_id {
        query = query.filter(Expr::col("team_id").eq(team_id.0));
    }
    if let Some(agent_id) = filter.agent_id {
        query = query.filter(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(state) = filter.state {
        query = query.filter(Expr::col("state").eq(word(&state)));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// The causes whose figure is to be read again by a date.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn due(db: &impl Db, by: NaiveDate) -> Result<Vec<StoredCause>, StoreError> {
    let rows = Entity::find().filter(Expr::col("check_on").lte(by)).all(&db.executor()).await?;
    rows.into_iter().map(parse).collect()
}

fn row(cause: &Cause, version: i32) -> table::Model {
    let is_open = cause.state != CauseState::Closed;
    table::Model {
        id: cause.id.0,
        open_key: is_open.then(|| format!("{} {}", cause.agent_id, cause.figure)),
        agent_id: cause.agent_id.0,
        team_id: cause.team_id.0,
        state: word(&cause.state),
        check_on: cause.check_on,
        details: json(cause),
        version,
    }
}

fn parse(row: table::Model) -> Result<StoredCause, StoreError> {
    Ok(StoredCause { cause: Reader::new("causes", row.id).json("details", row.details)?, version: row.version })
}

//! Figures held back because nobody knows whose they are, and what has been said of names.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::connection::Executor;
use super::editable::{Listed, Page, page_rows, stored};
use super::entities::{agent_aliases, held_figures};
use super::row::{Reader, json, word};
use super::scope::{queue_within, shop_within};
use super::{Db, StoreError, Tx};
use crate::domain::access::Scope;
use crate::domain::figure_day::{HeldReason, Place, Register};
use crate::domain::ids::{AgentId, FigureImportId, HeldFigureId, QueueId, ShopId};

/// Rows of one statement: 12 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 2_000;

/// One register whose agent is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldFigure {
    /// Identity.
    pub id: HeldFigureId,
    /// When it came.
    pub at: DateTime<Utc>,
    /// With which import; `None` for the API.
    pub import_id: Option<FigureImportId>,
    /// The row of the file.
    pub row: Option<u32>,
    /// Whom it names.
    pub agent_name: String,
    /// Why it is nobody's.
    pub reason: HeldReason,
    /// Who could be meant.
    pub candidates: Vec<AgentId>,
    /// Where.
    pub place: Place,
    /// What was recorded.
    pub register: Register,
}

/// Holds registers back.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn insert(tx: &Tx, held: &[HeldFigure]) -> Result<(), StoreError> {
    for some in held.chunks(CHUNK) {
        let rows = some.iter().map(|held| row(held).into_active_model().reset_all());
        held_figures::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}

/// Lists what is held back of places within the scope, oldest first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, scope: &Scope, shop_id: Option<ShopId>, page: Page) -> Result<Listed<HeldFigure>, StoreError> {
    let mut query = held_figures::Entity::find().filter(place_within(scope));
    if let Some(shop_id) = shop_id {
        query = query.filter(Expr::col("shop_id").eq(shop_id.0));
    }
    let (rows, has_more) = page_rows(db, query, page).await?;
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

/// What is held back under a name of a shop's files, of places within the scope.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn of_name(db: &impl Db, scope: &Scope, shop_id: ShopId, name: &str) -> Result<Vec<HeldFigure>, StoreError> {
    let query = held_figures::Entity::find().filter(place_within(scope)).filter(named(shop_id, name));
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// Lets go of what was held back; the caller has stored it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn release(tx: &Tx, held: &[HeldFigure]) -> Result<(), StoreError> {
    for some in held.chunks(CHUNK) {
        let ids = Expr::col("id").is_in(some.iter().map(|held| held.id.0));
        held_figures::Entity::delete_many().filter(ids).exec(&tx.executor()).await?;
    }
    Ok(())
}

/// Registers of a queue are for whoever reaches its team; those of a shop as one, for whoever reaches its site.
fn place_within(scope: &Scope) -> SimpleExpr {
    let of_shop = Expr::col("queue_id").is_null().and(shop_within("shop_id", scope));
    queue_within("queue_id", scope).or(of_shop)
}

fn named(shop_id: ShopId, name: &str) -> SimpleExpr {
    Expr::col("shop_id").eq(shop_id.0).and(Expr::col("agent_name").eq(name))
}

/// Notes who a name in a shop's files is.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn remember(tx: &Tx, shop_id: ShopId, name: &str, agent_id: AgentId) -> Result<(), StoreError> {
    let row = agent_aliases::Model { shop_id: shop_id.0, name: name.to_owned(), agent_id: agent_id.0 };
    let overwrite = OnConflict::columns(["shop_id", "name"]).update_columns(["agent_id"]).to_owned();
    let insert = agent_aliases::Entity::insert(row.into_active_model().reset_all()).on_conflict(overwrite);
    insert.exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Everything that has been said of names.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn aliases(db: &impl Db) -> Result<Vec<(ShopId, String, AgentId)>, StoreError> {
    let rows = agent_aliases::Entity::find().all(&db.executor()).await?;
    Ok(rows.into_iter().map(|row| (ShopId(row.shop_id), row.name, AgentId(row.agent_id))).collect())
}

fn row(held: &HeldFigure) -> held_figures::Model {
    held_figures::Model {
        id: held.id.0,
        at: stored(held.at),
        import_id: held.import_id.map(|import| import.0),
        row: held.row.map(i64::from),
        agent_name: held.agent_name.clone(),
        reason: word(&held.reason),
        candidates: json(&held.candidates),
        shop_id: held.place.shop_id.0,
        queue_id: held.place.queue_id.map(|queue| queue.0),
        starts_at: stored(held.register.starts_at),
        minutes: i64::from(held.register.minutes),
        counts: json(&held.register.counts),
    }
}

fn parse(row: held_figures::Model) -> Result<HeldFigure, StoreError> {
    let reader = Reader::new("held_figures", row.id);
    let counts = reader.json("counts", row.counts)?;
    Ok(HeldFigure {
        id: HeldFigureId(row.id),
        at: row.at,
        import_id: row.import_id.map(FigureImportId),
        row: row.row.map(|number| reader.whole("row", number)).transpose()?,
        agent_name: row.agent_name,
        reason: reader.word("reason", row.reason)?,
        candidates: reader.json("candidates", row.candidates)?,
        place: Place { shop_id: ShopId(row.shop_id), queue_id: row.queue_id.map(QueueId) },
        register: Register { starts_at: row.starts_at, minutes: reader.whole("minutes", row.minutes)?, counts },
    })
}

//! What published rosters still need.

use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::entities::{assignments, rosters};
use super::row::word;
use super::{Db, StoreError, scope};
use crate::domain::ids::TeamId;
use crate::domain::roster::RosterStatus;

/// What stands in the way, in the plural.
pub const ASSIGNMENTS: &str = "assignments of published rosters from today on";
/// What stands in the way of a team, in the plural.
pub const ROSTERS: &str = "published rosters from this week on";

/// The first local date that is not over everywhere on earth.
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    now.date_naive() - Days::new(1)
}

/// How many assignments of published rosters on `from` or later have `id` in `column`.
pub async fn uses(db: &impl Db, column: &'static str, id: Uuid, from: NaiveDate) -> Result<u64, StoreError> {
    let published = scope::select("id", "rosters", Expr::col("status").eq(word(&RosterStatus::Published)));
    let query = assignments::Entity::find()
        .filter(Expr::col(column).eq(id))
        .filter(Expr::col("date").gte(from))
        .filter(Expr::col("roster_id").in_subquery(published));
    Ok(query.count(&db.executor()).await?)
}

/// How many published rosters of the team are for a week that ends on `from` or later.
pub async fn rosters_of(db: &impl Db, team_id: TeamId, from: NaiveDate) -> Result<u64, StoreError> {
    let query = rosters::Entity::find()
        .filter(Expr::col("team_id").eq(team_id.0))
        .filter(Expr::col("week_start").gte(from - Days::new(6)))
        .filter(Expr::col("status").eq(word(&RosterStatus::Published)));
    Ok(query.count(&db.executor()).await?)
}

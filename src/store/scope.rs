//! What a scope leaves of a list.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{EntityTrait, QueryFilter, Select};

use crate::domain::access::Scope;

/// `column` holds the id of a team that the scope reaches.
pub fn team_within(column: &'static str, scope: &Scope) -> SimpleExpr {
    match scope {
        Scope::Everything => Expr::value(true),
        Scope::Teams(teams) => Expr::col(column).is_in(teams.iter().map(|team| team.0)),
    }
}

/// `column` holds the id of a site that a team in the scope works at.
pub fn site_within(column: &'static str, scope: &Scope) -> SimpleExpr {
    within(column, scope, || select("site_id", "teams", team_within("id", scope)))
}

/// `column` holds the id of a shop of a site that a team in the scope works at.
pub fn shop_within(column: &'static str, scope: &Scope) -> SimpleExpr {
    within(column, scope, || select("id", "shops", site_within("site_id", scope)))
}

/// `column` holds the id of an agent of a team in the scope.
pub fn agent_within(column: &'static str, scope: &Scope) -> SimpleExpr {
    within(column, scope, || select("id", "agents", team_within("team_id", scope)))
}

fn within(column: &'static str, scope: &Scope, ids: impl FnOnce() -> SelectStatement) -> SimpleExpr {
    match scope {
        Scope::Everything => Expr::value(true),
        Scope::Teams(_) => Expr::col(column).in_subquery(ids()),
    }
}

/// The `column` of the rows of `table` that satisfy `condition`.
pub fn select(column: &'static str, table: &'static str, condition: SimpleExpr) -> SelectStatement {
    Query::select().column(column).from(table).and_where(condition).take()
}

/// Leaves archived rows out unless they are wanted.
pub fn archived_too<E: EntityTrait>(query: Select<E>, include_archived: bool) -> Select<E> {
    if include_archived { query } else { query.filter(Expr::col("archived_at").is_null()) }
}

/// `column` holds the id of a queue of a team in the scope.
pub fn queue_within(column: &'static str, scope: &Scope) -> SimpleExpr {
    within(column, scope, || select("id", "queues", team_within("team_id", scope)))
}

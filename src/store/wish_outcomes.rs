//! What published rosters made of wishes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::assignments::published;
use super::entities::assignments::Column;
use super::entities::rosters;
use super::row::word;
use super::wishes::{self, WishFilter};
use super::{Db, Page, StoreError, scope};
use crate::domain::absence::Wish;
use crate::domain::access::Scope;
use crate::domain::ids::{AgentId, ShiftTemplateId};
use crate::domain::roster::RosterStatus;

/// A wish of a week that was planned, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct WishOutcome {
    /// What was wished.
    pub wish: Wish,
    /// What the agent worked on the date by published rosters; nothing on a day off.
    pub worked: Vec<ShiftTemplateId>,
}

/// The wishes for dates from `from` to `until`, both included, of agents of teams in the scope, with what published rosters
/// made of them. A week without a published roster of these teams decides nothing.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, scope: &Scope, from: NaiveDate, until: NaiveDate) -> Result<Vec<WishOutcome>, StoreError> {
    let filter =
        WishFilter { scope, team_id: None, agent_id: None, from: Some(from), until: Some(until), include_archived: false };
    let wished = wishes::list(db, &filter, Page::ALL).await?.items;
    if wished.is_empty() {
        return Ok(Vec::new());
    }
    let planned = planned_weeks(db, scope, from, until).await?;
    let mut worked = worked_on_wished_dates(db, scope, from, until).await?;
    let is_decided = |wish: &Wish| planned.contains(&monday_of(wish.date));
    let decided = wished.into_iter().map(|row| row.value).filter(is_decided);
    let outcome = |wish: Wish| WishOutcome { worked: worked.entry((wish.agent_id, wish.date)).or_default().clone(), wish };
    Ok(decided.map(outcome).collect())
}

/// The weeks for which a team in the scope has a published roster.
async fn planned_weeks(
    db: &impl Db,
    scope: &Scope,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<BTreeSet<NaiveDate>, StoreError> {
    let weeks: Vec<NaiveDate> = rosters::Entity::find()
        .select_only()
        .column(rosters::Column::WeekStart)
        .filter(scope::team_within("team_id", scope))
        .filter(Expr::col("status").eq(word(&RosterStatus::Published)))
        .filter(Expr::col("week_start").between(monday_of(from), until))
        .into_tuple()
        .all(&db.executor())
        .await?;
    Ok(weeks.into_iter().collect())
}

/// What agents worked on the dates they wished something for.
async fn worked_on_wished_dates(
    db: &impl Db,
    scope: &Scope,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<BTreeMap<(AgentId, NaiveDate), Vec<ShiftTemplateId>>, StoreError> {
    let wished = scope::select("agent_id", "wishes", is_wished(scope, from, until)).column("date").take();
    let key = Expr::tuple([Expr::col("agent_id"), Expr::col("date")]);
    let rows: Vec<(Uuid, NaiveDate, Uuid)> = published()
        .select_only()
        .columns([Column::AgentId, Column::Date, Column::ShiftTemplateId])
        .filter(key.in_subquery(wished))
        .into_tuple()
        .all(&db.executor())
        .await?;
    let mut worked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (agent, date, template) in rows {
        worked.entry((AgentId(agent), date)).or_default().push(ShiftTemplateId(template));
    }
    Ok(worked)
}

fn is_wished(scope: &Scope, from: NaiveDate, until: NaiveDate) -> SimpleExpr {
    let is_kept = Expr::col("archived_at").is_null().and(Expr::col("date").between(from, until));
    scope::agent_within("agent_id", scope).and(is_kept)
}

fn monday_of(date: NaiveDate) -> NaiveDate {
    date - Days::new(date.weekday().num_days_from_monday().into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::absence::WishKind;
    use crate::domain::ids::WishId;

    on_both! {
        a_published_roster_decides_the_wishes_of_its_week_and_a_draft_none(store) {
            let desk = testing::desk(&store).await;
            let monday = testing::monday();
            let day_off = |days: u64| Wish {
                id: WishId::generate(),
                agent_id: desk.agent.id,
                date: monday + Days::new(days),
                kind: WishKind::DayOff,
                shift_template_id: None,
                weight: 3,
            };
            let [at_work, off, next_week, taken_back] = [0, 6, 7, 1].map(day_off);
            for wish in [&at_work, &off, &next_week, &taken_back] {
                wishes::insert(&store, wish, NOW).await.unwrap();
            }
            wishes::archive(&store, taken_back.id, 1, NOW).await.unwrap();
            let own = Scope::Teams([desk.team.id].into());
            let (from, until) = (monday - Days::new(7), monday + Days::new(13));
            assert_eq!(list(&store, &own, from, until).await.unwrap(), []);
            testing::publish(&store, &desk).await;
            let mut found = list(&store, &own, from, until).await.unwrap();
            found.sort_by_key(|outcome| outcome.wish.date);
            let worked = vec![desk.template.id];
            assert_eq!(found, [WishOutcome { wish: at_work, worked }, WishOutcome { wish: off, worked: vec![] }]);
            let others = Scope::Teams([crate::domain::ids::TeamId::generate()].into());
            assert_eq!(list(&store, &others, from, until).await.unwrap(), []);
            assert_eq!(list(&store, &own, monday + Days::new(7), until).await.unwrap(), []);
        }
    }
}

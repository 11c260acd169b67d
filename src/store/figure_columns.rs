//! Days of figures for a comparison: tens of thousands of registers at once, read column by column.

use chrono::NaiveDate;
use rayon::prelude::*;
use sea_orm::sea_query::{Alias, BinOper, Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::entities::figure_days;
use super::figure_days::{FigureFilter, condition, place_id};
use super::row::Reader;
use super::{Db, StoreError};
use crate::domain::figure_day::{FigureKey, Place};
use crate::domain::figure_table::FigureTable;
use crate::domain::ids::{AgentId, QueueId, ShopId, TeamId};
use crate::domain::measure::Measure;

/// Days of one table: enough to make a table worth while, and few enough for every thread to get some.
const TABLE_DAYS: usize = 512;

/// Days as they are stored. Their registers are read apart: that is work of some milliseconds, and not for the threads that
/// answer requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDays(Vec<DaysOfTeam>);

/// The days of a team's agents on one date, a line each: agent, shop, queue or nothing, registers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DaysOfTeam {
    team_id: TeamId,
    date: NaiveDate,
    lines: String,
}

/// A day whose registers are not read yet.
type Unread<'a> = (FigureKey, TeamId, &'a str);

/// The days that a filter leaves.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(db: &impl Db, filter: &FigureFilter<'_>) -> Result<StoredDays, StoreError> {
    let executor = db.executor();
    let is_sqlite = executor.get_database_backend() == DbBackend::Sqlite;
    let id = |column: &'static str| -> SimpleExpr {
        if is_sqlite { Func::cust("hex").arg(Expr::col(column)).into() } else { Expr::col(column).cast_as(Alias::new("text")) }
    };
    let join = |left: SimpleExpr, right: SimpleExpr| left.binary(BinOper::Custom("||"), right);
    let queue: SimpleExpr = Func::coalesce([id("queue_id"), Expr::value("")]).into();
    let line = [Expr::value(" "), id("shop_id"), Expr::value(" "), queue, Expr::value(" "), Expr::col("registers")]
        .into_iter()
        .fold(id("agent_id"), join);
    // Handing over a row costs as much as reading it: one for each date instead of one for each agent and date. The index by
    // team and date gives them in order, so that nothing is sorted on the way.
    let lines = Func::cust(if is_sqlite { "group_concat" } else { "string_agg" }).args([line, Expr::value("\n")]);
    let query = Query::select()
        .columns(["team_id", "date"])
        .expr_as(lines, Alias::new("lines"))
        .from(figure_days::Entity)
        .and_where(condition(filter))
        .group_by_columns(["team_id", "date"])
        .take();
    let mut groups = Vec::new();
    for row in executor.query_all(&query).await? {
        let (team_id, date, lines) = (TeamId(row.try_get("", "team_id")?), row.try_get("", "date")?, row.try_get("", "lines")?);
        groups.push(DaysOfTeam { team_id, date, lines });
    }
    Ok(StoredDays(groups))
}

impl StoredDays {
    /// Reads those measures of their registers for which `is_wanted` has a true, into tables: by agent, date and place.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn read(&self, is_wanted: &[bool; Measure::COUNT]) -> Result<Vec<FigureTable>, StoreError> {
        let days: Result<Vec<Vec<Unread<'_>>>, StoreError> = self.0.par_iter().map(DaysOfTeam::unread).collect();
        let mut days = days?.concat();
        days.par_sort_unstable_by_key(|(key, ..)| (key.agent_id, key.date, place_id(key.place)));
        days.par_chunks(TABLE_DAYS).map(|days| table(days, is_wanted)).collect()
    }
}

impl DaysOfTeam {
    fn unread(&self) -> Result<Vec<Unread<'_>>, StoreError> {
        self.lines.lines().map(|line| self.day(line)).collect()
    }

    fn day<'a>(&self, line: &'a str) -> Result<Unread<'a>, StoreError> {
        let reader = || Reader::new("figure_days", format!("{} {}", self.team_id, self.date));
        let id = |text: &str| Uuid::try_parse(text).or_else(|fault| reader().checked("ids", Err(fault)));
        let mut parts = line.splitn(4, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let (agent_id, shop_id, queue_id) = (AgentId(id(part())?), ShopId(id(part())?), part());
        let queue_id = if queue_id.is_empty() { None } else { Some(QueueId(id(queue_id)?)) };
        let key = FigureKey { agent_id, date: self.date, place: Place { shop_id, queue_id } };
        Ok((key, self.team_id, part()))
    }
}

fn table(days: &[Unread<'_>], is_wanted: &[bool; Measure::COUNT]) -> Result<FigureTable, StoreError> {
    let mut table = FigureTable::default();
    for (key, team_id, registers) in days {
        let mut text = serde_json::Deserializer::from_str(registers);
        if let Err(fault) = table.push((*key, *team_id), &mut text, is_wanted).and_then(|()| text.end()) {
            return Reader::new("figure_days", format!("{} {}", key.agent_id, key.date)).checked("registers", Err(fault));
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::super::connection::Executor;
    use super::super::figure_days::{Correction, merge};
    use super::super::testing::{self, NOW, on_both};
    use super::*;
    use crate::domain::access::Scope;
    use crate::domain::agent::Agent;
    use crate::domain::figure_day::{FigureDay, Register};
    use crate::store::agents;

    on_both! {
        days_are_read_by_agent_date_and_place_whatever_order_they_came_in(store) {
            let desk = testing::desk(&store).await;
            // Made later, its id is the greater one: by agent it comes last, by date first.
            let colleague = Agent { id: AgentId::generate(), staff_number: "KF09".to_owned(), ..desk.agent.clone() };
            let tx = store.begin().await.unwrap();
            agents::insert(&tx, &colleague, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let day = |agent: &Agent, date: &str, queue_id: Option<QueueId>, turns: &[i64]| {
                let register = |(hour, turns): (usize, &i64)| Register {
                    starts_at: format!("{date}T{:02}:00:00Z", 8 + hour).parse().unwrap(),
                    minutes: 60,
                    counts: [(Measure::Turns, *turns), (Measure::Sessions, 1)].into_iter().collect(),
                };
                let key = FigureKey {
                    agent_id: agent.id,
                    date: date.parse().unwrap(),
                    place: Place { shop_id: desk.shop.id, queue_id },
                };
                FigureDay { key, team_id: desk.team.id, registers: turns.iter().enumerate().map(register).collect() }
            };
            let days = [
                day(&desk.agent, "2026-11-24", None, &[3]),
                day(&desk.agent, "2026-11-22", Some(desk.queue.id), &[1, 2]),
                day(&desk.agent, "2026-11-25", None, &[4]),
                day(&colleague, "2026-11-22", None, &[5]),
            ];
            let tx = store.begin().await.unwrap();
            for day in &days {
                merge(&tx, std::slice::from_ref(day), Correction { import_id: None, actor_name: "张", at: NOW }).await.unwrap();
            }
            tx.commit().await.unwrap();
            let scope = Scope::Teams([desk.team.id].into());
            let (from, until) = ("2026-11-22".parse().unwrap(), "2026-11-25".parse().unwrap());
            let filter =
                FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from, until };
            let mut is_wanted = [false; Measure::COUNT];
            is_wanted[Measure::Turns.index()] = true;
            let tables = list(&store, &filter).await.unwrap().read(&is_wanted).unwrap();
            assert_eq!(tables.len(), 1);
            let found: Vec<_> = tables[0].days.iter().map(|day| (day.key, day.team_id)).collect();
            assert_eq!(found, [1, 0, 3].map(|place: usize| (days[place].key, desk.team.id)));
            assert_eq!(tables[0].column(Measure::Turns).unwrap(), [1.0, 2.0, 3.0, 5.0]);
            assert_eq!(tables[0].column(Measure::Sessions), None);
            let elsewhere = Scope::Teams([TeamId::generate()].into());
            let filter = FigureFilter { scope: &elsewhere, ..filter };
            assert_eq!(list(&store, &filter).await.unwrap().read(&is_wanted).unwrap(), []);
        }

        a_day_that_does_not_read_is_named(store) {
            let desk = testing::desk(&store).await;
            let register = Register { starts_at: NOW, minutes: 60, counts: [(Measure::Turns, 1)].into_iter().collect() };
            let key = FigureKey { agent_id: desk.agent.id, date: NOW.date_naive(), place: Place { shop_id: desk.shop.id, queue_id: None } };
            let day = FigureDay { key, team_id: desk.team.id, registers: [register].into_iter().collect() };
            let tx = store.begin().await.unwrap();
            merge(&tx, &[day], Correction { import_id: None, actor_name: "张", at: NOW }).await.unwrap();
            tx.executor().execute_unprepared("UPDATE figure_days SET registers = '{}x'").await.unwrap();
            tx.commit().await.unwrap();
            let scope = Scope::Everything;
            let until = key.date + chrono::Days::new(1);
            let filter =
                FigureFilter { scope: &scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from: key.date, until };
            let fault = list(&store, &filter).await.unwrap().read(&[true; Measure::COUNT]).unwrap_err();
            assert!(matches!(&fault, StoreError::Corrupt { table: "figure_days", id, .. } if id.contains("2026-11-22")), "{fault}");
        }
    }
}

//! Days of figures. A large table: written and read in bulk, and added up by the database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, OnConflict, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, Select};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::stored;
use super::entities::{figure_corrections, figure_days};
use super::row::Reader;
use super::{Db, StoreError, Tx, scope};
use crate::domain::access::Scope;
use crate::domain::figure::{Figure, LinearSum, Tally};
use crate::domain::figure_day::{DayRegisters, FigureDay, FigureKey, LeftOut, Place};
use crate::domain::ids::{AgentId, FigureImportId, QueueId, ShopId, TeamId};
use crate::domain::measure::Measure;

const KEY_COLUMNS: [&str; 7] = ["agent_id", "date", "place_id", "shop_id", "queue_id", "team_id", "registers"];
/// Rows of one statement: 52 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 600;
/// Agents named in one statement.
const AGENTS: usize = 5_000;

/// Who changes days of figures, and with what.
#[derive(Debug, Clone, Copy)]
pub struct Correction<'a> {
    /// The import that brought them; `None` for the API.
    pub import_id: Option<FigureImportId>,
    /// Display name of who did it.
    pub actor_name: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// What became of the registers given. Counts are of registers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MergeCounts {
    /// Not there before.
    pub inserted: u64,
    /// There with another count, or without one of them.
    pub changed: u64,
    /// There just so.
    pub unchanged: u64,
    /// Left out, because they would count work twice.
    pub left_out: Vec<(FigureKey, LeftOut)>,
}

/// A day as it was before a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedDay {
    /// When it was corrected.
    pub at: DateTime<Utc>,
    /// By which import.
    pub import_id: Option<FigureImportId>,
    /// By whom.
    pub actor_name: String,
    /// Which place: a queue, or a shop where the queue is not known.
    pub place_id: Uuid,
    /// What it was before.
    pub before: DayRegisters,
}

/// Which days to read.
#[derive(Debug, Clone, Copy)]
pub struct FigureFilter<'a> {
    /// Only those of teams in here.
    pub scope: &'a Scope,
    /// Only those of this agent.
    pub agent_id: Option<AgentId>,
    /// Only those of these teams.
    pub team_ids: Option<&'a BTreeSet<TeamId>>,
    /// Only those of this shop.
    pub shop_id: Option<ShopId>,
    /// Only those of this queue.
    pub queue_id: Option<QueueId>,
    /// From this local date on.
    pub from: NaiveDate,
    /// Up to the day before this one.
    pub until: NaiveDate,
}

/// By what sums are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// By agent.
    Agent,
    /// By team, as it was then.
    Team,
    /// By shop.
    Shop,
    /// By queue; days whose queue is not known are one group.
    Queue,
    /// By local date.
    Date,
}

impl Grain {
    fn column(self) -> &'static str {
        match self {
            Self::Agent => "agent_id",
            Self::Team => "team_id",
            Self::Shop => "shop_id",
            Self::Queue => "queue_id",
            Self::Date => "date",
        }
    }
}

/// The group that sums belong to; what they are not grouped by is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SumKey {
    /// The local date.
    pub date: Option<NaiveDate>,
    /// The team.
    pub team_id: Option<TeamId>,
    /// The shop.
    pub shop_id: Option<ShopId>,
    /// The queue.
    pub queue_id: Option<QueueId>,
    /// The agent.
    pub agent_id: Option<AgentId>,
}

/// Lays days over those that are stored, register by register. What a stored register said before is kept as a correction. Of
/// days with one key all count, the later ones over the earlier ones.
///
/// # Errors
/// [`StoreError::UnknownReference`] for an agent, shop, queue or team that is not there.
pub async fn merge(tx: &Tx, days: &[FigureDay], correction: Correction<'_>) -> Result<MergeCounts, StoreError> {
    let mut by_key: BTreeMap<FigureKey, (TeamId, Vec<&FigureDay>)> = BTreeMap::new();
    for day in days {
        by_key.entry(day.key).or_insert_with(|| (day.team_id, Vec::new())).1.push(day);
    }
    let by_key: Vec<_> = by_key.into_iter().collect();
    let mut counts = MergeCounts::default();
    for chunk in by_key.chunks(CHUNK) {
        merge_chunk(tx, chunk, correction, &mut counts).await?;
    }
    Ok(counts)
}

async fn merge_chunk(
    tx: &Tx,
    chunk: &[(FigureKey, (TeamId, Vec<&FigureDay>))],
    correction: Correction<'_>,
    counts: &mut MergeCounts,
) -> Result<(), StoreError> {
    let there = stored_days(tx, chunk.iter().map(|(key, _)| *key)).await?;
    let mut written = Vec::new();
    let mut corrections = Vec::new();
    for (key, (team_id, days)) in chunk {
        let before = there.get(key);
        let nothing = DayRegisters::default();
        let known = before.map_or(&nothing, |day| &day.registers);
        let merged = known.merged(days.iter().flat_map(|day| day.registers.registers()));
        counts.inserted += merged.inserted;
        counts.changed += merged.changed;
        counts.unchanged += merged.unchanged;
        counts.left_out.extend(merged.left_out.into_iter().map(|left_out| (*key, left_out)));
        if merged.inserted + merged.changed == 0 {
            continue;
        }
        if merged.changed > 0 && before.is_some() {
            corrections.push(correction_row(*key, known, correction));
        }
        let team_id = before.map_or(*team_id, |day| day.team_id);
        written.push(FigureDay { key: *key, team_id, registers: merged.registers });
    }
    if !corrections.is_empty() {
        figure_corrections::Entity::insert_many(corrections).exec_without_returning(&tx.executor()).await?;
    }
    if !written.is_empty() {
        write(tx, &written).await?;
    }
    Ok(())
}

/// The stored days among some keys, which are sorted by agent.
async fn stored_days(
    tx: &Tx,
    keys: impl Iterator<Item = FigureKey> + Clone,
) -> Result<BTreeMap<FigureKey, FigureDay>, StoreError> {
    let agents: BTreeSet<Uuid> = keys.clone().map(|key| key.agent_id.0).collect();
    let (Some(first), Some(last)) = (keys.clone().map(|key| key.date).min(), keys.map(|key| key.date).max()) else {
        return Ok(BTreeMap::new());
    };
    let query =
        figure_days::Entity::find().filter(Expr::col("agent_id").is_in(agents)).filter(Expr::col("date").between(first, last));
    let days = query.all(&tx.executor()).await?.into_iter().map(parse);
    days.map(|day| day.map(|day| (day.key, day))).collect()
}

fn correction_row(key: FigureKey, before: &DayRegisters, correction: Correction<'_>) -> figure_corrections::ActiveModel {
    use sea_orm::{ActiveModelTrait, IntoActiveModel};
    let row = figure_corrections::Model {
        id: Uuid::now_v7(),
        at: stored(correction.at),
        import_id: correction.import_id.map(|import| import.0),
        actor_name: correction.actor_name.to_owned(),
        agent_id: key.agent_id.0,
        date: key.date,
        place_id: place_id(key.place),
        before: text(before),
    };
    row.into_active_model().reset_all()
}

async fn write(tx: &Tx, days: &[FigureDay]) -> Result<(), StoreError> {
    let mut insert = Query::insert();
    let measures = Measure::ALL.map(Measure::code);
    insert.into_table(figure_days::Entity).columns(KEY_COLUMNS.into_iter().chain(measures));
    for day in days {
        let FigureKey { agent_id, date, place } = day.key;
        let key: [SimpleExpr; 7] = [
            agent_id.0.into(),
            date.into(),
            place_id(place).into(),
            place.shop_id.0.into(),
            place.queue_id.map(|queue| queue.0).into(),
            day.team_id.0.into(),
            text(&day.registers).into(),
        ];
        let sums = Measure::ALL.into_iter().map(|measure| SimpleExpr::from(day.registers.sum(measure)));
        insert.values_panic(key.into_iter().chain(sums));
    }
    let overwrite = OnConflict::columns(["agent_id", "date", "place_id"])
        .update_columns(["registers"].into_iter().chain(measures))
        .to_owned();
    tx.executor().execute(insert.on_conflict(overwrite)).await?;
    Ok(())
}

pub(super) fn place_id(place: Place) -> Uuid {
    place.queue_id.map_or(place.shop_id.0, |queue| queue.0)
}

fn text(registers: &DayRegisters) -> String {
    serde_json::to_string(registers).expect("counts have text keys and whole figures")
}

/// The days that a filter leaves, registers included, by agent, date and place.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &FigureFilter<'_>) -> Result<Vec<FigureDay>, StoreError> {
    let query: Select<figure_days::Entity> = figure_days::Entity::find()
        .filter(condition(filter))
        .order_by_asc(figure_days::Column::AgentId)
        .order_by_asc(figure_days::Column::Date)
        .order_by_asc(figure_days::Column::PlaceId);
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// The days of some agents in `[from, until)`, whatever team they were in.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn of_agents(
    db: &impl Db,
    agents: &[AgentId],
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<FigureDay>, StoreError> {
    let mut days = Vec::new();
    for some in agents.chunks(AGENTS) {
        let query = figure_days::Entity::find()
            .filter(Expr::col("agent_id").is_in(some.iter().map(|agent| agent.0)))
            .filter(Expr::col("date").gte(from).and(Expr::col("date").lt(until)));
        for row in query.all(&db.executor()).await? {
            days.push(parse(row)?);
        }
    }
    Ok(days)
}

/// The sums of figures over the days that a filter leaves, added up by the database. A day counts for a figure when all the
/// figure's measures were recorded on it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn sums(
    db: &impl Db,
    filter: &FigureFilter<'_>,
    by: &[Grain],
    figures: &[Figure],
) -> Result<BTreeMap<SumKey, Vec<Tally>>, StoreError> {
    let mut query: SelectStatement = Query::select().from(figure_days::Entity).and_where(condition(filter)).take();
    for grain in by {
        query.column(grain.column()).group_by_col(grain.column());
    }
    for (place, figure) in figures.iter().enumerate() {
        query.expr_as(guarded(figure, &figure.above), Alias::new(format!("above_{place}")));
        query.expr_as(guarded(figure, &figure.below), Alias::new(format!("below_{place}")));
    }
    let rows = db.executor().query_all(&query).await?;
    rows.iter().map(|row| Ok((key_of(row, by)?, tallies(row, figures.len())?))).collect()
}

/// The sum of one side of a figure over the days that have all its measures.
fn guarded(figure: &Figure, side: &LinearSum) -> SimpleExpr {
    let is_there = figure.measures().into_iter().map(|measure| Expr::col(measure.code()).is_not_null());
    let is_there = is_there.reduce(ExprTrait::and).unwrap_or_else(|| Expr::value(true));
    // In double precision on both: PostgreSQL would answer a sum of whole numbers in decimals.
    let terms = side
        .terms
        .iter()
        .map(|(measure, factor)| Expr::col(measure.code()).cast_as(Alias::new("double precision")).mul(Expr::value(*factor)));
    let value = terms.reduce(ExprTrait::add).unwrap_or_else(|| Expr::value(side.constant));
    let case: SimpleExpr = CaseStatement::new().case(is_there, value).finally(Expr::value(0.0)).into();
    case.sum()
}

fn key_of(row: &QueryResult, by: &[Grain]) -> Result<SumKey, StoreError> {
    let mut key = SumKey::default();
    for grain in by {
        match grain {
            Grain::Agent => key.agent_id = Some(AgentId(row.try_get("", "agent_id")?)),
            Grain::Team => key.team_id = Some(TeamId(row.try_get("", "team_id")?)),
            Grain::Shop => key.shop_id = Some(ShopId(row.try_get("", "shop_id")?)),
            Grain::Queue => key.queue_id = row.try_get::<Option<Uuid>>("", "queue_id")?.map(QueueId),
            Grain::Date => key.date = Some(row.try_get("", "date")?),
        }
    }
    Ok(key)
}

/// Without any day there is one row of nothing.
fn tallies(row: &QueryResult, figures: usize) -> Result<Vec<Tally>, StoreError> {
    let side = |name: String| row.try_get::<Option<f64>>("", &name).map(Option::unwrap_or_default);
    let tally = |place| Ok(Tally { above: side(format!("above_{place}"))?, below: side(format!("below_{place}"))? });
    (0..figures).map(tally).collect()
}

pub(super) fn condition(filter: &FigureFilter<'_>) -> SimpleExpr {
    let mut condition = Expr::col("date").gte(filter.from).and(Expr::col("date").lt(filter.until));
    condition = condition.and(scope::team_within("team_id", filter.scope));
    if let Some(agent_id) = filter.agent_id {
        condition = condition.and(Expr::col("agent_id").eq(agent_id.0));
    }
    if let Some(teams) = filter.team_ids {
        condition = condition.and(Expr::col("team_id").is_in(teams.iter().map(|team| team.0)));
    }
    if let Some(shop_id) = filter.shop_id {
        condition = condition.and(Expr::col("shop_id").eq(shop_id.0));
    }
    if let Some(queue_id) = filter.queue_id {
        condition = condition.and(Expr::col("queue_id").eq(queue_id.0));
    }
    condition
}

/// What the days of an agent said before they were corrected, the latest correction first.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn corrections(db: &impl Db, agent_id: AgentId, date: NaiveDate) -> Result<Vec<CorrectedDay>, StoreError> {
    let query = figure_corrections::Entity::find()
        .filter(Expr::col("agent_id").eq(agent_id.0).and(Expr::col("date").eq(date)))
        .order_by_desc(figure_corrections::Column::Id);
    let parse = |row: figure_corrections::Model| {
        let before = Reader::new("figure_corrections", row.id).checked("before", serde_json::from_str(&row.before))?;
        let (at, actor_name, place_id) = (row.at, row.actor_name, row.place_id);
        Ok(CorrectedDay { at, import_id: row.import_id.map(FigureImportId), actor_name, place_id, before })
    };
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

fn parse(row: figure_days::Model) -> Result<FigureDay, StoreError> {
    let registers = serde_json::from_str(&row.registers);
    let registers = match registers {
        Ok(registers) => registers,
        Err(_) => Reader::new("figure_days", format!("{} {}", row.agent_id, row.date)).checked("registers", registers)?,
    };
    let place = Place { shop_id: ShopId(row.shop_id), queue_id: row.queue_id.map(QueueId) };
    let key = FigureKey { agent_id: AgentId(row.agent_id), date: row.date, place };
    Ok(FigureDay { key, team_id: TeamId(row.team_id), registers })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, Desk, NOW, on_both};
    use super::*;
    use crate::domain::figure_day::Register;
    use crate::team::figures::shipped;

    fn day(desk: &Desk, queue_id: Option<QueueId>, date: &str, registers: &[(u32, &[(Measure, i64)])]) -> FigureDay {
        let registers = registers.iter().map(|(hour, counts)| Register {
            starts_at: format!("{date}T{hour:02}:00:00Z").parse().unwrap(),
            minutes: 120,
            counts: counts.iter().copied().collect(),
        });
        let place = Place { shop_id: desk.shop.id, queue_id };
        let key = FigureKey { agent_id: desk.agent.id, date: date.parse().unwrap(), place };
        FigureDay { key, team_id: desk.team.id, registers: registers.collect() }
    }

    async fn merged(store: &super::super::Store, days: &[FigureDay], who: &str) -> MergeCounts {
        let tx = store.begin().await.unwrap();
        let correction = Correction { import_id: None, actor_name: who, at: NOW };
        let counts = merge(&tx, days, correction).await.unwrap();
        tx.commit().await.unwrap();
        counts
    }

    fn all<'a>(scope: &'a Scope) -> FigureFilter<'a> {
        let (from, until) = ("2026-11-01".parse().unwrap(), "2026-12-01".parse().unwrap());
        FigureFilter { scope, agent_id: None, team_ids: None, shop_id: None, queue_id: None, from, until }
    }

    fn conversion() -> Figure {
        shipped().iter().find(|figure| figure.spec.code == "order_conversion").unwrap().clone()
    }

    on_both! {
        the_same_days_twice_change_nothing_and_a_correction_keeps_what_was(store) {
            let desk = testing::desk(&store).await;
            let first = day(&desk, None, "2026-11-22", &[(8, &[(Measure::Inquirers, 10), (Measure::OrderedPeople, 3)]), (10, &[(Measure::Inquirers, 4)])]);
            assert_eq!(merged(&store, std::slice::from_ref(&first), "张").await, MergeCounts { inserted: 2, ..MergeCounts::default() });
            assert_eq!(merged(&store, std::slice::from_ref(&first), "张").await, MergeCounts { unchanged: 2, ..MergeCounts::default() });
            let date = first.key.date;
            assert_eq!(corrections(&store, desk.agent.id, date).await.unwrap(), []);
            let late = day(&desk, None, "2026-11-22", &[(8, &[(Measure::OrderedPeople, 5)])]);
            assert_eq!(merged(&store, &[late], "李").await, MergeCounts { changed: 1, ..MergeCounts::default() });
            let kept = corrections(&store, desk.agent.id, date).await.unwrap();
            assert_eq!((kept.len(), kept[0].actor_name.as_str(), &kept[0].before), (1, "李", &first.registers));
            let read = list(&store, &all(&Scope::Everything)).await.unwrap();
            assert_eq!(read.len(), 1);
            assert_eq!((read[0].registers.sum(Measure::Inquirers), read[0].registers.sum(Measure::OrderedPeople)), (Some(14), Some(5)));
        }

        the_database_adds_figures_up_by_what_is_asked_for(store) {
            let desk = testing::desk(&store).await;
            let days = [
                day(&desk, Some(desk.queue.id), "2026-11-22", &[(8, &[(Measure::Inquirers, 2), (Measure::OrderedPeople, 1)])]),
                day(&desk, None, "2026-11-23", &[(8, &[(Measure::Inquirers, 100), (Measure::OrderedPeople, 90)])]),
                day(&desk, None, "2026-11-24", &[(8, &[(Measure::Inquirers, 50)])]),
                day(&desk, None, "2026-12-01", &[(8, &[(Measure::Inquirers, 7), (Measure::OrderedPeople, 7)])]),
            ];
            merged(&store, &days, "张").await;
            let scope = Scope::Teams([desk.team.id].into());
            let figures = [conversion()];
            // 1 of 2 and 90 of 100; the day without orders has no part in it.
            let team = sums(&store, &all(&scope), &[Grain::Team], &figures).await.unwrap();
            let key = SumKey { team_id: Some(desk.team.id), ..SumKey::default() };
            assert_eq!(team, BTreeMap::from([(key, vec![Tally { above: 91.0, below: 102.0 }])]));
            let queues = sums(&store, &all(&scope), &[Grain::Queue, Grain::Date], &figures).await.unwrap();
            let of_queue: Vec<_> = queues.iter().map(|(key, tally)| (key.queue_id, key.date.unwrap().to_string(), tally[0].below)).collect();
            assert_eq!(of_queue[0], (Some(desk.queue.id), "2026-11-22".to_owned(), 2.0));
            assert_eq!((of_queue.len(), of_queue[2].2), (3, 0.0));
            let elsewhere = Scope::Teams([TeamId::generate()].into());
            assert_eq!(sums(&store, &all(&elsewhere), &[Grain::Team], &figures).await.unwrap(), BTreeMap::new());
            assert_eq!(list(&store, &all(&elsewhere)).await.unwrap(), []);
            let (from, until) = ("2026-11-24".parse().unwrap(), "2026-12-02".parse().unwrap());
            assert_eq!(of_agents(&store, &[desk.agent.id], from, until).await.unwrap().len(), 2);
        }

        every_measure_has_its_column(store) {
            let desk = testing::desk(&store).await;
            let counts: Vec<(Measure, i64)> = Measure::ALL.into_iter().zip(1..).collect();
            merged(&store, &[day(&desk, None, "2026-11-22", &[(8, &counts)])], "张").await;
            let figures: Vec<Figure> = Measure::ALL
                .into_iter()
                .map(|measure| Figure { above: LinearSum::of(measure), below: LinearSum { terms: vec![], constant: 1.0 }, ..conversion() })
                .collect();
            let sums = sums(&store, &all(&Scope::Everything), &[], &figures).await.unwrap();
            let sums: Vec<f64> = sums[&SumKey::default()].iter().map(|tally| tally.above).collect();
            assert_eq!(sums, (1..=45).map(f64::from).collect::<Vec<_>>());
        }
    }
}

//! Assignments. Each keeps its own copy of the shift's times, so that a template edited later moves nothing.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SelectStatement};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::stored;
use super::entities::assignments::{self, Column};
use super::entities::rosters;
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, scope};
use crate::domain::calendar::Interval;
use crate::domain::ids::{AgentId, AssignmentId, QueueId, RosterId, ShiftTemplateId, TeamId};
use crate::domain::planning::PastShift;
use crate::domain::roster::{Assignment, RosterStatus};
use crate::domain::shift::Shift;

/// Rows of one statement: 12 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 1_000;

/// An assignment with the times of its shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedAssignment {
    /// Who, when, on what.
    pub assignment: Assignment,
    /// The shift as it was placed.
    pub shift: Shift,
    /// Raised whenever it is published as another shift than before; calendars go by it.
    pub sequence: u32,
}

/// An assignment as its agent's calendar needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAssignment {
    /// The roster it is published in.
    pub roster_id: RosterId,
    /// The team of the roster.
    pub team_id: TeamId,
    /// The zone of the roster.
    pub zone: Tz,
    /// When the roster was published.
    pub published_at: DateTime<Utc>,
    /// The assignment.
    pub placed: PlacedAssignment,
}

/// Adds assignments to a draft.
pub(super) async fn insert(tx: &Tx, roster_id: RosterId, placed: &[PlacedAssignment]) -> Result<(), StoreError> {
    for some in placed.chunks(CHUNK) {
        let rows = some.iter().map(|placed| row(roster_id, placed).into_active_model().reset_all());
        assignments::Entity::insert_many(rows).exec_without_returning(&tx.executor()).await?;
    }
    Ok(())
}

/// The assignments of a roster, by start and id.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, roster_id: RosterId) -> Result<Vec<PlacedAssignment>, StoreError> {
    let query = in_order(assignments::Entity::find().filter(Expr::col("roster_id").eq(roster_id.0)));
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// Adds an assignment to a draft, or replaces the one of that id. The draft was opened in the same transaction with
/// [`change_draft`](super::rosters::change_draft).
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn put(tx: &Tx, roster_id: RosterId, placed: &PlacedAssignment) -> Result<(), StoreError> {
    let key = [Column::RosterId, Column::Id];
    let others = Column::iter().filter(|column| !matches!(column, Column::RosterId | Column::Id));
    let overwrite = OnConflict::columns(key).update_columns(others).to_owned();
    let insert = assignments::Entity::insert(row(roster_id, placed).into_active_model().reset_all()).on_conflict(overwrite);
    insert.exec_without_returning(&tx.executor()).await?;
    Ok(())
}

/// Takes an assignment out of a draft that was opened in the same transaction; `false` when it is not in it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn remove(tx: &Tx, roster_id: RosterId, id: AssignmentId) -> Result<bool, StoreError> {
    let query = assignments::Entity::delete_many().filter(Expr::col("roster_id").eq(roster_id.0).and(Expr::col("id").eq(id.0)));
    Ok(query.exec(&tx.executor()).await?.rows_affected > 0)
}

/// Replaces all assignments of a draft that was opened in the same transaction.
///
/// # Errors
/// [`StoreError::UnknownReference`].
pub async fn replace_all(tx: &Tx, roster_id: RosterId, placed: &[PlacedAssignment]) -> Result<(), StoreError> {
    let old = assignments::Entity::delete_many().filter(Expr::col("roster_id").eq(roster_id.0));
    old.exec(&tx.executor()).await?;
    insert(tx, roster_id, placed).await
}

/// The shifts that agents have in published rosters of any team on dates from `from` to `until`, both included.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn past_shifts(
    db: &impl Db,
    agent_ids: &[AgentId],
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<PastShift>, StoreError> {
    let query = in_order(published().filter(Expr::col("agent_id").is_in(agent_ids.iter().map(|agent| agent.0))))
        .filter(Expr::col("date").gte(from).and(Expr::col("date").lte(until)));
    Ok(query.all(&db.executor()).await?.into_iter().map(past).collect())
}

/// The same with breaks and paid minutes, by agent: the shifts of published rosters, and in place of those of some weeks of
/// their teams the ones of drafts that are given.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn worked_shifts(
    db: &impl Db,
    agent_ids: &[AgentId],
    (from, until): (NaiveDate, NaiveDate),
    draft: Option<&DraftWeek>,
) -> Result<HashMap<AgentId, Vec<Shift>>, StoreError> {
    let mut shifts: HashMap<AgentId, Vec<Shift>> = HashMap::new();
    for some in agent_ids.chunks(10_000) {
        let rows = match draft {
            None => published(),
            Some(draft) => assignments::Entity::find().filter(Expr::col("roster_id").in_subquery(draft.rosters())),
        };
        let query = in_order(rows.filter(Expr::col("agent_id").is_in(some.iter().map(|agent| agent.0))))
            .filter(Expr::col("date").gte(from).and(Expr::col("date").lte(until)));
        for row in query.all(&db.executor()).await? {
            let placed = parse(row)?;
            shifts.entry(placed.assignment.agent_id).or_default().push(placed.shift);
        }
    }
    Ok(shifts)
}

/// A draft that is taken for what its team will work in its week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftWeek {
    /// The draft.
    pub roster_id: RosterId,
    /// Its team.
    pub team_id: TeamId,
    /// The Monday of its week.
    pub week_start: NaiveDate,
}

impl DraftWeek {
    /// Published rosters but the one of the same team and week, and the draft.
    fn rosters(&self) -> SelectStatement {
        let replaced = Expr::col("team_id").eq(self.team_id.0).and(Expr::col("week_start").eq(self.week_start));
        let others = Expr::col("status").eq(word(&RosterStatus::Published)).and(replaced.not());
        scope::select("id", "rosters", others.or(Expr::col("id").eq(self.roster_id.0)))
    }
}

/// All shifts of some rosters, by start.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn shifts_of(db: &impl Db, rosters: &[RosterId]) -> Result<Vec<PastShift>, StoreError> {
    let query = in_order(assignments::Entity::find().filter(Expr::col("roster_id").is_in(rosters.iter().map(|id| id.0))));
    Ok(query.all(&db.executor()).await?.into_iter().map(past).collect())
}

fn past(row: assignments::Model) -> PastShift {
    let span = Interval { start: row.starts_at, end: row.ends_at };
    PastShift { agent_id: AgentId(row.agent_id), date: row.date, span }
}

/// The published assignments of an agent on dates from `from` on, by start.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn published_of_agent(
    db: &impl Db,
    agent_id: AgentId,
    from: NaiveDate,
) -> Result<Vec<PublishedAssignment>, StoreError> {
    let query = in_order(published().filter(Expr::col("agent_id").eq(agent_id.0)).filter(Expr::col("date").gte(from)));
    let rows = query.all(&db.executor()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.roster_id).collect();
    let found = rosters::Entity::find().filter(Expr::col("id").is_in(ids)).all(&db.executor()).await?;
    let found: HashMap<Uuid, rosters::Model> = found.into_iter().map(|roster| (roster.id, roster)).collect();
    // A roster replaced between the two queries is left out: its successor holds its shifts now.
    let known = rows.into_iter().filter_map(|row| found.get(&row.roster_id).map(|roster| (row, roster)));
    known
        .filter_map(|(row, roster)| roster.published_at.map(|at| (row, roster, at)))
        .map(|(row, roster, published_at)| {
            let zone = Reader::new("rosters", roster.id).checked("zone", roster.zone.parse())?;
            let (roster_id, team_id) = (RosterId(roster.id), TeamId(roster.team_id));
            Ok(PublishedAssignment { roster_id, team_id, zone, published_at, placed: parse(row)? })
        })
        .collect()
}

/// Gives the assignments of `to` the sequence they had in `from`, raised by one where they are another shift now.
pub(super) async fn carry_sequences(tx: &Tx, from: RosterId, to: RosterId) -> Result<(), StoreError> {
    let before: HashMap<AssignmentId, PlacedAssignment> =
        list(tx, from).await?.into_iter().map(|placed| (placed.assignment.id, placed)).collect();
    let mut raised: HashMap<u32, Vec<Uuid>> = HashMap::new();
    for now in list(tx, to).await? {
        let sequence = before.get(&now.assignment.id).map_or(0, |before| before.sequence + u32::from(differs(before, &now)));
        if sequence != now.sequence {
            raised.entry(sequence).or_default().push(now.assignment.id.0);
        }
    }
    for (sequence, ids) in raised {
        let query = assignments::Entity::update_many()
            .col_expr(Column::Sequence, Expr::value(i64::from(sequence)))
            .filter(Expr::col("roster_id").eq(to.0).and(Expr::col("id").is_in(ids)));
        query.exec(&tx.executor()).await?;
    }
    Ok(())
}

/// Whether a calendar would show another event. A pin is nothing to a calendar.
fn differs(before: &PlacedAssignment, now: &PlacedAssignment) -> bool {
    let plain = |placed: &PlacedAssignment| (Assignment { is_pinned: false, ..placed.assignment.clone() }, placed.shift.clone());
    plain(before) != plain(now)
}

/// Assignments of published rosters.
pub(super) fn published() -> Select<assignments::Entity> {
    let ids = scope::select("id", "rosters", Expr::col("status").eq(word(&RosterStatus::Published)));
    assignments::Entity::find().filter(Expr::col("roster_id").in_subquery(ids))
}

fn in_order(query: Select<assignments::Entity>) -> Select<assignments::Entity> {
    query.order_by_asc(Column::StartsAt).order_by_asc(Column::Id)
}

fn row(roster_id: RosterId, placed: &PlacedAssignment) -> assignments::Model {
    let PlacedAssignment { assignment, shift, sequence } = placed;
    assignments::Model {
        roster_id: roster_id.0,
        id: assignment.id.0,
        agent_id: assignment.agent_id.0,
        date: assignment.date,
        shift_template_id: assignment.shift_template_id.0,
        queue_id: assignment.queue_id.0,
        is_pinned: assignment.is_pinned,
        starts_at: stored(shift.span.start),
        ends_at: stored(shift.span.end),
        breaks: json(&shift.breaks),
        paid_minutes: shift.paid_minutes.into(),
        sequence: (*sequence).into(),
    }
}

fn parse(row: assignments::Model) -> Result<PlacedAssignment, StoreError> {
    let reader = Reader::new("assignments", row.id);
    let shift = Shift {
        date: row.date,
        span: Interval { start: row.starts_at, end: row.ends_at },
        breaks: reader.json("breaks", row.breaks)?,
        paid_minutes: reader.whole("paid_minutes", row.paid_minutes)?,
    };
    Ok(PlacedAssignment {
        assignment: Assignment {
            id: AssignmentId(row.id),
            agent_id: AgentId(row.agent_id),
            date: row.date,
            shift_template_id: ShiftTemplateId(row.shift_template_id),
            queue_id: QueueId(row.queue_id),
            // Stored once, as times.
            break_offsets: shift.break_offsets(),
            is_pinned: row.is_pinned,
        },
        shift,
        sequence: reader.whole("sequence", row.sequence)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::rosters;
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    on_both! {
        assignments_are_put_replaced_and_removed(store) {
            let desk = testing::desk(&store).await;
            let tx = store.begin().await.unwrap();
            let roster = testing::roster(&desk);
            let first = testing::placed(&desk);
            rosters::insert(&tx, &roster, std::slice::from_ref(&first), NOW).await.unwrap();
            let mut pinned = first.clone();
            pinned.assignment.is_pinned = true;
            pinned.shift.paid_minutes = 1;
            put(&tx, roster.id, &pinned).await.unwrap();
            let second = testing::placed(&desk);
            put(&tx, roster.id, &second).await.unwrap();
            assert_eq!(list(&tx, roster.id).await.unwrap(), [pinned, second.clone()]);
            assert!(remove(&tx, roster.id, first.assignment.id).await.unwrap());
            assert!(!remove(&tx, roster.id, first.assignment.id).await.unwrap());
            assert_eq!(list(&tx, roster.id).await.unwrap(), [second]);
            replace_all(&tx, roster.id, &[]).await.unwrap();
            assert_eq!(list(&tx, roster.id).await.unwrap(), []);
        }

        only_published_shifts_count_as_past_and_for_calendars(store) {
            let desk = testing::desk(&store).await;
            let (agent, monday) = (desk.agent.id, testing::monday());
            let tx = store.begin().await.unwrap();
            rosters::insert(&tx, &rosters::Roster { revision: 9, ..testing::roster(&desk) }, &[testing::placed(&desk)], NOW)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert_eq!(past_shifts(&store, &[agent], monday, monday).await.unwrap(), []);
            let roster = testing::publish(&store, &desk).await;
            let past = past_shifts(&store, &[agent], monday, monday).await.unwrap();
            let placed = list(&store, roster.value.id).await.unwrap().remove(0);
            assert_eq!(past, [PastShift { agent_id: agent, date: monday, span: placed.shift.span }]);
            let after = monday.succ_opt().unwrap();
            assert_eq!(past_shifts(&store, &[agent], after, after).await.unwrap(), []);

            let shown = published_of_agent(&store, agent, monday).await.unwrap();
            assert_eq!((shown.len(), &shown[0].placed, shown[0].published_at), (1, &placed, NOW));
            assert_eq!(published_of_agent(&store, agent, after).await.unwrap(), []);
        }
    }

    #[test]
    fn a_pin_is_no_other_shift() {
        let before = testing::placed(&testing::new_desk());
        let mut now = before.clone();
        now.assignment.is_pinned = true;
        assert!(!differs(&before, &now));
        now.shift.paid_minutes += 1;
        assert!(differs(&before, &now));
    }
}

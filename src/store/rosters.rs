//! Rosters: draft → published → archived.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, Value};
use uuid::Uuid;

use super::assignments::{self, PlacedAssignment};
use super::connection::Executor;
use super::editable::{self, Editable, Listed, Page, Stamp, Versioned, stored, versioned};
use super::entities::rosters::{self, Column};
use super::of_week::of_week;
use super::row::{Reader, json, word};
use super::{Db, StoreError, Tx, WeekFilter, scope};
use crate::domain::access::Scope;
use crate::domain::calendar::{Horizon, PlanningWeek};
use crate::domain::ids::{RequirementId, RosterId, RotationAdoptionId, RunId, TeamId};
use crate::domain::roster::{Notice, RosterScore, RosterStatus};
use crate::domain::rotation::UsedRotation;
use crate::domain::rules::RosterRules;

/// A roster without its assignments.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// Identity.
    pub id: RosterId,
    /// Whose.
    pub team_id: TeamId,
    /// For which week, in the zone it was made in.
    pub week: PlanningWeek,
    /// The weeks it was planned together with, itself among them.
    pub horizon: Horizon,
    /// How far it is.
    pub status: RosterStatus,
    /// Counts the rosters of the team's week, from 1.
    pub revision: u32,
    /// The roster it was re-opened from.
    pub replaces_id: Option<RosterId>,
    /// What it was built for.
    pub requirement_id: Option<RequirementId>,
    /// The run that built it; `None` when it was re-opened.
    pub run_id: Option<RunId>,
    /// The roster that it was built to stay close to.
    pub least_change_from: Option<RosterId>,
    /// The rotation that it was built by.
    pub rotation: Option<UsedRotation>,
    /// The rules it was built by.
    pub rules: RosterRules,
    /// What would close its gaps, as the services put it when it was built; `None` where nobody looked for it.
    pub relaxations: Option<serde_json::Value>,
    /// What the build states about it.
    pub score: Option<RosterScore>,
    /// Why intervals are short, as the services put it; an empty list for none.
    pub gaps: serde_json::Value,
    /// What the build's inputs asked for and no roster can give.
    pub notices: Vec<Notice>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Counts the publications of the team's week, from 1; 0 until it is published.
    pub publish_sequence: u32,
}

/// Which rosters to list.
#[derive(Debug, Clone, Copy)]
pub struct RosterFilter<'a> {
    /// Of which team and week.
    pub of: WeekFilter<'a>,
    /// Only those of this status.
    pub status: Option<RosterStatus>,
}

/// Stores a new draft with its assignments.
///
/// # Errors
/// [`StoreError::Conflict`] on the revision or the run, [`StoreError::UnknownReference`].
pub async fn insert(
    tx: &Tx,
    roster: &Roster,
    placed: &[PlacedAssignment],
    now: DateTime<Utc>,
) -> Result<Versioned<Roster>, StoreError> {
    let stored = editable::insert::<rosters::Entity>(tx, roster, now).await?;
    assignments::insert(tx, roster.id, placed).await?;
    Ok(stored)
}

/// Reads a roster.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn get(db: &impl Db, id: RosterId) -> Result<Option<Versioned<Roster>>, StoreError> {
    editable::get::<rosters::Entity>(db, id.0).await
}

/// Lists rosters.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(db: &impl Db, filter: &RosterFilter<'_>, page: Page) -> Result<Listed<Versioned<Roster>>, StoreError> {
    let mut query = filter.of.rows::<rosters::Entity>();
    if let Some(status) = filter.status {
        query = query.filter(Expr::col("status").eq(word(&status)));
    }
    editable::page(db, query, page).await
}

/// The published roster of a team's week.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn published(db: &impl Db, team_id: TeamId, week_start: NaiveDate) -> Result<Option<Versioned<Roster>>, StoreError> {
    let query = rosters::Entity::find().filter(Expr::col("published_key").eq(published_key(team_id, week_start)));
    query.one(&db.executor()).await?.map(rosters::Entity::parse).transpose()
}

/// The published rosters of the weeks from `from` to `until`, both included, by week.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn published_between(
    db: &impl Db,
    scope: &Scope,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Versioned<Roster>>, StoreError> {
    let query = rosters::Entity::find()
        .filter(scope::team_within("team_id", scope))
        .filter(Expr::col("status").eq(word(&RosterStatus::Published)))
        .filter(Expr::col("week_start").between(from, until))
        .order_by_asc(Column::WeekStart)
        .order_by_asc(Column::Id);
    query.all(&db.executor()).await?.into_iter().map(rosters::Entity::parse).collect()
}

/// The rosters that hold for the other weeks of a roster's horizon: the published one of each, or else the draft that the same
/// run made.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn beside(db: &impl Db, roster: &Roster) -> Result<Vec<RosterId>, StoreError> {
    let own = roster.week.monday();
    let of_run = roster.run_id.map(|run| run.0);
    let is_published = Expr::col("status").eq(word(&RosterStatus::Published));
    let is_beside = Expr::col("status").eq(word(&RosterStatus::Draft)).and(Expr::col("run_id").eq(of_run));
    let query = rosters::Entity::find()
        .filter(Expr::col("team_id").eq(roster.team_id.0))
        .filter(Expr::col("week_start").gte(roster.horizon.first().monday()))
        .filter(Expr::col("week_start").lt(roster.horizon.end()).and(Expr::col("week_start").ne(own)))
        .filter(is_published.or(is_beside));
    let mut by_week: BTreeMap<NaiveDate, rosters::Model> = BTreeMap::new();
    for row in query.all(&db.executor()).await? {
        let stands = row.published_key.is_some() || !by_week.contains_key(&row.week_start);
        if stands {
            by_week.insert(row.week_start, row);
        }
    }
    Ok(by_week.into_values().map(|row| RosterId(row.id)).collect())
}

/// The rosters that a run made, by week.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn of_run(db: &impl Db, run_id: RunId) -> Result<Vec<RosterId>, StoreError> {
    let query = rosters::Entity::find().filter(Expr::col("run_id").eq(run_id.0)).order_by_asc(Column::WeekStart);
    Ok(query.all(&db.executor()).await?.into_iter().map(|row| RosterId(row.id)).collect())
}

/// The revision of the next roster of a team's week.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn next_revision(tx: &Tx, team_id: TeamId, week_start: NaiveDate) -> Result<u32, StoreError> {
    let last = latest(tx, team_id, week_start, Column::Revision).await?;
    Ok(last.map_or(1, |roster| roster.value.revision + 1))
}

/// Opens a draft for a change of its assignments, which follows in the same transaction: raises its version if it is still
/// at `expected_version`.
///
/// # Errors
/// [`StoreError::RosterNotDraft`], [`StoreError::VersionConflict`], [`StoreError::NotFound`].
pub async fn change_draft(
    tx: &Tx,
    id: RosterId,
    expected_version: i32,
    now: DateTime<Utc>,
) -> Result<Versioned<Roster>, StoreError> {
    let query = rosters::Entity::update_many()
        .col_expr(Column::Version, Expr::value(expected_version.wrapping_add(1)))
        .col_expr(Column::UpdatedAt, Expr::value(stored(now)))
        .filter(Expr::col("id").eq(id.0).and(Expr::col("version").eq(expected_version)))
        .filter(Expr::col("status").eq(word(&RosterStatus::Draft)));
    let hits = query.exec(&tx.executor()).await?.rows_affected;
    let roster = editable::require::<rosters::Entity>(tx, id.0).await?;
    if hits == 0 { Err(refusal(&roster, expected_version)) } else { Ok(roster) }
}

/// Stores what a roster that was changed is worth now, by the rules that hold now.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn set_score(
    tx: &Tx,
    id: RosterId,
    rules: &RosterRules,
    score: Option<&RosterScore>,
    gaps: &serde_json::Value,
) -> Result<(), StoreError> {
    let query = rosters::Entity::update_many()
        .col_expr(Column::Rules, Expr::value(json(rules)))
        .col_expr(Column::Score, Expr::value(Value::Json(score.map(|score| Box::new(json(score))))))
        .col_expr(Column::Gaps, Expr::value(gaps.clone()))
        .filter(Expr::col("id").eq(id.0));
    query.exec(&tx.executor()).await?;
    Ok(())
}

/// Publishes a draft; the roster that was published for its week is archived. An assignment that was published before and
/// is another shift now gets the next sequence, so that calendars take it over.
///
/// # Errors
/// [`StoreError::RosterNotDraft`], [`StoreError::VersionConflict`], [`StoreError::NotFound`].
pub async fn publish(tx: &Tx, id: RosterId, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Roster>, StoreError> {
    let now = stored(now);
    let draft = editable::require::<rosters::Entity>(tx, id.0).await?;
    let (team_id, week_start) = (draft.value.team_id, draft.value.week.monday());
    let key = published_key(team_id, week_start);
    // Two drafts of one week published at once: the second replaces the first.
    tx.lock(&key).await?;
    let draft = change_draft(tx, id, expected_version, now).await?;
    if let Some(current) = published(tx, team_id, week_start).await? {
        archive(tx, current.value.id, current.version, now).await?;
    }
    let before = latest(tx, team_id, week_start, Column::PublishSequence).await?.filter(|last| last.value.publish_sequence > 0);
    if let Some(before) = &before {
        assignments::carry_sequences(tx, before.value.id, id).await?;
    }
    let sequence = before.map_or(1, |before| before.value.publish_sequence + 1);
    let query = rosters::Entity::update_many()
        .col_expr(Column::Status, Expr::value(word(&RosterStatus::Published)))
        .col_expr(Column::PublishedAt, Expr::value(now))
        .col_expr(Column::PublishSequence, Expr::value(i64::from(sequence)))
        .col_expr(Column::PublishedKey, Expr::value(key))
        .filter(Expr::col("id").eq(id.0).and(Expr::col("version").eq(draft.version)));
    query.exec(&tx.executor()).await?;
    editable::require::<rosters::Entity>(tx, id.0).await
}

/// Archives a draft or a published roster.
///
/// # Errors
/// [`StoreError::VersionConflict`], [`StoreError::NotFound`], [`StoreError::Archived`].
pub async fn archive(tx: &Tx, id: RosterId, expected_version: i32, now: DateTime<Utc>) -> Result<Versioned<Roster>, StoreError> {
    editable::archive::<rosters::Entity>(tx, id.0, expected_version, now).await?;
    let query = rosters::Entity::update_many()
        .col_expr(Column::Status, Expr::value(word(&RosterStatus::Archived)))
        .col_expr(Column::PublishedKey, Expr::value(Value::String(None)))
        .filter(Expr::col("id").eq(id.0));
    query.exec(&tx.executor()).await?;
    editable::require::<rosters::Entity>(tx, id.0).await
}

/// The roster of a team's week with the highest `column`.
async fn latest(
    tx: &Tx,
    team_id: TeamId,
    week_start: NaiveDate,
    column: Column,
) -> Result<Option<Versioned<Roster>>, StoreError> {
    let query = of_week::<rosters::Entity>(team_id, week_start).order_by_desc(column);
    query.one(&tx.executor()).await?.map(rosters::Entity::parse).transpose()
}

/// Why a guarded change of a draft hit nothing.
fn refusal(roster: &Versioned<Roster>, expected: i32) -> StoreError {
    let id = roster.value.id.0;
    match roster.value.status {
        RosterStatus::Draft => StoreError::VersionConflict { kind: "roster", id, expected, found: roster.version },
        status => StoreError::RosterNotDraft { id, status: word(&status) },
    }
}

fn published_key(team_id: TeamId, week_start: NaiveDate) -> String {
    format!("{team_id}:{week_start}")
}

impl Editable for rosters::Entity {
    type Domain = Roster;
    const KIND: &'static str = "roster";

    fn id(roster: &Roster) -> Uuid {
        roster.id.0
    }

    fn row(roster: &Roster, stamp: Stamp) -> rosters::Model {
        let is_published = roster.status == RosterStatus::Published;
        rosters::Model {
            id: roster.id.0,
            team_id: roster.team_id.0,
            week_start: roster.week.monday(),
            zone: roster.week.zone().name().to_owned(),
            status: word(&roster.status),
            revision: roster.revision.into(),
            replaces_id: roster.replaces_id.map(|replaced| replaced.0),
            requirement_id: roster.requirement_id.map(|requirement| requirement.0),
            run_id: roster.run_id.map(|run| run.0),
            least_change_from: roster.least_change_from.map(|given| given.0),
            rules: json(&roster.rules),
            relaxations: roster.relaxations.clone(),
            score: roster.score.as_ref().map(json),
            gaps: roster.gaps.clone(),
            notices: Some(json(&roster.notices)),
            published_at: roster.published_at.map(stored),
            publish_sequence: roster.publish_sequence.into(),
            published_key: is_published.then(|| published_key(roster.team_id, roster.week.monday())),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
            archived_at: stamp.archived_at,
            horizon_start: Some(roster.horizon.first().monday()),
            horizon_weeks: Some(roster.horizon.count().into()),
            rotation_adoption_id: roster.rotation.map(|used| used.adoption_id.0),
            rotation_usage: roster.rotation.map(|used| word(&used.usage)),
        }
    }

    fn parse(row: rosters::Model) -> Result<Versioned<Roster>, StoreError> {
        let reader = Reader::new("rosters", row.id);
        let zone = reader.checked("zone", row.zone.parse())?;
        let week = reader.checked("week_start", PlanningWeek::new(row.week_start, zone))?;
        let first = row.horizon_start.map_or(Ok(week), |monday| PlanningWeek::new(monday, zone));
        let weeks = row.horizon_weeks.map_or(Ok(1), |weeks| reader.whole("horizon_weeks", weeks))?;
        let roster = Roster {
            id: RosterId(row.id),
            team_id: TeamId(row.team_id),
            week,
            horizon: reader.checked("horizon_weeks", first.and_then(|first| Horizon::new(first, weeks)))?,
            status: reader.word("status", row.status)?,
            revision: reader.whole("revision", row.revision)?,
            replaces_id: row.replaces_id.map(RosterId),
            requirement_id: row.requirement_id.map(RequirementId),
            run_id: row.run_id.map(RunId),
            least_change_from: row.least_change_from.map(RosterId),
            rotation: match row.rotation_adoption_id.map(RotationAdoptionId).zip(row.rotation_usage) {
                Some((adoption_id, usage)) => Some(UsedRotation { adoption_id, usage: reader.word("rotation_usage", usage)? }),
                None => None,
            },
            rules: reader.json("rules", row.rules)?,
            relaxations: row.relaxations,
            score: reader.optional_json("score", row.score)?,
            gaps: row.gaps,
            notices: reader.optional_json("notices", row.notices)?.unwrap_or_default(),
            published_at: row.published_at,
            publish_sequence: reader.whole("publish_sequence", row.publish_sequence)?,
        };
        Ok(versioned!(roster, row))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Store;
    use super::super::testing::{self, Desk, NOW, on_both};
    use super::*;
    use crate::domain::roster::RuleCost;
    use crate::domain::rules::RuleId;

    async fn draft(store: &Store, desk: &Desk, revision: u32, placed: &[PlacedAssignment]) -> Versioned<Roster> {
        let tx = store.begin().await.unwrap();
        let roster = Roster { revision, ..testing::roster(desk) };
        let stored = insert(&tx, &roster, placed, NOW).await.unwrap();
        tx.commit().await.unwrap();
        stored
    }

    async fn published_now(store: &Store, roster: &Versioned<Roster>) -> Result<Versioned<Roster>, StoreError> {
        let tx = store.begin().await.unwrap();
        let published = publish(&tx, roster.value.id, roster.version, NOW).await?;
        tx.commit().await?;
        Ok(published)
    }

    on_both! {
        a_roster_reads_back_with_its_score(store) {
            let desk = testing::desk(&store).await;
            let stored = draft(&store, &desk, 1, &[]).await;
            let by_rule = vec![RuleCost { rule: RuleId::Coverage, cost: 12.5 }];
            let score = RosterScore { cost: 12.5, bound: 12.0, gap: 0.04, by_rule, seconds: 3.25 };
            let tx = store.begin().await.unwrap();
            let rules = RosterRules { max_late_shifts: 2, ..RosterRules::default() };
            set_score(&tx, stored.value.id, &rules, Some(&score), &json!([{ "reason": "人手不足" }])).await.unwrap();
            assert_eq!(next_revision(&tx, desk.team.id, testing::monday()).await.unwrap(), 2);
            tx.commit().await.unwrap();
            let read = get(&store, stored.value.id).await.unwrap().unwrap();
            let gaps = json!([{ "reason": "人手不足" }]);
            assert_eq!(read, stored.map(|roster| Roster { rules, score: Some(score), gaps, ..roster }));
        }

        publishing_archives_what_it_replaces(store) {
            let desk = testing::desk(&store).await;
            let first = draft(&store, &desk, 1, &[testing::placed(&desk)]).await;
            let second = draft(&store, &desk, 2, &[testing::placed(&desk)]).await;
            let first = published_now(&store, &first).await.unwrap();
            assert_eq!((first.value.status, first.value.publish_sequence), (RosterStatus::Published, 1));
            let second = published_now(&store, &second).await.unwrap();
            assert_eq!((second.value.publish_sequence, second.value.published_at), (2, Some(NOW)));
            assert_eq!(published(&store, desk.team.id, testing::monday()).await.unwrap(), Some(second.clone()));
            let (monday, sunday) = (testing::monday(), testing::monday() - chrono::Days::new(1));
            let between = async |from, until| published_between(&store, &Scope::Everything, from, until).await.unwrap();
            assert_eq!((between(monday, monday).await, between(sunday, sunday).await), (vec![second.clone()], vec![]));
            let first = get(&store, first.value.id).await.unwrap().unwrap();
            assert_eq!((first.value.status, first.archived_at), (RosterStatus::Archived, Some(NOW)));

            let fault = published_now(&store, &second).await.unwrap_err();
            assert!(matches!(fault, StoreError::RosterNotDraft { .. }), "{fault}");
            let status = Some(RosterStatus::Archived);
            let scope = Scope::Teams([desk.team.id].into());
            let filter = RosterFilter { of: WeekFilter { scope: &scope, team_id: None, week_start: Some(testing::monday()) }, status };
            assert_eq!(list(&store, &filter, Page::ALL).await.unwrap().items, [first]);
        }

        only_a_draft_at_its_version_can_be_changed(store) {
            let desk = testing::desk(&store).await;
            let roster = draft(&store, &desk, 1, &[]).await;
            let tx = store.begin().await.unwrap();
            let changed = change_draft(&tx, roster.value.id, 1, NOW).await.unwrap();
            assert_eq!(changed.version, 2);
            let fault = change_draft(&tx, roster.value.id, 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::VersionConflict { expected: 1, found: 2, .. }), "{fault}");
            archive(&tx, roster.value.id, 2, NOW).await.unwrap();
            let fault = change_draft(&tx, roster.value.id, 3, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::RosterNotDraft { .. }), "{fault}");
            let fault = change_draft(&tx, RosterId::generate(), 1, NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::NotFound { kind: "roster", .. }), "{fault}");
        }

        two_rosters_of_a_week_cannot_share_a_revision(store) {
            let desk = testing::desk(&store).await;
            draft(&store, &desk, 1, &[]).await;
            let tx = store.begin().await.unwrap();
            let fault = insert(&tx, &testing::roster(&desk), &[], NOW).await.unwrap_err();
            assert!(matches!(fault, StoreError::Conflict { table: "rosters", field: "revision" }), "{fault}");
        }

        two_drafts_published_at_once_leave_one_published(store) {
            let desk = testing::desk(&store).await;
            let first = draft(&store, &desk, 1, &[]).await;
            let second = draft(&store, &desk, 2, &[]).await;
            let publish = |draft: Versioned<Roster>| {
                let store = store.clone();
                tokio::spawn(async move { published_now(&store, &draft).await.unwrap() })
            };
            let (one, two) = tokio::join!(publish(first), publish(second));
            let sequences = [one.unwrap().value.publish_sequence, two.unwrap().value.publish_sequence];
            assert!(sequences == [1, 2] || sequences == [2, 1], "{sequences:?}");
        }

        a_re_opened_assignment_keeps_its_id_and_its_sequence_until_it_moves(store) {
            let desk = testing::desk(&store).await;
            let (kept, moved) = (testing::placed(&desk), testing::placed(&desk));
            let first = draft(&store, &desk, 1, &[kept.clone(), moved.clone()]).await;
            published_now(&store, &first).await.unwrap();
            let mut later = moved.clone();
            later.shift.span.end += chrono::Duration::minutes(30);
            let added = testing::placed(&desk);
            let second = draft(&store, &desk, 2, &[kept.clone(), later.clone(), added.clone()]).await;
            published_now(&store, &second).await.unwrap();
            let read = assignments::list(&store, second.value.id).await.unwrap();
            let sequence = |of: &PlacedAssignment| {
                read.iter().find(|placed| placed.assignment.id == of.assignment.id).map(|placed| placed.sequence)
            };
            assert_eq!((sequence(&kept), sequence(&later), sequence(&added)), (Some(0), Some(1), Some(0)));
        }
    }
}

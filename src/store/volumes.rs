//! Inquiry volumes. The largest table: written and read in bulk.

use std::iter::Peekable;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::connection::Executor;
use super::editable::{Listed, stored};
use super::entities::volumes;
use super::row::Reader;
use super::{Db, StoreError, Tx, scope};
use crate::domain::access::Scope;
use crate::domain::demand::VolumeRecord;
use crate::domain::ids::QueueId;

/// Rows of one statement: 5 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 2_000;

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpsertCounts {
    /// Intervals that were not there.
    pub inserted: u64,
    /// Intervals that were there with another length or figure.
    pub changed: u64,
    /// Intervals that were there just so.
    pub unchanged: u64,
}

/// Which volumes to list.
#[derive(Debug, Clone, Copy)]
pub struct VolumeFilter<'a> {
    /// Only those of queues of teams in here.
    pub scope: &'a Scope,
    /// Only those of this queue.
    pub queue_id: Option<QueueId>,
    /// Only those that start at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those that start before this time.
    pub until: Option<DateTime<Utc>>,
}

/// How much history a queue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VolumeExtent {
    /// The queue.
    pub queue_id: QueueId,
    /// Start of the first interval.
    pub first: DateTime<Utc>,
    /// Start of the last interval.
    pub last: DateTime<Utc>,
    /// Number of intervals.
    pub count: u64,
}

/// Stores volumes; the key is queue and start, and of several with one key the last counts. What is there just so is not
/// written again, so that the same file twice costs reading only. Counts are of keys. Quickest when records come sorted by
/// queue and start, in batches of some ten thousand.
///
/// # Errors
/// [`StoreError::UnknownReference`] for an unknown queue.
pub async fn upsert(tx: &Tx, records: &[VolumeRecord]) -> Result<UpsertCounts, StoreError> {
    let mut sorted: Vec<&VolumeRecord> = records.iter().collect();
    // Stable, so that the last of equal keys stays last.
    sorted.sort_by_key(|record| (record.queue_id, record.starts_at));
    let mut last_of_key: Vec<&VolumeRecord> = Vec::with_capacity(sorted.len());
    for record in sorted {
        match last_of_key.last_mut() {
            Some(last) if (last.queue_id, last.starts_at) == (record.queue_id, record.starts_at) => *last = record,
            _ => last_of_key.push(record),
        }
    }
    let mut counts = UpsertCounts::default();
    for queue in last_of_key.chunk_by(|one, next| one.queue_id == next.queue_id) {
        for chunk in queue.chunks(CHUNK) {
            upsert_chunk(tx, chunk, &mut counts).await?;
        }
    }
    Ok(counts)
}

/// One queue, ascending and distinct starts: what is there is read in one range and compared in step.
async fn upsert_chunk(tx: &Tx, chunk: &[&VolumeRecord], counts: &mut UpsertCounts) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else { return Ok(()) };
    let query = volumes::Entity::find()
        .filter(Expr::col("queue_id").eq(first.queue_id.0))
        .filter(Expr::col("starts_at").between(stored(first.starts_at), stored(last.starts_at)))
        .order_by_asc(volumes::Column::StartsAt);
    let mut there = query.all(&tx.executor()).await?.into_iter().peekable();
    let mut insert = Query::insert();
    insert.into_table(volumes::Entity).columns(["queue_id", "starts_at", "minutes", "inquiries", "aht_secs"]);
    let mut rows = 0;
    for record in chunk {
        match at(&mut there, stored(record.starts_at)) {
            Some(row) if is_same(&row, record) => {
                counts.unchanged += 1;
                continue;
            }
            Some(_) => counts.changed += 1,
            None => counts.inserted += 1,
        }
        rows += 1;
        let starts_at = stored(record.starts_at);
        insert.values_panic([
            record.queue_id.0.into(),
            starts_at.into(),
            i64::from(record.minutes).into(),
            record.inquiries.into(),
            record.aht_secs.into(),
        ]);
    }
    if rows > 0 {
        let overwrite =
            OnConflict::columns(["queue_id", "starts_at"]).update_columns(["minutes", "inquiries", "aht_secs"]).to_owned();
        tx.executor().execute(insert.on_conflict(overwrite)).await?;
    }
    Ok(())
}

fn is_same(row: &volumes::Model, record: &VolumeRecord) -> bool {
    row.minutes == i64::from(record.minutes) && row.inquiries == record.inquiries && row.aht_secs == record.aht_secs
}

/// The row at that start, if there is one; passes over rows before it.
fn at(rows: &mut Peekable<impl Iterator<Item = volumes::Model>>, start: DateTime<Utc>) -> Option<volumes::Model> {
    while rows.next_if(|row| row.starts_at < start).is_some() {}
    rows.next_if(|row| row.starts_at == start)
}

/// The volumes of some queues that start in `[from, until)`, by queue and start.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn history(
    db: &impl Db,
    queue_ids: &[QueueId],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<VolumeRecord>, StoreError> {
    let query = by_key(volumes::Entity::find())
        .filter(Expr::col("queue_id").is_in(queue_ids.iter().map(|queue| queue.0)))
        .filter(Expr::col("starts_at").gte(from).and(Expr::col("starts_at").lt(until)));
    query.all(&db.executor()).await?.into_iter().map(parse).collect()
}

/// How much history each of some queues has; queues without any are left out.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn extents(db: &impl Db, queue_ids: &[QueueId]) -> Result<Vec<VolumeExtent>, StoreError> {
    let rows: Vec<(Uuid, DateTime<Utc>, DateTime<Utc>, i64)> = volumes::Entity::find()
        .select_only()
        .column(volumes::Column::QueueId)
        .expr(Expr::col("starts_at").min())
        .expr(Expr::col("starts_at").max())
        .expr(Expr::col("starts_at").count())
        .filter(Expr::col("queue_id").is_in(queue_ids.iter().map(|queue| queue.0)))
        .group_by(volumes::Column::QueueId)
        .order_by_asc(volumes::Column::QueueId)
        .into_tuple()
        .all(&db.executor())
        .await?;
    let extent = |(queue_id, first, last, count): (Uuid, _, _, i64)| VolumeExtent {
        queue_id: QueueId(queue_id),
        first,
        last,
        count: count.unsigned_abs(),
    };
    Ok(rows.into_iter().map(extent).collect())
}

/// One page of volumes by queue and start; `after` is the last key of the page before.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn list(
    db: &impl Db,
    filter: &VolumeFilter<'_>,
    after: Option<(QueueId, DateTime<Utc>)>,
    limit: u64,
) -> Result<Listed<VolumeRecord>, StoreError> {
    let mut query = by_key(volumes::Entity::find()).filter(scope::queue_within("queue_id", filter.scope));
    if let Some(queue_id) = filter.queue_id {
        query = query.filter(Expr::col("queue_id").eq(queue_id.0));
    }
    if let Some(from) = filter.from {
        query = query.filter(Expr::col("starts_at").gte(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(Expr::col("starts_at").lt(until));
    }
    if let Some((queue_id, start)) = after {
        let same_queue = Expr::col("queue_id").eq(queue_id.0).and(Expr::col("starts_at").gt(start));
        query = query.filter(Expr::col("queue_id").gt(queue_id.0).or(same_queue));
    }
    let mut rows = query.limit(limit.saturating_add(1)).all(&db.executor()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Listed { items: rows.into_iter().map(parse).collect::<Result<_, _>>()?, has_more })
}

fn by_key(query: Select<volumes::Entity>) -> Select<volumes::Entity> {
    query.order_by_asc(volumes::Column::QueueId).order_by_asc(volumes::Column::StartsAt)
}

fn parse(row: volumes::Model) -> Result<VolumeRecord, StoreError> {
    let reader = Reader::new("volumes", row.queue_id);
    let minutes = reader.whole("minutes", row.minutes)?;
    let volumes::Model { queue_id, starts_at, inquiries, aht_secs, .. } = row;
    Ok(VolumeRecord { queue_id: QueueId(queue_id), starts_at, minutes, inquiries, aht_secs })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::super::Store;
    use super::super::testing::{self, NOW, on_both};
    use super::*;

    fn record(queue_id: QueueId, step: i32, inquiries: f64) -> VolumeRecord {
        VolumeRecord { queue_id, starts_at: NOW + Duration::minutes(30) * step, minutes: 30, inquiries, aht_secs: None }
    }

    async fn stored_with(store: &Store, records: &[VolumeRecord]) -> UpsertCounts {
        let tx = store.begin().await.unwrap();
        let counts = upsert(&tx, records).await.unwrap();
        tx.commit().await.unwrap();
        counts
    }

    on_both! {
        the_same_volumes_twice_change_nothing(store) {
            let queue = testing::desk(&store).await.queue.id;
            // More than one statement takes, in no order.
            let records: Vec<_> = (0..4500).rev().map(|step| record(queue, step, f64::from(step) + 0.5)).collect();
            let counts = stored_with(&store, &records).await;
            assert_eq!(counts, UpsertCounts { inserted: 4500, changed: 0, unchanged: 0 });
            let counts = stored_with(&store, &records).await;
            assert_eq!(counts, UpsertCounts { inserted: 0, changed: 0, unchanged: 4500 });
            let read = history(&store, &[queue], NOW, NOW + Duration::days(1000)).await.unwrap();
            assert!(read.iter().eq(records.iter().rev()));
        }

        changes_are_counted_exactly_and_the_last_of_a_key_counts(store) {
            let queue = testing::desk(&store).await.queue.id;
            stored_with(&store, &[record(queue, 0, 1.0), record(queue, 1, 2.0)]).await;
            let mixed = [record(queue, 2, 5.0), record(queue, 0, 1.0), record(queue, 1, 9.0), record(queue, 2, 6.0)];
            assert_eq!(stored_with(&store, &mixed).await, UpsertCounts { inserted: 1, changed: 1, unchanged: 1 });
            let longer = VolumeRecord { minutes: 60, ..record(queue, 0, 1.0) };
            assert_eq!(stored_with(&store, &[longer]).await, UpsertCounts { inserted: 0, changed: 1, unchanged: 0 });
            let read = history(&store, &[queue], NOW, NOW + Duration::minutes(61)).await.unwrap();
            assert_eq!(read, [longer, record(queue, 1, 9.0), record(queue, 2, 6.0)]);
            // Half-open at the end.
            assert_eq!(history(&store, &[queue], NOW, NOW + Duration::minutes(60)).await.unwrap().len(), 2);
        }

        an_unknown_queue_is_refused_and_nothing_is_stored(store) {
            let tx = store.begin().await.unwrap();
            let fault = upsert(&tx, &[record(QueueId::generate(), 0, 1.0)]).await.unwrap_err();
            assert!(matches!(fault, StoreError::UnknownReference { .. }), "{fault}");
        }

        volumes_are_listed_page_by_page_and_measured(store) {
            let desk = testing::desk(&store).await;
            let records: Vec<_> = (0..5).map(|step| record(desk.queue.id, step, 1.0)).collect();
            stored_with(&store, &records).await;
            let scope = Scope::Teams([desk.team.id].into());
            let filter = VolumeFilter { scope: &scope, queue_id: None, from: None, until: None };
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let listed = list(&store, &filter, after, 2).await.unwrap();
                after = listed.items.last().map(|record| (record.queue_id, record.starts_at));
                seen.extend(listed.items);
                if !listed.has_more {
                    break;
                }
            }
            assert_eq!(seen, records);
            let extent = VolumeExtent { queue_id: desk.queue.id, first: NOW, last: NOW + Duration::hours(2), count: 5 };
            assert_eq!(extents(&store, &[desk.queue.id, QueueId::generate()]).await.unwrap(), [extent]);
        }
    }
}

//! Planned and past figures that drive volume, by queue and date.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::connection::Executor;
use super::entities::plan_figures;
use super::{Db, StoreError, Tx};
use crate::domain::demand::PlanFigure;
use crate::domain::ids::QueueId;

/// Rows of one statement: 3 parameters each, and SQLite takes at most 32766.
const CHUNK: usize = 2_000;

/// Stores figures of a queue; what was there for the same dates is replaced.
///
/// # Errors
/// [`StoreError::UnknownReference`] for an unknown queue.
pub async fn put(tx: &Tx, queue_id: QueueId, figures: &[PlanFigure]) -> Result<(), StoreError> {
    for chunk in figures.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(plan_figures::Entity).columns(["queue_id", "date", "figure"]);
        for day in chunk {
            insert.values_panic([queue_id.0.into(), day.date.into(), day.figure.into()]);
        }
        let overwrite = OnConflict::columns(["queue_id", "date"]).update_columns(["figure"]).to_owned();
        tx.executor().execute(insert.on_conflict(overwrite)).await?;
    }
    Ok(())
}

/// The figures of some queues from a date on, by queue and date.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn of_queues(
    db: &impl Db,
    queue_ids: &[QueueId],
    from: NaiveDate,
) -> Result<BTreeMap<QueueId, Vec<PlanFigure>>, StoreError> {
    let query = plan_figures::Entity::find()
        .filter(Expr::col("queue_id").is_in(queue_ids.iter().map(|queue| queue.0)))
        .filter(Expr::col("date").gte(from))
        .order_by_asc(plan_figures::Column::Date);
    let mut by_queue: BTreeMap<QueueId, Vec<PlanFigure>> = BTreeMap::new();
    for row in query.all(&db.executor()).await? {
        by_queue.entry(QueueId(row.queue_id)).or_default().push(PlanFigure { date: row.date, figure: row.figure });
    }
    Ok(by_queue)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, on_both};
    use super::*;

    on_both! {
        a_later_figure_of_a_date_replaces_the_earlier_one(store) {
            let queue_id = testing::desk(&store).await.queue.id;
            let monday = testing::monday();
            let day = |figure| PlanFigure { date: monday, figure };
            let tx = store.begin().await.unwrap();
            put(&tx, queue_id, &[day(100.0)]).await.unwrap();
            put(&tx, queue_id, &[day(250.0)]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of_queues(&store, &[queue_id], monday).await.unwrap()[&queue_id], [day(250.0)]);
            assert!(of_queues(&store, &[queue_id], monday.succ_opt().unwrap()).await.unwrap().is_empty());
        }
    }
}

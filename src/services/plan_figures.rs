//! Planned and past figures that drive volume.

use chrono::{DateTime, Utc};

use super::audit::{Subject, entry};
use super::{ServiceError, editing};
use crate::domain::access::Actor;
use crate::domain::demand::PlanFigure;
use crate::domain::fault::Faults;
use crate::domain::ids::QueueId;
use crate::domain::organisation::Queue;
use crate::store::{Store, audit, plan_figures};

/// The most figures of one request: three years.
const MOST: usize = 1_100;

/// Stores figures of a queue, all or none.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Invalid`] with every fault.
pub async fn put(
    store: &Store,
    actor: &Actor,
    queue_id: QueueId,
    figures: &[PlanFigure],
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let tx = store.begin().await?;
    let queue = editing::get::<Queue>(&tx, actor, queue_id).await?;
    let mut faults = Faults::default();
    let count = figures.len();
    faults.expect((1..=MOST).contains(&count), "/figures", format!("must be 1 to {MOST} days, got {count}"));
    for (place, day) in figures.iter().enumerate() {
        let figure = day.figure;
        let fits = (0.0..=1e12).contains(&figure);
        faults.expect(fits, format!("/figures/{place}/figure"), format!("must be 0 to 1000000000000, got {figure}"));
        let is_first = figures[..place].iter().all(|earlier| earlier.date != day.date);
        faults.expect(is_first, format!("/figures/{place}/date"), format!("{} is there twice; give one figure a day", day.date));
    }
    let faults = faults.into_list();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    plan_figures::put(&tx, queue_id, figures).await?;
    let subject = Subject { what: "plan figures", id: queue_id.0, team_id: Some(queue.value.team_id) };
    audit::insert(&tx, &entry(actor, "put", subject, None, Some(&figures), now)).await?;
    tx.commit().await?;
    Ok(())
}

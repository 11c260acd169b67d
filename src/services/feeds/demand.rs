//! Rows of forecasts and of inquiry history.

use super::directory::Directory;
use super::{FeedFilter, scope_of, weeks};
use crate::domain::access::Actor;
use crate::feeds::rows::{self, ForecastRow, VolumeRow};
use crate::services::ServiceError;
use crate::store::volumes::VolumeFilter;
use crate::store::{Db, forecasts, volumes};

/// Rows of history in one answer at most: a year of half-hours of a dozen queues, some fifty megabytes.
const MAX_VOLUMES: u64 = 250_000;

/// The latest forecast of each week, one row for each queue and interval that begins in the span.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn forecast_rows(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<ForecastRow>, ServiceError> {
    let (from, until) = weeks(&filter.span);
    let scope = scope_of(db, actor, filter).await?;
    let heads = forecasts::latest_between(db, &scope, from, until).await?;
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::read(db).await?;
    let mut wanted = Vec::new();
    for head in heads {
        let Some(place) = directory.place(head.team_id) else { continue };
        let Some((_, mut forecast)) = forecasts::get(db, head.id).await? else { continue };
        forecast.queues.retain(|queue| filter.wants(queue.queue_id));
        let rows = rows::forecast_rows(&forecast, &place, |id| directory.queue_name(id));
        wanted.extend(rows.into_iter().filter(|row| filter.span.contains(place.zone, row.starts_at.to_utc())));
    }
    Ok(rows::latest_forecasts(wanted))
}

/// The recorded intervals that begin in the span, by queue and start.
///
/// # Errors
/// [`ServiceError::Invalid`] when there are more than one answer holds.
pub async fn volume_rows(db: &impl Db, actor: &Actor, filter: &FeedFilter) -> Result<Vec<VolumeRow>, ServiceError> {
    let (reach, scope) = (filter.span.reach(), scope_of(db, actor, filter).await?);
    let wanted = VolumeFilter { scope: &scope, queue_id: filter.queue_id, from: Some(reach.start), until: Some(reach.end) };
    let listed = volumes::list(db, &wanted, None, MAX_VOLUMES).await?;
    if listed.has_more {
        let detail = format!("this span has more than {MAX_VOLUMES} rows; ask for less time or for one queue_id at once");
        return Err(ServiceError::field("/to", detail));
    }
    if listed.items.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::read(db).await?;
    let mut rows = Vec::with_capacity(listed.items.len());
    for of_queue in listed.items.chunk_by(|one, next| one.queue_id == next.queue_id) {
        let Some((place, name)) = directory.queue(of_queue[0].queue_id) else { continue };
        let inside = of_queue.iter().filter(|record| filter.span.contains(place.zone, record.starts_at));
        rows.extend(inside.map(|record| rows::volume_row(record, &place, name)));
    }
    Ok(rows)
}

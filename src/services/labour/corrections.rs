//! Corrections of time worked: each is a new entry, and another one takes it back.

use chrono::{DateTime, Duration, Utc};

use crate::domain::access::{Actor, Role};
use crate::domain::agent::Agent;
use crate::domain::fault::Faults;
use crate::domain::labour::TimeCorrection;
use crate::services::ServiceError;
use crate::services::audit::{Subject, entry};
use crate::services::proposal::{Reference, reference_faults};
use crate::services::wishes::speaks_for;
use crate::store::time_corrections::{self, TimeCorrectionFilter};
use crate::store::{Db, Listed, Page, Store, StoreError, agents, audit};

/// The longest correction: two days, as a shift and what it ran into.
const LONGEST: Duration = Duration::hours(48);

/// Adds a correction in the caller's name.
///
/// # Errors
/// [`ServiceError::Invalid`] with every fault.
pub async fn add_correction(
    store: &Store,
    actor: &Actor,
    mut correction: TimeCorrection,
    now: DateTime<Utc>,
) -> Result<TimeCorrection, ServiceError> {
    let tx = store.begin().await?;
    let mut faults = Faults::default();
    let (span, reason) = (correction.span, correction.reason.trim().chars().count());
    let fits = span.start < span.end && span.end - span.start <= LONGEST;
    faults.expect(fits, "/ends_at", "must be after starts_at, by 48 hours at most; send longer ones day by day");
    faults.expect(span.end <= now, "/ends_at", "must not be in the future: what is planned is changed in the roster");
    let is_whole = |at: DateTime<Utc>| at.timestamp() % 60 == 0 && at.timestamp_subsec_nanos() == 0;
    faults.expect(is_whole(span.start), "/starts_at", "must be a whole minute: the ledger counts in minutes");
    faults.expect(is_whole(span.end), "/ends_at", "must be a whole minute: the ledger counts in minutes");
    faults.expect((1..=500).contains(&reason), "/reason", "must say why, in 1 to 500 characters");
    let mut faults = faults.into_list();
    faults.extend(reference_faults(&[Reference::new("/agent_id", correction.agent_id)], &tx, actor).await?);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    (correction.author, correction.made_at) = (actor.name.clone(), now);
    time_corrections::insert(&tx, &correction).await?;
    let team_id = agents::get(&tx, correction.agent_id).await?.map(|row: crate::store::Versioned<Agent>| row.value.team_id);
    let subject = Subject { what: "time_correction", id: correction.id.0, team_id };
    audit::insert(&tx, &entry(actor, "create", subject, None, Some(&correction), now)).await?;
    tx.commit().await?;
    Ok(correction)
}

/// Lists corrections, for a key of the role agent its own only.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_corrections(
    db: &impl Db,
    actor: &Actor,
    filter: TimeCorrectionFilter<'_>,
    page: Page,
) -> Result<Listed<TimeCorrection>, StoreError> {
    let asked = filter.agent_id.or(actor.agent_id.filter(|_| actor.role == Role::Agent));
    if actor.role == Role::Agent && asked.is_none_or(|agent_id| !speaks_for(actor, agent_id)) {
        return Ok(Listed { items: Vec::new(), has_more: false });
    }
    time_corrections::list(db, &TimeCorrectionFilter { agent_id: asked, ..filter }, page).await
}

//! Reading a figure again after its cause was decided on.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Utc};

use super::proposing::{looked_at, read};
use super::{get, note, today_of};
use crate::domain::access::Actor;
use crate::domain::cause::{CauseCheck, CauseState};
use crate::domain::ids::CauseId;
use crate::services::ServiceError;
use crate::store::causes::{self, StoredCause};
use crate::store::{Store, StoreError};

/// A figure that is still weak is read again so many days later.
const AGAIN: Days = Days::new(7);

/// Reads the figure again: of the days since the decision, as many as the cause was read from at most. Weak no longer, the
/// cause is closed; otherwise it is read again a week later.
///
/// # Errors
/// [`ServiceError::NotFound`], a version conflict.
pub async fn check(store: &Store, actor: &Actor, id: CauseId, now: DateTime<Utc>) -> Result<StoredCause, ServiceError> {
    let tx = store.begin().await?;
    let before = get(&tx, actor, id).await?;
    let Some(decided) = before.cause.decided.as_ref().filter(|_| before.cause.state == CauseState::Confirmed) else {
        return Err(ServiceError::field("/state", "only a cause that a leader has decided on is read again"));
    };
    let today = today_of(&tx, &before.cause, now).await?;
    let length = before.cause.until - before.cause.from;
    let since = (today - length).max(today_of(&tx, &before.cause, decided.at).await?);
    let looked_at = looked_at(&tx, &BTreeSet::from([before.cause.figure.as_str()])).await?;
    let members = BTreeSet::from([before.cause.team_id]);
    let read = read(&tx, &members, Some(before.cause.agent_id), &looked_at, (since, today)).await?;
    let found = read.into_values().find_map(|(_, evidence)| evidence.into_iter().next());
    let mut after = before.cause.clone();
    let is_over = found.as_ref().is_some_and(|found| !found.is_weak);
    (after.state, after.check_on) =
        if is_over { (CauseState::Closed, None) } else { (CauseState::Confirmed, Some(today + AGAIN)) };
    after.checks.push(CauseCheck { on: today, found });
    let stored = causes::update(&tx, &after, before.version).await?;
    note(&tx, actor, "check", Some(&before.cause), &after, now).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Reads the figure again of every cause whose check date has come at its site; returns how many. Each check moves its own
/// date on, so that none is made twice.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn check_due(store: &Store, now: DateTime<Utc>) -> Result<usize, ServiceError> {
    let clock = Actor::service("clock");
    let mut count = 0;
    // It may be tomorrow at a site already.
    for due in causes::due(store, now.date_naive() + Days::new(1)).await? {
        let today = today_of(store, &due.cause, now).await?;
        if due.cause.check_on.is_some_and(|on| on <= today) {
            match check(store, &clock, due.cause.id, now).await {
                Ok(_) => count += 1,
                // Somebody was quicker.
                Err(ServiceError::Store(StoreError::VersionConflict { .. }) | ServiceError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(count)
}

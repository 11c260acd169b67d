//! From draft to what the team works by, to the record, and back to a new draft.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::judging::{Judgement, explained};
use super::{context, find_roster, subject};
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::RosterId;
use crate::domain::roster::RosterStatus;
use crate::services::ServiceError;
use crate::services::audit::entry;
use crate::services::editing::Expected;
use crate::store::audit::AuditEntry;
use crate::store::rosters::{self, Roster};
use crate::store::{Store, Tx, Versioned, assignments, audit};

/// A roster that was published.
pub struct Published {
    /// The roster.
    pub row: Versioned<Roster>,
    /// The one that was published for the week before, archived now.
    pub replaced: Option<RosterId>,
}

/// Publishes a draft: from now on the team works by it. The roster that was published for the week is archived. The draft is
/// judged by the leave and the rules that hold now, and its shifts are fixed at the times that their templates have now.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::RuleViolation`] with every hard rule it breaks; a version conflict, and
/// [`StoreError::RosterNotDraft`](crate::store::StoreError::RosterNotDraft).
pub async fn publish_roster(
    store: &Store,
    actor: &Actor,
    id: RosterId,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<Published, ServiceError> {
    let tx = store.begin().await?;
    let draft = find_roster(&tx, actor, id).await?;
    let stored = assignments::list(&tx, id).await?;
    let context = context(&tx, &draft.value, &stored).await?;
    let replaced = rosters::published(&tx, draft.value.team_id, draft.value.week.monday()).await?;
    // Before it is published: what calendars are told follows from a comparison of the times.
    if context.placed != stored {
        assignments::replace_all(&tx, id, &context.placed).await?;
    }
    rosters::publish(&tx, id, expected.or(draft.version), now).await?;
    let judgement = Judgement::of(&context);
    let hard = judgement.hard();
    if !hard.is_empty() {
        return Err(ServiceError::RuleViolation(hard));
    }
    let score = judgement.score(draft.value.score.as_ref());
    rosters::set_score(&tx, id, &context.plan.rules, Some(&score), &explained(&context)).await?;
    let row = reread(&tx, actor, id).await?;
    audit::insert(&tx, &line(actor, "publish", Some(&draft.value), &row.value, now)).await?;
    if let Some(before) = &replaced {
        let after = reread(&tx, actor, before.value.id).await?;
        audit::insert(&tx, &line(actor, "replace", Some(&before.value), &after.value, now)).await?;
    }
    tx.commit().await?;
    Ok(Published { row, replaced: replaced.map(|row| row.value.id) })
}

/// Makes a new draft of a roster that is published or archived. Its assignments keep their identity, so that calendars follow
/// them once the draft is published.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::RosterIsDraft`].
pub async fn reopen_roster(
    store: &Store,
    actor: &Actor,
    id: RosterId,
    now: DateTime<Utc>,
) -> Result<Versioned<Roster>, ServiceError> {
    let tx = store.begin().await?;
    let old = find_roster(&tx, actor, id).await?.value;
    if old.status == RosterStatus::Draft {
        return Err(ServiceError::RosterIsDraft(id));
    }
    let placed = assignments::list(&tx, id).await?;
    let draft = Roster {
        id: RosterId::generate(),
        status: RosterStatus::Draft,
        revision: rosters::next_revision(&tx, old.team_id, old.week.monday()).await?,
        replaces_id: Some(id),
        // A run has one roster, the one it built.
        run_id: None,
        published_at: None,
        publish_sequence: 0,
        ..old
    };
    let row = rosters::insert(&tx, &draft, &placed, now).await?;
    audit::insert(&tx, &line(actor, "reopen", None, &row.value, now)).await?;
    tx.commit().await?;
    Ok(row)
}

/// Archives a draft, or a published roster, which then nobody works by.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] for a published roster without the permission to publish; a version
/// conflict, and [`StoreError::Archived`](crate::store::StoreError::Archived).
pub async fn archive_roster(
    store: &Store,
    actor: &Actor,
    id: RosterId,
    expected: Expected,
    now: DateTime<Utc>,
) -> Result<Versioned<Roster>, ServiceError> {
    let tx = store.begin().await?;
    let before = find_roster(&tx, actor, id).await?;
    let permission = Permission::PublishRosters;
    if before.value.status == RosterStatus::Published && !actor.role.allows(permission) {
        return Err(ServiceError::Forbidden { permission });
    }
    let row = rosters::archive(&tx, id, expected.or(before.version), now).await?;
    audit::insert(&tx, &line(actor, "archive", Some(&before.value), &row.value, now)).await?;
    tx.commit().await?;
    Ok(row)
}

/// A roster just changed, as it is now.
async fn reread(tx: &Tx, actor: &Actor, id: RosterId) -> Result<Versioned<Roster>, ServiceError> {
    find_roster(tx, actor, id).await
}

/// What the audit log keeps of a roster whose standing changes.
#[derive(Serialize)]
struct Standing {
    status: RosterStatus,
    revision: u32,
    replaces_id: Option<RosterId>,
    publish_sequence: u32,
    cost: Option<f64>,
}

impl From<&Roster> for Standing {
    fn from(roster: &Roster) -> Self {
        Self {
            status: roster.status,
            revision: roster.revision,
            replaces_id: roster.replaces_id,
            publish_sequence: roster.publish_sequence,
            cost: roster.score.as_ref().map(|score| score.cost),
        }
    }
}

/// The line of the audit log that a build begins a draft's history with; `by` asked for the run.
pub(in crate::services) fn built(by: &str, draft: &Roster, now: DateTime<Utc>) -> AuditEntry {
    line(&Actor::service(by), "build", None, draft, now)
}

fn line(actor: &Actor, action: &str, before: Option<&Roster>, after: &Roster, now: DateTime<Utc>) -> AuditEntry {
    entry(actor, action, subject(after), before.map(Standing::from).as_ref(), Some(&Standing::from(after)), now)
}

//! Lines of the audit log.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::domain::access::Actor;
use crate::domain::ids::{AuditEntryId, TeamId};
use crate::store::audit::AuditEntry;

/// What a line is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The kind of thing, for example `roster`.
    pub what: &'static str,
    /// Which.
    pub id: Uuid,
    /// The team it belongs to, where it belongs to one: decides who may read the line.
    pub team_id: Option<TeamId>,
}

/// A line that says who did what to which, with what it was before and after.
pub fn entry<T: Serialize>(
    actor: &Actor,
    action: &str,
    subject: Subject,
    before: Option<&T>,
    after: Option<&T>,
    now: DateTime<Utc>,
) -> AuditEntry {
    let json = |value: Option<&T>| value.map(|value| serde_json::to_value(value).expect("domain types are plain data"));
    AuditEntry {
        id: AuditEntryId::generate(),
        at: now,
        actor_key_id: actor.key_id,
        actor_name: actor.name.clone(),
        action: action.to_owned(),
        subject_type: subject.what.to_owned(),
        subject_id: subject.id,
        team_id: subject.team_id,
        before: json(before),
        after: json(after),
        request_id: actor.request_id.clone(),
    }
}

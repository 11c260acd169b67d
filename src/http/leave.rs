//! Leave.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::LeaveKindView;
use crate::domain::absence::Leave;
use crate::domain::access::Actor;
use crate::domain::calendar::Interval;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, LeaveId, TeamId};
use crate::services::proposal::Reference;
use crate::store::leaves::{self, LeaveFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// Leave to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "starts_at": "2026-11-25T00:00:00+08:00",
    "ends_at": "2026-11-27T00:00:00+08:00", "kind": "annual" }))]
pub struct LeaveCreate {
    /// Who is away.
    pub agent_id: Uuid,
    /// First instant away.
    pub starts_at: DateTime<Utc>,
    /// First instant back.
    pub ends_at: DateTime<Utc>,
    /// Why.
    pub kind: LeaveKindView,
}

/// Two years: longer leave is a slip of the keyboard, or an employment that has ended.
const MAX_DAYS: i64 = 731;

impl Body for LeaveCreate {
    type Value = Leave;

    fn of(leave: &Leave) -> Self {
        Self { agent_id: leave.agent_id.0, starts_at: leave.span.start, ends_at: leave.span.end, kind: leave.kind.into() }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/agent_id", AgentId(self.agent_id))]
    }

    fn into_value(self, id: LeaveId) -> Result<Leave, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let length = self.ends_at - self.starts_at;
        let fits = Duration::zero() < length && length <= Duration::days(MAX_DAYS);
        faults.expect(fits, "/ends_at", format!("must be after starts_at, by {MAX_DAYS} days at most"));
        let span = Interval { start: self.starts_at, end: self.ends_at };
        faults.into_result(Some(Leave { id, agent_id: AgentId(self.agent_id), span, kind: self.kind.into() }))
    }
}

/// What to change of a leave; absent fields stay as they are. A leave keeps its agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ends_at": "2026-11-28T00:00:00+08:00" }))]
pub struct LeavePatch {
    /// First instant away.
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    /// First instant back.
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Why.
    #[schema(nullable = false)]
    pub kind: Option<LeaveKindView>,
}

impl LeavePatch {
    fn apply(self, leave: LeaveCreate) -> LeaveCreate {
        LeaveCreate {
            starts_at: self.starts_at.unwrap_or(leave.starts_at),
            ends_at: self.ends_at.unwrap_or(leave.ends_at),
            kind: self.kind.unwrap_or(leave.kind),
            ..leave
        }
    }
}

/// A leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-000000000000",
    "starts_at": "2026-11-24T16:00:00Z", "ends_at": "2026-11-26T16:00:00Z", "kind": "annual",
    "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct LeaveView {
    /// Identity.
    pub id: Uuid,
    /// Who is away.
    pub agent_id: Uuid,
    /// First instant away.
    pub starts_at: DateTime<Utc>,
    /// First instant back.
    pub ends_at: DateTime<Utc>,
    /// Why.
    pub kind: LeaveKindView,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Leave>> for LeaveView {
    fn from(row: Versioned<Leave>) -> Self {
        let LeaveCreate { agent_id, starts_at, ends_at, kind } = LeaveCreate::of(&row.value);
        Self { id: row.value.id.0, agent_id, starts_at, ends_at, kind, stamp: (&row).into() }
    }
}

/// Which leave to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeaveQuery {
    /// Only that of agents of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only that of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Only leave that lasts beyond this instant.
    #[param(nullable = false)]
    pub from: Option<DateTime<Utc>>,
    /// Only leave that begins before this instant.
    #[param(nullable = false)]
    pub until: Option<DateTime<Utc>>,
    /// Whether archived leave is wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl LeaveQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Leave>>, StoreError> {
        // Ends that both databases can hold.
        let open = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + Duration::days(365 * 1000));
        let overlapping = Interval { start: self.from.unwrap_or(open.0), end: self.until.unwrap_or(open.1) };
        let filter = LeaveFilter {
            scope: &actor.scope,
            team_id: self.team_id.map(TeamId),
            agent_id: self.agent_id.map(AgentId),
            overlapping: (self.from.is_some() || self.until.is_some()).then_some(overlapping),
            include_archived: self.include_archived,
        };
        leaves::list(store, &filter, page).await
    }
}

kept_routes! {
    Leave by LeaveId: LeaveCreate, LeavePatch, LeaveView, LeaveQuery;
    tag "absence", read ReadAbsence, change ManageLeave;
    /// Record leave: no shift is planned over it.
    POST "/leave" create_leave;
    /// List leave: that of agents within reach.
    GET list_leave;
    /// Read a leave.
    GET "/leave/{id}" get_leave;
    /// Change a leave.
    PATCH patch_leave;
    /// Archive a leave: it is taken back.
    DELETE archive_leave;
}

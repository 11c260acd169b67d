//! Users' words on stretches of history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use crate::domain::access::Actor;
use crate::domain::calendar::Interval;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::history::{HistoryOverrule, Verdict};
use crate::domain::ids::{HistoryOverruleId, QueueId};
use crate::services::proposal::Reference;
use crate::store::history_overrules::{self, HistoryOverruleFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// What is to be done with a stretch of history, whatever the forecast finds in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictView {
    /// It is right as it is.
    Keep,
    /// It says nothing about the weeks to come.
    LeaveOut,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Keep => Self::Keep,
            Verdict::LeaveOut => Self::LeaveOut,
        }
    }
}

impl From<VerdictView> for Verdict {
    fn from(verdict: VerdictView) -> Self {
        match verdict {
            VerdictView::Keep => Self::Keep,
            VerdictView::LeaveOut => Self::LeaveOut,
        }
    }
}

/// A word on a stretch of a queue's history. Forecasts to come go by it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queue_id": "01936d7e-0000-7000-8000-000000000000", "starts_at": "2026-10-12T12:00:00Z",
    "ends_at": "2026-10-12T15:00:00Z", "verdict": "keep", "reason": "店庆，每年都有" }))]
pub struct HistoryOverruleCreate {
    /// The queue.
    pub queue_id: Uuid,
    /// First moment of the stretch.
    pub starts_at: DateTime<Utc>,
    /// First moment after it.
    pub ends_at: DateTime<Utc>,
    /// What is to be done with it.
    pub verdict: VerdictView,
    /// Why, in 1-500 characters.
    pub reason: String,
}

impl Body for HistoryOverruleCreate {
    type Value = HistoryOverrule;

    fn of(value: &HistoryOverrule) -> Self {
        Self {
            queue_id: value.queue_id.0,
            starts_at: value.span.start,
            ends_at: value.span.end,
            verdict: value.verdict.into(),
            reason: value.reason.clone(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/queue_id", QueueId(self.queue_id))]
    }

    fn into_value(self, id: HistoryOverruleId) -> Result<HistoryOverrule, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let span = Interval { start: self.starts_at, end: self.ends_at };
        let (queue_id, verdict, author) = (QueueId(self.queue_id), self.verdict.into(), String::new());
        let value = HistoryOverrule { id, queue_id, span, verdict, reason: self.reason, author };
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of an overrule; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "verdict": "leave_out" }))]
pub struct HistoryOverrulePatch {
    /// First moment of the stretch.
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    /// First moment after it.
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    /// What is to be done with it.
    #[schema(nullable = false)]
    pub verdict: Option<VerdictView>,
    /// Why.
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

impl HistoryOverrulePatch {
    fn apply(self, body: HistoryOverruleCreate) -> HistoryOverruleCreate {
        HistoryOverruleCreate {
            queue_id: body.queue_id,
            starts_at: self.starts_at.unwrap_or(body.starts_at),
            ends_at: self.ends_at.unwrap_or(body.ends_at),
            verdict: self.verdict.unwrap_or(body.verdict),
            reason: self.reason.unwrap_or(body.reason),
        }
    }
}

/// A word on a stretch of a queue's history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "queue_id": "01936d7e-0000-7000-8000-000000000000",
    "starts_at": "2026-10-12T12:00:00Z", "ends_at": "2026-10-12T15:00:00Z", "verdict": "keep",
    "reason": "店庆，每年都有", "author": "王主管", "version": 1, "created_at": "2026-11-22T08:00:00Z",
    "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct HistoryOverruleView {
    /// Identity.
    pub id: Uuid,
    /// The queue.
    pub queue_id: Uuid,
    /// First moment of the stretch.
    pub starts_at: DateTime<Utc>,
    /// First moment after it.
    pub ends_at: DateTime<Utc>,
    /// What is to be done with it.
    pub verdict: VerdictView,
    /// Why.
    pub reason: String,
    /// Who made it, or changed it last.
    pub author: String,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<HistoryOverrule>> for HistoryOverruleView {
    fn from(row: Versioned<HistoryOverrule>) -> Self {
        let HistoryOverruleCreate { queue_id, starts_at, ends_at, verdict, reason } = HistoryOverruleCreate::of(&row.value);
        let (id, author, stamp) = (row.value.id.0, row.value.author.clone(), (&row).into());
        Self { id, queue_id, starts_at, ends_at, verdict, reason, author, stamp }
    }
}

/// Which history_overrules to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryOverruleQuery {
    /// Only those of this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl HistoryOverruleQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<HistoryOverrule>>, StoreError> {
        let queue_id = self.queue_id.map(QueueId);
        let filter = HistoryOverruleFilter { scope: &actor.scope, queue_id, include_archived: self.include_archived };
        history_overrules::list(store, &filter, page).await
    }
}

kept_routes! {
    HistoryOverrule by HistoryOverruleId: HistoryOverruleCreate, HistoryOverrulePatch, HistoryOverruleView, HistoryOverruleQuery;
    tag "planning", read ReadPlans, change ManageRuns;
    /// Overrule what forecasts do with a stretch of history: keep what they would leave out, or leave it out.
    POST "/history-overrules" create_history_overrule;
    /// List overrules: those of queues within reach.
    GET list_history_overrules;
    /// Read an overrule.
    GET "/history-overrules/{id}" get_history_overrule;
    /// Change an overrule; its author is who changed it last.
    PATCH patch_history_overrule;
    /// Archive an overrule: forecasts judge the stretch themselves again.
    DELETE archive_history_overrule;
}

//! Changes of forecasts by hand.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use crate::domain::access::Actor;
use crate::domain::adjustment::{Adjustment, Change};
use crate::domain::calendar::Interval;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AdjustmentId, QueueId};
use crate::services::proposal::Reference;
use crate::store::adjustments::{self, AdjustmentFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// What a change does to the inquiries expected in its window.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "type": "scale", "factor": 1.2 }))]
pub enum ChangeView {
    /// So many in the whole window, spread as the model has them.
    Set {
        /// How many, 0-1000000.
        inquiries: f64,
    },
    /// So many more, or fewer where negative, over the whole window.
    Add {
        /// How many, -1000000 to 1000000.
        inquiries: f64,
    },
    /// So many times as many.
    Scale {
        /// The factor, 0-20: 1.2 is a fifth more.
        factor: f64,
    },
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        match change {
            Change::Set { inquiries } => Self::Set { inquiries },
            Change::Add { inquiries } => Self::Add { inquiries },
            Change::Scale { factor } => Self::Scale { factor },
        }
    }
}

impl From<ChangeView> for Change {
    fn from(change: ChangeView) -> Self {
        match change {
            ChangeView::Set { inquiries } => Self::Set { inquiries },
            ChangeView::Add { inquiries } => Self::Add { inquiries },
            ChangeView::Scale { factor } => Self::Scale { factor },
        }
    }
}

/// A change to make. It holds for every forecast of its window, past and to come, and never touches the model's figure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queue_id": "01936d7e-0000-7000-8000-000000000000", "starts_at": "2026-12-12T12:00:00Z",
    "ends_at": "2026-12-12T15:00:00Z", "change": { "type": "scale", "factor": 1.2 }, "reason": "加播一场" }))]
pub struct AdjustmentCreate {
    /// The queue.
    pub queue_id: Uuid,
    /// First moment of the window.
    pub starts_at: DateTime<Utc>,
    /// First moment after it.
    pub ends_at: DateTime<Utc>,
    /// What it does.
    pub change: ChangeView,
    /// Why, in 1-500 characters.
    pub reason: String,
}

impl Body for AdjustmentCreate {
    type Value = Adjustment;

    fn of(value: &Adjustment) -> Self {
        Self {
            queue_id: value.queue_id.0,
            starts_at: value.span.start,
            ends_at: value.span.end,
            change: value.change.into(),
            reason: value.reason.clone(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/queue_id", QueueId(self.queue_id))]
    }

    fn into_value(self, id: AdjustmentId) -> Result<Adjustment, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let span = Interval { start: self.starts_at, end: self.ends_at };
        let (queue_id, change, author) = (QueueId(self.queue_id), self.change.into(), String::new());
        let value = Adjustment { id, queue_id, span, change, reason: self.reason, author };
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of an adjustment; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "change": { "type": "set", "inquiries": 900 } }))]
pub struct AdjustmentPatch {
    /// First moment of the window.
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    /// First moment after it.
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
    /// What it does.
    #[schema(nullable = false)]
    pub change: Option<ChangeView>,
    /// Why.
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

impl AdjustmentPatch {
    fn apply(self, body: AdjustmentCreate) -> AdjustmentCreate {
        AdjustmentCreate {
            queue_id: body.queue_id,
            starts_at: self.starts_at.unwrap_or(body.starts_at),
            ends_at: self.ends_at.unwrap_or(body.ends_at),
            change: self.change.unwrap_or(body.change),
            reason: self.reason.unwrap_or(body.reason),
        }
    }
}

/// A change of a queue's forecast.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "queue_id": "01936d7e-0000-7000-8000-000000000000",
    "starts_at": "2026-12-12T12:00:00Z", "ends_at": "2026-12-12T15:00:00Z", "change": { "type": "scale", "factor": 1.2 },
    "reason": "加播一场", "author": "王主管", "version": 1, "created_at": "2026-11-22T08:00:00Z",
    "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct AdjustmentView {
    /// Identity.
    pub id: Uuid,
    /// The queue.
    pub queue_id: Uuid,
    /// First moment of the window.
    pub starts_at: DateTime<Utc>,
    /// First moment after it.
    pub ends_at: DateTime<Utc>,
    /// What it does.
    pub change: ChangeView,
    /// Why.
    pub reason: String,
    /// Who made it, or changed it last.
    pub author: String,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Adjustment>> for AdjustmentView {
    fn from(row: Versioned<Adjustment>) -> Self {
        let AdjustmentCreate { queue_id, starts_at, ends_at, change, reason } = AdjustmentCreate::of(&row.value);
        let (id, author, stamp) = (row.value.id.0, row.value.author.clone(), (&row).into());
        Self { id, queue_id, starts_at, ends_at, change, reason, author, stamp }
    }
}

/// Which adjustments to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdjustmentQuery {
    /// Only those of this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl AdjustmentQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Adjustment>>, StoreError> {
        let queue_id = self.queue_id.map(QueueId);
        let filter = AdjustmentFilter { scope: &actor.scope, queue_id, include_archived: self.include_archived };
        adjustments::list(store, &filter, page).await
    }
}

kept_routes! {
    Adjustment by AdjustmentId: AdjustmentCreate, AdjustmentPatch, AdjustmentView, AdjustmentQuery;
    tag "planning", read ReadPlans, change ManageRuns;
    /// Change a forecast by hand: the model's figure stays beside it, and staffing takes the changed one.
    POST "/adjustments" create_adjustment;
    /// List adjustments: those of queues within reach.
    GET list_adjustments;
    /// Read an adjustment.
    GET "/adjustments/{id}" get_adjustment;
    /// Change an adjustment; its author is who changed it last.
    PATCH patch_adjustment;
    /// Archive an adjustment: the model's figure counts again.
    DELETE archive_adjustment;
}

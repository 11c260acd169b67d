//! New queues' loans of another's profile.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use crate::domain::access::Actor;
use crate::domain::demand::BorrowedProfile;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{BorrowedProfileId, QueueId};
use crate::services::proposal::Reference;
use crate::store::borrowed_profiles::{self, BorrowedProfileFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A loan to make: until a new queue has history enough of its own, it is forecast to look like another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "queue_id": "01936d7e-0000-7000-8000-000000000000",
    "from_queue_id": "01936d7e-0000-7000-8000-000000000001", "weekly_inquiries": 1400 }))]
pub struct BorrowedProfileCreate {
    /// The new queue.
    pub queue_id: Uuid,
    /// The queue whose week it is expected to look like.
    pub from_queue_id: Uuid,
    /// Inquiries expected in an ordinary week, above 0.
    pub weekly_inquiries: f64,
}

impl Body for BorrowedProfileCreate {
    type Value = BorrowedProfile;

    fn of(value: &BorrowedProfile) -> Self {
        Self { queue_id: value.queue_id.0, from_queue_id: value.from.0, weekly_inquiries: value.weekly_inquiries }
    }

    fn references(&self) -> Vec<Reference> {
        let reference = |pointer: &str, id| Reference::new(pointer, QueueId(id));
        vec![reference("/queue_id", self.queue_id), reference("/from_queue_id", self.from_queue_id)]
    }

    fn into_value(self, id: BorrowedProfileId) -> Result<BorrowedProfile, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let (queue_id, from) = (QueueId(self.queue_id), QueueId(self.from_queue_id));
        let value = BorrowedProfile { id, queue_id, from, weekly_inquiries: self.weekly_inquiries };
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of a loan; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "weekly_inquiries": 2100 }))]
pub struct BorrowedProfilePatch {
    /// The queue whose week it is expected to look like.
    #[schema(nullable = false)]
    pub from_queue_id: Option<Uuid>,
    /// Inquiries expected in an ordinary week, above 0.
    #[schema(nullable = false)]
    pub weekly_inquiries: Option<f64>,
}

impl BorrowedProfilePatch {
    fn apply(self, body: BorrowedProfileCreate) -> BorrowedProfileCreate {
        BorrowedProfileCreate {
            queue_id: body.queue_id,
            from_queue_id: self.from_queue_id.unwrap_or(body.from_queue_id),
            weekly_inquiries: self.weekly_inquiries.unwrap_or(body.weekly_inquiries),
        }
    }
}

/// A new queue's loan of another's profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000002", "queue_id": "01936d7e-0000-7000-8000-000000000000",
    "from_queue_id": "01936d7e-0000-7000-8000-000000000001", "weekly_inquiries": 1400.0, "version": 1,
    "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct BorrowedProfileView {
    /// Identity.
    pub id: Uuid,
    /// The new queue.
    pub queue_id: Uuid,
    /// The queue whose week it is expected to look like.
    pub from_queue_id: Uuid,
    /// Inquiries expected in an ordinary week.
    pub weekly_inquiries: f64,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<BorrowedProfile>> for BorrowedProfileView {
    fn from(row: Versioned<BorrowedProfile>) -> Self {
        let BorrowedProfileCreate { queue_id, from_queue_id, weekly_inquiries } = BorrowedProfileCreate::of(&row.value);
        Self { id: row.value.id.0, queue_id, from_queue_id, weekly_inquiries, stamp: (&row).into() }
    }
}

/// Which loans to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BorrowedProfileQuery {
    /// Only those of this queue.
    #[param(nullable = false)]
    pub queue_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl BorrowedProfileQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<BorrowedProfile>>, StoreError> {
        let queue_id = self.queue_id.map(QueueId);
        let filter = BorrowedProfileFilter { scope: &actor.scope, queue_id, include_archived: self.include_archived };
        borrowed_profiles::list(store, &filter, page).await
    }
}

kept_routes! {
    BorrowedProfile by BorrowedProfileId:
        BorrowedProfileCreate, BorrowedProfilePatch, BorrowedProfileView, BorrowedProfileQuery;
    tag "planning", read ReadPlans, change ManageRuns;
    /// Lend a new queue the profile of another.
    POST "/borrowed-profiles" create_borrowed_profile;
    /// List borrowed profiles: those of queues within reach.
    GET list_borrowed_profiles;
    /// Read a borrowed profile.
    GET "/borrowed-profiles/{id}" get_borrowed_profile;
    /// Change a borrowed profile.
    PATCH patch_borrowed_profile;
    /// Archive a borrowed profile: the queue is forecast from its own history only.
    DELETE archive_borrowed_profile;
}

//! Protections of agents from nights and overtime.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::words::ProtectionKindView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{AgentId, ProtectionId};
use crate::domain::labour::Protection;
use crate::services::proposal::Reference;
use crate::store::protections::{self, ProtectionFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// Dates on which an agent is kept from what the site's labour rules say: nights, overtime, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "agent_id": "01936d7e-0000-7000-8000-000000000000", "kind": "pregnant", "from": "2026-11-23",
    "until": null }))]
pub struct ProtectionCreate {
    /// Whom.
    pub agent_id: Uuid,
    /// Why.
    pub kind: ProtectionKindView,
    /// First date.
    pub from: NaiveDate,
    /// Last date; `null` or absent for as yet unknown.
    pub until: Option<NaiveDate>,
}

impl Body for ProtectionCreate {
    type Value = Protection;

    fn of(value: &Protection) -> Self {
        Self { agent_id: value.agent_id.0, kind: value.kind.into(), from: value.from, until: value.until }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/agent_id", AgentId(self.agent_id))]
    }

    fn into_value(self, id: ProtectionId) -> Result<Protection, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.expect(self.until.is_none_or(|until| until >= self.from), "/until", "must not be before from");
        let (agent_id, kind) = (AgentId(self.agent_id), self.kind.into());
        faults.into_result(Some(Protection { id, agent_id, kind, from: self.from, until: self.until }))
    }
}

/// What to change of a protection; absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2027-06-30" }))]
pub struct ProtectionPatch {
    /// Why.
    #[schema(nullable = false)]
    pub kind: Option<ProtectionKindView>,
    /// First date.
    #[schema(nullable = false)]
    pub from: Option<NaiveDate>,
    /// Last date; `null` takes it away.
    #[serde(default, with = "serde_with::rust::double_option")]
    #[schema(value_type = Option<NaiveDate>)]
    pub until: Option<Option<NaiveDate>>,
}

impl ProtectionPatch {
    fn apply(self, body: ProtectionCreate) -> ProtectionCreate {
        ProtectionCreate {
            agent_id: body.agent_id,
            kind: self.kind.unwrap_or(body.kind),
            from: self.from.unwrap_or(body.from),
            until: self.until.unwrap_or(body.until),
        }
    }
}

/// Dates on which an agent is kept from nights and overtime.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "agent_id": "01936d7e-0000-7000-8000-000000000000",
    "kind": "pregnant", "from": "2026-11-23", "until": null, "version": 1, "created_at": "2026-11-22T08:00:00Z",
    "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct ProtectionView {
    /// Identity.
    pub id: Uuid,
    /// Whom.
    pub agent_id: Uuid,
    /// Why.
    pub kind: ProtectionKindView,
    /// First date.
    pub from: NaiveDate,
    /// Last date; `null` for as yet unknown.
    pub until: Option<NaiveDate>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Protection>> for ProtectionView {
    fn from(row: Versioned<Protection>) -> Self {
        let ProtectionCreate { agent_id, kind, from, until } = ProtectionCreate::of(&row.value);
        Self { id: row.value.id.0, agent_id, kind, from, until, stamp: (&row).into() }
    }
}

/// Which protections to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProtectionQuery {
    /// Only those of this agent.
    #[param(nullable = false)]
    pub agent_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl ProtectionQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Protection>>, StoreError> {
        let Self { agent_id, include_archived } = self;
        let filter = ProtectionFilter { scope: &actor.scope, agent_id: agent_id.map(AgentId), include_archived };
        protections::list(store, &filter, page).await
    }
}

kept_routes! {
    Protection by ProtectionId: ProtectionCreate, ProtectionPatch, ProtectionView, ProtectionQuery;
    tag "labour", read ReadAbsence, change ManageLeave;
    /// Protect an agent from nights and overtime, as far as the site's labour rules say so.
    POST "/protections" create_protection;
    /// List protections of agents within reach.
    GET list_protections;
    /// Read a protection.
    GET "/protections/{id}" get_protection;
    /// Change a protection.
    PATCH patch_protection;
    /// Archive a protection: rosters made from now on do not know it.
    DELETE archive_protection;
}

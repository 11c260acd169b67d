//! Promotions: campaigns in phases.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{PromotionId, QueueId, TeamId};
use crate::domain::promotion::{PhaseKind, Promotion, PromotionPhase};
use crate::domain::quantity::Uplift;
use crate::services::proposal::Reference;
use crate::store::promotions::{self, PromotionFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// The part a phase plays in a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKindView {
    /// Deposits and questions before the sale: 预售.
    PreSale,
    /// The first hours of the sale: 开门红.
    Opening,
    /// The day itself: 爆发.
    Spike,
    /// Between the others.
    Steady,
    /// Deliveries, returns and refunds afterwards: 退货潮.
    ReturnWave,
}

impl From<PhaseKind> for PhaseKindView {
    fn from(kind: PhaseKind) -> Self {
        match kind {
            PhaseKind::PreSale => Self::PreSale,
            PhaseKind::Opening => Self::Opening,
            PhaseKind::Spike => Self::Spike,
            PhaseKind::Steady => Self::Steady,
            PhaseKind::ReturnWave => Self::ReturnWave,
        }
    }
}

impl From<PhaseKindView> for PhaseKind {
    fn from(kind: PhaseKindView) -> Self {
        match kind {
            PhaseKindView::PreSale => Self::PreSale,
            PhaseKindView::Opening => Self::Opening,
            PhaseKindView::Spike => Self::Spike,
            PhaseKindView::Steady => Self::Steady,
            PhaseKindView::ReturnWave => Self::ReturnWave,
        }
    }
}

/// A stretch of a promotion on the wall clock of the site.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "opening", "starts_at": "2026-10-31T20:00:00", "ends_at": "2026-11-01T02:00:00", "uplift": 6 }))]
pub struct PromotionPhaseView {
    /// The part it plays.
    pub kind: PhaseKindView,
    /// First moment, local time without offset.
    #[schema(value_type = String, format = "date-time-local")]
    pub starts_at: NaiveDateTime,
    /// First moment after, local time without offset.
    #[schema(value_type = String, format = "date-time-local")]
    pub ends_at: NaiveDateTime,
    /// Factor on expected volume, 0.1-20, that the planner reckons with; blended with what earlier promotions of the same kind
    /// brought in this phase, the more of them the less it counts. Absent lets history speak alone.
    #[schema(minimum = 0.1, maximum = 20)]
    pub uplift: Option<f64>,
}

/// A promotion to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "team_id": "01936d7e-0000-7000-8000-000000000000", "name": "双11 2026", "kind": "双11", "phases": [
    { "kind": "pre_sale", "starts_at": "2026-10-20T20:00:00", "ends_at": "2026-10-31T20:00:00", "uplift": 1.3 },
    { "kind": "opening", "starts_at": "2026-10-31T20:00:00", "ends_at": "2026-11-01T02:00:00", "uplift": 6 } ] }))]
pub struct PromotionCreate {
    /// The team whose queues it concerns, those of the teams below included.
    pub team_id: Uuid,
    /// The one queue it concerns; absent for all.
    pub queue_id: Option<Uuid>,
    /// Display name, for example 双11 2026.
    pub name: String,
    /// What occurs again: 双11, 618, 直播. The forecast learns by kind and phase.
    pub kind: String,
    /// 1-50 phases without overlap.
    pub phases: Vec<PromotionPhaseView>,
}

impl Body for PromotionCreate {
    type Value = Promotion;

    fn of(value: &Promotion) -> Self {
        let phase = |phase: &PromotionPhase| PromotionPhaseView {
            kind: phase.kind.into(),
            starts_at: phase.starts_at,
            ends_at: phase.ends_at,
            uplift: phase.uplift.map(Uplift::get),
        };
        Self {
            team_id: value.team_id.0,
            queue_id: value.queue_id.map(Into::into),
            name: value.name.clone(),
            kind: value.kind.clone(),
            phases: value.phases.iter().map(phase).collect(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        let queue = self.queue_id.map(|id| Reference::new("/queue_id", QueueId(id)));
        std::iter::once(Reference::new("/team_id", TeamId(self.team_id))).chain(queue).collect()
    }

    fn into_value(self, id: PromotionId) -> Result<Promotion, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let phase = |(place, phase): (usize, &PromotionPhaseView)| {
            let uplift = phase.uplift.and_then(|uplift| faults.take(format!("/phases/{place}/uplift"), Uplift::new(uplift)));
            PromotionPhase { kind: phase.kind.into(), starts_at: phase.starts_at, ends_at: phase.ends_at, uplift }
        };
        let phases = self.phases.iter().enumerate().map(phase).collect();
        let (team_id, queue_id) = (TeamId(self.team_id), self.queue_id.map(QueueId));
        let value = Promotion { id, team_id, queue_id, name: self.name, kind: self.kind, phases };
        value.check(&mut faults);
        faults.into_result(Some(value))
    }
}

/// What to change of a promotion; absent fields stay as they are, `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "双11 2026（延长）" }))]
pub struct PromotionPatch {
    /// The team whose queues it concerns.
    #[schema(nullable = false)]
    pub team_id: Option<Uuid>,
    /// The one queue it concerns; `null` for all.
    #[serde(default, with = "::serde_with::rust::double_option")]
    pub queue_id: Option<Option<Uuid>>,
    /// Display name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What occurs again.
    #[schema(nullable = false)]
    pub kind: Option<String>,
    /// All phases anew.
    #[schema(nullable = false)]
    pub phases: Option<Vec<PromotionPhaseView>>,
}

impl PromotionPatch {
    fn apply(self, body: PromotionCreate) -> PromotionCreate {
        PromotionCreate {
            team_id: self.team_id.unwrap_or(body.team_id),
            queue_id: self.queue_id.unwrap_or(body.queue_id),
            name: self.name.unwrap_or(body.name),
            kind: self.kind.unwrap_or(body.kind),
            phases: self.phases.unwrap_or(body.phases),
        }
    }
}

/// A promotion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000",
    "queue_id": null, "name": "双11 2026", "kind": "双11", "phases": [ { "kind": "opening", "starts_at": "2026-10-31T20:00:00",
    "ends_at": "2026-11-01T02:00:00", "uplift": 6 } ], "version": 1, "created_at": "2026-11-22T08:00:00Z",
    "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct PromotionView {
    /// Identity.
    pub id: Uuid,
    /// The team whose queues it concerns, those of the teams below included.
    pub team_id: Uuid,
    /// The one queue it concerns; `null` for all.
    pub queue_id: Option<Uuid>,
    /// Display name.
    pub name: String,
    /// What occurs again.
    pub kind: String,
    /// Its phases.
    pub phases: Vec<PromotionPhaseView>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Promotion>> for PromotionView {
    fn from(row: Versioned<Promotion>) -> Self {
        let PromotionCreate { team_id, queue_id, name, kind, phases } = PromotionCreate::of(&row.value);
        Self { id: row.value.id.0, team_id, queue_id, name, kind, phases, stamp: (&row).into() }
    }
}

/// Which promotions to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PromotionQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl PromotionQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Promotion>>, StoreError> {
        let team_id = self.team_id.map(TeamId);
        let filter = PromotionFilter { scope: &actor.scope, team_id, include_archived: self.include_archived };
        promotions::list(store, &filter, page).await
    }
}

kept_routes! {
    Promotion by PromotionId: PromotionCreate, PromotionPatch, PromotionView, PromotionQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a promotion.
    POST "/promotions" create_promotion;
    /// List promotions: those of teams within reach.
    GET list_promotions;
    /// Read a promotion.
    GET "/promotions/{id}" get_promotion;
    /// Change a promotion.
    PATCH patch_promotion;
    /// Archive a promotion: forecasts to come take its past as ordinary days.
    DELETE archive_promotion;
}

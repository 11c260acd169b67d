//! Queues.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::kept::{Body, StampView, kept_routes};
use super::queue_service::QueueServiceView;
use super::words::QueueKindView;
use crate::domain::access::Actor;
use crate::domain::fault::{Faults, FieldFault};
use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::domain::organisation::Queue;
use crate::domain::quantity::{Aht, Concurrency, Occupancy, Shrinkage};
use crate::services::proposal::Reference;
use crate::services::queues::{advised_concurrency, contradiction};
use crate::store::queues::{self, QueueFilter};
use crate::store::{Listed, Page, Store, StoreError, Versioned};

/// A queue to make. Shop, team and name are enough; everything else has a usual value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "shop_id": "01936d7e-0000-7000-8000-000000000000", "team_id": "01936d7e-0000-7000-8000-000000000000",
    "name": "旗舰店售前", "kind": "presale", "max_concurrent_chats": 3, "aht_secs": 300,
    "service_goal": { "target": 0.8, "threshold_secs": 30 } }))]
pub struct QueueCreate {
    /// The shop whose customers write.
    pub shop_id: Uuid,
    /// The team whose roster covers it.
    pub team_id: Uuid,
    /// Display name, unique: imports find a queue by it.
    pub name: String,
    /// What its chats are about; `general` if absent.
    #[serde(default = "default_kind")]
    pub kind: QueueKindView,
    /// Chats one agent holds at once, 1-30; 3 if absent.
    #[serde(default = "default_concurrency")]
    #[schema(minimum = 1, maximum = 30)]
    pub max_concurrent_chats: u32,
    /// Seconds a chat takes that is held alone; 300 if absent.
    #[serde(default = "default_aht")]
    #[schema(minimum = 1, maximum = 86400)]
    pub aht_secs: f64,
    /// How fast chats are to be answered; 0.8 in 30 seconds if absent.
    #[serde(default)]
    pub service_goal: ServiceGoalView,
    /// The most of on-seat time that may be busy, above 0 and at most 1; 0.85 if absent.
    #[serde(default = "default_occupancy")]
    pub max_occupancy: f64,
    /// Paid time away from the seat, breaks of the roster excluded, 0 or more and below 0.95; 0.1 if absent.
    #[serde(default = "default_shrinkage")]
    pub shrinkage: f64,
    /// Agents on seat at any time the site is open; 0 for none.
    #[serde(default)]
    pub min_agents: u32,
    /// How its chats run, and what is asked beyond the service goal.
    #[serde(default)]
    pub service: QueueServiceView,
}

fn default_kind() -> QueueKindView {
    QueueKindView::General
}

fn default_concurrency() -> u32 {
    3
}

fn default_aht() -> f64 {
    300.0
}

fn default_occupancy() -> f64 {
    0.85
}

fn default_shrinkage() -> f64 {
    0.1
}

/// How fast chats are to be answered: the share `target` within `threshold_secs`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "target": 0.8, "threshold_secs": 30 }))]
pub struct ServiceGoalView {
    /// Share to be answered in time, above 0 and below 1.
    pub target: f64,
    /// Seconds a customer may wait for the first answer.
    pub threshold_secs: u32,
}

impl Default for ServiceGoalView {
    fn default() -> Self {
        Self { target: 0.8, threshold_secs: 30 }
    }
}

/// More heads on one queue than any team has: a slip of the keyboard.
pub(super) const MAX_MIN_AGENTS: u32 = 1000;

impl Body for QueueCreate {
    type Value = Queue;

    fn of(queue: &Queue) -> Self {
        let goal = queue.service_goal;
        Self {
            shop_id: queue.shop_id.0,
            team_id: queue.team_id.0,
            name: queue.name.clone(),
            kind: queue.kind.into(),
            max_concurrent_chats: queue.max_concurrent_chats.get().into(),
            aht_secs: queue.aht_secs.get(),
            service_goal: ServiceGoalView { target: goal.target.get(), threshold_secs: goal.threshold_secs },
            max_occupancy: queue.max_occupancy.get(),
            shrinkage: queue.shrinkage.get(),
            min_agents: queue.min_agents,
            service: (&queue.service).into(),
        }
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::new("/shop_id", ShopId(self.shop_id)), Reference::new("/team_id", TeamId(self.team_id))]
    }

    fn into_value(self, id: QueueId) -> Result<Queue, Vec<FieldFault>> {
        let mut faults = Faults::default();
        faults.name("/name", &self.name);
        let chats = self.max_concurrent_chats;
        let max_concurrent_chats = u8::try_from(chats).ok().and_then(|chats| Concurrency::new(chats).ok());
        faults.expect(
            max_concurrent_chats.is_some(),
            "/max_concurrent_chats",
            format!("must be between 1 and {}, got {chats}", Concurrency::MAX),
        );
        let aht_secs = faults.take("/aht_secs", Aht::new(self.aht_secs));
        let service_goal = self.service_goal.checked("/service_goal", &mut faults);
        let max_occupancy = faults.take("/max_occupancy", Occupancy::new(self.max_occupancy));
        let shrinkage = faults.take("/shrinkage", Shrinkage::new(self.shrinkage));
        let min_agents = self.min_agents;
        faults.expect(min_agents <= MAX_MIN_AGENTS, "/min_agents", format!("must be at most {MAX_MIN_AGENTS}, got {min_agents}"));
        let service = self.service.into_settings(&mut faults);
        let queue = || {
            Some(Queue {
                id,
                shop_id: ShopId(self.shop_id),
                team_id: TeamId(self.team_id),
                name: self.name,
                kind: self.kind.into(),
                max_concurrent_chats: max_concurrent_chats?,
                aht_secs: aht_secs?,
                service_goal: service_goal?,
                max_occupancy: max_occupancy?,
                shrinkage: shrinkage?,
                min_agents,
                service: service?,
            })
        };
        let queue = queue();
        if let Some(fault) = queue.as_ref().and_then(contradiction) {
            faults.add("/service", fault);
        }
        faults.into_result(queue)
    }
}

/// What to change of a queue; absent fields stay as they are. A queue keeps its shop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "aht_secs": 240, "min_agents": 1 }))]
pub struct QueuePatch {
    /// The team whose roster covers it.
    #[schema(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Display name, unique.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What its chats are about.
    #[schema(nullable = false)]
    pub kind: Option<QueueKindView>,
    /// Chats one agent holds at once, 1-30.
    #[schema(nullable = false)]
    pub max_concurrent_chats: Option<u32>,
    /// Seconds a chat takes that is held alone.
    #[schema(nullable = false)]
    pub aht_secs: Option<f64>,
    /// How fast chats are to be answered.
    #[schema(nullable = false)]
    pub service_goal: Option<ServiceGoalView>,
    /// The most of on-seat time that may be busy, above 0 and at most 1.
    #[schema(nullable = false)]
    pub max_occupancy: Option<f64>,
    /// Paid time away from the seat, 0 or more and below 0.95.
    #[schema(nullable = false)]
    pub shrinkage: Option<f64>,
    /// Agents on seat at any time the site is open.
    #[schema(nullable = false)]
    pub min_agents: Option<u32>,
    /// How its chats run and what is asked beyond the service goal, as a whole.
    #[schema(nullable = false)]
    pub service: Option<QueueServiceView>,
}

impl QueuePatch {
    fn apply(self, queue: QueueCreate) -> QueueCreate {
        QueueCreate {
            team_id: self.team_id.unwrap_or(queue.team_id),
            name: self.name.unwrap_or(queue.name),
            kind: self.kind.unwrap_or(queue.kind),
            max_concurrent_chats: self.max_concurrent_chats.unwrap_or(queue.max_concurrent_chats),
            aht_secs: self.aht_secs.unwrap_or(queue.aht_secs),
            service_goal: self.service_goal.unwrap_or(queue.service_goal),
            max_occupancy: self.max_occupancy.unwrap_or(queue.max_occupancy),
            shrinkage: self.shrinkage.unwrap_or(queue.shrinkage),
            min_agents: self.min_agents.unwrap_or(queue.min_agents),
            service: self.service.unwrap_or(queue.service),
            ..queue
        }
    }
}

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "01936d7e-0000-7000-8000-000000000000", "shop_id": "01936d7e-0000-7000-8000-000000000000",
    "team_id": "01936d7e-0000-7000-8000-000000000000", "name": "旗舰店售前", "kind": "presale", "max_concurrent_chats": 3,
    "aht_secs": 300.0, "service_goal": { "target": 0.8, "threshold_secs": 30 }, "max_occupancy": 0.85, "shrinkage": 0.1,
    "min_agents": 0, "service": { "first_reply": { "target": 0.8, "threshold_secs": 60 }, "replies": null, "average_reply_secs": null,
        "max_abandonment": null, "patience_secs": 120, "turns": { "reply_secs": 20, "think_secs": 40 }, "aht_by_chats": [],
        "shrinkage_causes": { "breaks": 0, "training": 0.03, "meetings": 0.02, "sickness": 0.03, "leave": 0.05 } },
    "advised_concurrent_chats": 2, "version": 1, "created_at": "2026-11-22T08:00:00Z", "updated_at": "2026-11-22T08:00:00Z", "archived_at": null }))]
pub struct QueueView {
    /// Identity.
    pub id: Uuid,
    /// The shop whose customers write.
    pub shop_id: Uuid,
    /// The team whose roster covers it.
    pub team_id: Uuid,
    /// Display name, unique.
    pub name: String,
    /// What its chats are about.
    pub kind: QueueKindView,
    /// Chats one agent holds at once.
    pub max_concurrent_chats: u32,
    /// Seconds a chat takes that is held alone.
    pub aht_secs: f64,
    /// How fast chats are to be answered.
    pub service_goal: ServiceGoalView,
    /// The most of on-seat time that may be busy, 0-1.
    pub max_occupancy: f64,
    /// Paid time away from the seat, breaks of the roster excluded, 0-1.
    pub shrinkage: f64,
    /// Agents on seat at any time the site is open.
    pub min_agents: u32,
    /// How its chats run, and what is asked beyond the service goal.
    pub service: QueueServiceView,
    /// The most chats at once with which a fully busy agent still meets every reply goal; `null` where none is set.
    pub advised_concurrent_chats: Option<u8>,
    /// Version and times.
    #[serde(flatten)]
    pub stamp: StampView,
}

impl From<Versioned<Queue>> for QueueView {
    fn from(row: Versioned<Queue>) -> Self {
        let body = QueueCreate::of(&row.value);
        Self {
            id: row.value.id.0,
            shop_id: body.shop_id,
            team_id: body.team_id,
            name: body.name,
            kind: body.kind,
            max_concurrent_chats: body.max_concurrent_chats,
            aht_secs: body.aht_secs,
            service_goal: body.service_goal,
            max_occupancy: body.max_occupancy,
            shrinkage: body.shrinkage,
            min_agents: body.min_agents,
            service: body.service,
            advised_concurrent_chats: advised_concurrency(&row.value).map(Into::into),
            stamp: (&row).into(),
        }
    }
}

/// Which queues to list.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// Only those of this team itself.
    #[param(nullable = false)]
    pub team_id: Option<Uuid>,
    /// Only those of this shop.
    #[param(nullable = false)]
    pub shop_id: Option<Uuid>,
    /// Whether archived ones are wanted too.
    #[serde(default)]
    pub include_archived: bool,
}

impl QueueQuery {
    async fn rows(self, store: &Store, actor: &Actor, page: Page) -> Result<Listed<Versioned<Queue>>, StoreError> {
        let (team_id, shop_id) = (self.team_id.map(TeamId), self.shop_id.map(ShopId));
        let filter = QueueFilter { scope: &actor.scope, team_id, shop_id, include_archived: self.include_archived };
        queues::list(store, &filter, page).await
    }
}

kept_routes! {
    Queue by QueueId: QueueCreate, QueuePatch, QueueView, QueueQuery;
    tag "organisation", read ReadOrganisation, change ManageOrganisation;
    /// Make a queue: what the chats of a shop wait in.
    POST "/queues" create_queue;
    /// List queues: those of teams within reach.
    GET list_queues;
    /// Read a queue.
    GET "/queues/{id}" get_queue;
    /// Change a queue.
    PATCH patch_queue;
    /// Archive a queue. Refused while a peak window names it or a published roster of today or later is on it.
    DELETE archive_queue;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shop_team_and_name_are_enough_and_every_fault_is_told_at_once() {
        let body = |more: serde_json::Value| {
            let mut body = serde_json::json!({ "shop_id": Uuid::nil(), "team_id": Uuid::nil(), "name": "售前" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value::<QueueCreate>(body).unwrap().into_value(QueueId::generate())
        };
        let queue = body(serde_json::json!({})).unwrap();
        assert_eq!((queue.max_concurrent_chats.get(), queue.aht_secs.get(), queue.min_agents), (3, 300.0, 0));

        let wrong = serde_json::json!({ "name": " ", "max_concurrent_chats": 300, "aht_secs": 0, "shrinkage": 1,
            "service_goal": { "target": 1, "threshold_secs": 0 }, "max_occupancy": 0, "min_agents": 5000 });
        let pointers: Vec<String> = body(wrong).unwrap_err().into_iter().map(|fault| fault.pointer).collect();
        let expected = [
            "name",
            "max_concurrent_chats",
            "aht_secs",
            "service_goal/target",
            "service_goal/threshold_secs",
            "max_occupancy",
            "shrinkage",
            "min_agents",
        ];
        assert_eq!(pointers, expected.map(|field| format!("#/{field}")));
    }
}

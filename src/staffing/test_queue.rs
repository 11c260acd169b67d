//! A queue for tests.

use crate::domain::ids::{QueueId, ShopId, TeamId};
use crate::domain::organisation::{Queue, QueueKind};
use crate::domain::quantity::{Aht, Concurrency, Occupancy, ServiceGoal, ServiceLevel, Shrinkage};
use crate::domain::service::ServiceSettings;

/// One chat at a time of 180 s, 0.8 answered in 20 s.
pub(super) fn queue() -> Queue {
    let nil = uuid::Uuid::nil();
    Queue {
        id: QueueId(nil),
        shop_id: ShopId(nil),
        team_id: TeamId(nil),
        name: "天猫售前".to_owned(),
        kind: QueueKind::Presale,
        max_concurrent_chats: Concurrency::new(1).unwrap(),
        aht_secs: Aht::new(180.0).unwrap(),
        service_goal: ServiceGoal { target: ServiceLevel::new(0.8).unwrap(), threshold_secs: 20 },
        max_occupancy: Occupancy::new(0.9).unwrap(),
        shrinkage: Shrinkage::new(0.3).unwrap(),
        min_agents: 1,
        service: ServiceSettings::default(),
    }
}

//! Queues.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::fault::Faults;
use crate::domain::ids::{QueueId, TeamId};
use crate::domain::organisation::Queue;
use crate::domain::quantity::Concurrency;
use crate::staffing::{ServiceModel, highest_concurrency};
use crate::store::{Db, StoreError, Tx, Versioned, queues, teams};

impl Kept for Queue {
    const WHAT: &'static str = "queue";
    kept_in!(queues by QueueId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(Some(self.team_id))
    }

    async fn is_within(&self, _: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(actor.scope.reaches(self.team_id))
    }
}

/// What in the settings of a queue no number of agents can satisfy, in words.
pub fn contradiction(queue: &Queue) -> Option<String> {
    ServiceModel::new(queue).err().map(|fault| fault.to_string())
}

/// The most chats at once with which a fully busy agent still meets every reply goal; `None` where none is set.
pub fn advised_concurrency(queue: &Queue) -> Option<Concurrency> {
    let model = ServiceModel::new(queue).ok()?;
    highest_concurrency(model.turns(), &queue.service.goals)
}

/// Adds a fault at `/queue_id` unless the queue is of the team's subtree: what a team says of any other has no effect.
///
/// # Errors
/// [`StoreError::Database`], [`StoreError::Corrupt`].
pub async fn expect_of_subtree(db: &impl Db, queue_id: QueueId, team_id: TeamId, faults: &mut Faults) -> Result<(), StoreError> {
    let subtree = teams::subtree(db, team_id).await?;
    let is_inside = queues::get(db, queue_id).await?.is_some_and(|queue| subtree.contains(&queue.value.team_id));
    let detail = "must be a queue of the team or of one below it; choose that queue's team, or another queue";
    faults.expect(is_inside, "/queue_id", detail);
    Ok(())
}

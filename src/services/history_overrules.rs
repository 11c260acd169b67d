//! Users' words on stretches of history.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::Actor;
use crate::domain::history::HistoryOverrule;
use crate::domain::ids::{HistoryOverruleId, TeamId};
use crate::store::{Db, StoreError, Tx, Versioned, queues};

impl Kept for HistoryOverrule {
    const WHAT: &'static str = "history overrule";
    kept_in!(history_overrules by HistoryOverruleId);

    fn sign(&mut self, actor: &Actor) {
        self.author.clone_from(&actor.name);
    }

    async fn team_id(&self, db: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(queues::get(db, self.queue_id).await?.map(|queue| queue.value.team_id))
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        Ok(self.team_id(db).await?.is_some_and(|team| actor.scope.reaches(team)))
    }
}

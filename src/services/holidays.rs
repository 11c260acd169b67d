//! Days that are not ordinary ones. They belong to a whole site.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use super::sites::{reaches_site, reaches_whole_site};
use crate::domain::access::Actor;
use crate::domain::ids::{HolidayId, TeamId};
use crate::domain::organisation::Holiday;
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for Holiday {
    const WHAT: &'static str = "holiday";
    kept_in!(holidays by HolidayId);

    async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
        Ok(None)
    }

    async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        reaches_site(db, &actor.scope, self.site_id).await
    }

    async fn is_changeable(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
        reaches_whole_site(db, &actor.scope, self.site_id).await
    }
}

//! Shift templates. They belong to a whole site.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use super::sites::{reaches_site, reaches_whole_site};
use crate::domain::access::Actor;
use crate::domain::ids::{ShiftTemplateId, TeamId};
use crate::domain::shift::ShiftTemplate;
use crate::store::{Db, StoreError, Tx, Versioned};

impl Kept for ShiftTemplate {
    const WHAT: &'static str = "shift template";
    kept_in!(shift_templates by ShiftTemplateId);

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

//! Sites.

use chrono::{DateTime, Utc};

use super::editing::Kept;
use crate::domain::access::Scope;
use crate::domain::fault::FieldFault;
use crate::domain::ids::{SiteId, TeamId};
use crate::domain::organisation::Site;
use crate::store::teams::TeamFilter;
use crate::store::{Db, Page, StoreError, Versioned, sites, teams};

impl Kept for Site {
    const WHAT: &'static str = "site";
    type Id = SiteId;

    fn id(&self) -> SiteId {
        self.id
    }

    fn team_id(&self) -> Option<TeamId> {
        None
    }

    async fn fetch(db: &impl Db, id: SiteId) -> Result<Option<Versioned<Self>>, StoreError> {
        sites::get(db, id).await
    }

    async fn insert(&self, db: &impl Db, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
        sites::insert(db, self, now).await
    }

    async fn update(&self, db: &impl Db, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
        sites::update(db, self, expected, now).await
    }

    async fn archive(db: &impl Db, id: SiteId, expected: i32, now: DateTime<Utc>) -> Result<Versioned<Self>, StoreError> {
        sites::archive(db, id, expected, now).await
    }

    /// A site is seen by whoever sees one of its teams.
    async fn is_within(&self, db: &impl Db, scope: &Scope) -> Result<bool, StoreError> {
        let filter = TeamFilter { scope, site_id: Some(self.id), parent_id: None, include_archived: true };
        let first = Page { after: None, limit: 1 };
        Ok(*scope == Scope::Everything || !teams::list(db, &filter, first).await?.items.is_empty())
    }

    async fn reference_faults(&self, _: &impl Db, _: &Scope) -> Result<Vec<FieldFault>, StoreError> {
        Ok(Vec::new())
    }
}

//! Sites with what belongs to a whole one: shops, shift templates and holidays; and who may change it.

use chrono::{DateTime, Utc};

use super::editing::{Kept, kept_in};
use crate::domain::access::{Actor, Scope};
use crate::domain::ids::{HolidayId, ShiftTemplateId, ShopId, SiteId, TeamId};
use crate::domain::organisation::{Holiday, Shop, Site};
use crate::domain::shift::ShiftTemplate;
use crate::store::teams::{self, TeamFilter};
use crate::store::{Db, Page, StoreError, Tx, Versioned};

/// What belongs to a whole site, whose id the last field holds.
macro_rules! kept_by_site {
    ($($what:literal: $value:ty, $table:ident by $id:ty, $site_id:ident;)+) => {$(
        impl Kept for $value {
            const WHAT: &'static str = $what;
            kept_in!($table by $id);

            async fn team_id(&self, _: &impl Db) -> Result<Option<TeamId>, StoreError> {
                Ok(None)
            }

            async fn is_within(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
                reaches_site(db, &actor.scope, self.$site_id).await
            }

            async fn is_changeable(&self, db: &impl Db, actor: &Actor) -> Result<bool, StoreError> {
                reaches_whole_site(db, &actor.scope, self.$site_id).await
            }
        }
    )+};
}

kept_by_site! {
    "site": Site, sites by SiteId, id;
    "shop": Shop, shops by ShopId, site_id;
    "shift template": ShiftTemplate, shift_templates by ShiftTemplateId, site_id;
    "holiday": Holiday, holidays by HolidayId, site_id;
}

/// Whether the scope reaches a team of the site: then what belongs to the site may be read.
async fn reaches_site(db: &impl Db, scope: &Scope, site_id: SiteId) -> Result<bool, StoreError> {
    if *scope == Scope::Everything {
        return Ok(true);
    }
    let filter = TeamFilter { scope, site_id: Some(site_id), parent_id: None, include_archived: true };
    let first = Page { after: None, limit: 1 };
    Ok(!teams::list(db, &filter, first).await?.items.is_empty())
}

/// Whether the scope reaches every team of the site: then what belongs to the site may be changed. A site without teams is
/// left to those who reach everything.
async fn reaches_whole_site(db: &impl Db, scope: &Scope, site_id: SiteId) -> Result<bool, StoreError> {
    if *scope == Scope::Everything {
        return Ok(true);
    }
    let filter = TeamFilter { scope: &Scope::Everything, site_id: Some(site_id), parent_id: None, include_archived: false };
    let teams = teams::list(db, &filter, Page::ALL).await?.items;
    Ok(!teams.is_empty() && teams.iter().all(|team| scope.reaches(team.value.id)))
}
